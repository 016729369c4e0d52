import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linked } from "../../src/graph/links.ts";
import { load, loadSource } from "../../src/graph/load.ts";
import { block, blocks, text, type Value } from "../../src/graph/value.ts";
import type { Json } from "../support/rules.ts";
import { put, temporaryDirectory } from "../support/temporary.ts";

/** A project of these files, in a directory of its own. */
function project(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, contents] of Object.entries(files)) put(join(directory, name), contents);
  return directory;
}

/** Addresses that a value leads to for sure. */
function addresses(value: Value | undefined, ...types: string[]): string[] {
  const { certain, resources } = linked(value, ...types);
  return certain ? resources.map(({ address }) => address) : ["not certain"];
}

const NETWORK = `
variable "zones" { type = map(object({ number = number, public = optional(bool, false) })) }
locals { private = { for zone, one in var.zones : zone => one if !one.public } }
resource "aws_vpc" "this" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "this" {
  for_each          = local.private
  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, each.value.number)
}
locals { vpc_id = try(aws_vpc.other[0].id, aws_vpc.this.id) }
output "subnet_ids" { value = [for one in aws_subnet.this : one.id] }
`;

const SERVICE = `
variable "network" {
  type    = object({ subnets = list(string), groups = optional(list(string), []), public = optional(bool) })
  default = null
}
variable "targets" { default = {} }
resource "aws_security_group" "this" {
  count = var.network != null ? 1 : 0
  name  = "tasks"
}
locals {
  network = var.network == null ? [] : [{
    subnets = var.network.subnets
    groups  = flatten(concat([try(aws_security_group.this[0].id, [])], var.network.groups))
  }]
}
resource "aws_ecs_service" "this" {
  name = "app"
  dynamic "network_configuration" {
    for_each = local.network
    content {
      subnets         = network_configuration.value.subnets
      security_groups = network_configuration.value.groups
    }
  }
  dynamic "load_balancer" {
    for_each = { for name, one in var.targets : name => one }
    iterator = target
    content {
      target_group_arn = lookup(target.value, "arn", null)
      container_name   = coalesce(target.value.container, target.key)
      container_port   = 3000
    }
  }
}
`;

const ROOT = `
module "network" {
  source = "./network"
  zones  = { "ap-northeast-1a" = { number = 1 }, "ap-northeast-1c" = { number = 2, public = false }, "ap-northeast-1d" = { number = 3, public = true } }
}
resource "aws_lb_target_group" "app" {
  for_each = toset(["web", "api"])
  name     = each.key
}
module "service" {
  source  = "./service"
  network = { subnets = module.network.subnet_ids }
  targets = { web = merge({ container = null }, { arn = aws_lb_target_group.app["web"].arn }) }
}
`;

const FILES = { "main.tf": ROOT, "network/main.tf": NETWORK, "service/main.tf": SERVICE };

describe("a project in Terraform's own language", () => {
  it("has what its modules make, by for_each and count over what they are given", async () => {
    const graph = await loadSource(project(FILES));
    expect(graph.resources.map(({ address }) => address).sort()).toEqual([
      'aws_lb_target_group.app["api"]',
      'aws_lb_target_group.app["web"]',
      'module.network.aws_subnet.this["ap-northeast-1a"]',
      'module.network.aws_subnet.this["ap-northeast-1c"]',
      "module.network.aws_vpc.this",
      "module.service.aws_ecs_service.this",
      "module.service.aws_security_group.this[0]",
    ]);
    const subnet = graph.find('module.network.aws_subnet.this["ap-northeast-1c"]');
    expect(text(subnet?.get("cidr_block"))).toBe("10.0.2.0/24");
    expect(addresses(subnet?.get("vpc_id"), "aws_vpc")).toEqual(["module.network.aws_vpc.this"]);
  });

  it("has the dynamic blocks, with what they refer to through modules", async () => {
    const service = (await loadSource(project(FILES))).find("module.service.aws_ecs_service.this");
    const network = block(service?.get("network_configuration"));
    expect(addresses(network?.subnets, "aws_subnet")).toEqual([
      'module.network.aws_subnet.this["ap-northeast-1a"]',
      'module.network.aws_subnet.this["ap-northeast-1c"]',
    ]);
    expect(addresses(network?.security_groups, "aws_security_group")).toEqual([
      "module.service.aws_security_group.this[0]",
    ]);
    const [target] = blocks(service?.get("load_balancer")).blocks;
    expect(addresses(target?.target_group_arn, "aws_lb_target_group")).toEqual(['aws_lb_target_group.app["web"]']);
    expect(text(target?.container_name)).toBe("web");
  });

  it("has the modules that terraform init has put elsewhere, and counts others as unknown", async () => {
    const calls =
      'module "net" {\n  source = "acme/net/aws"\n  zones = {}\n}\nmodule "gone" {\n  source = "acme/gone/aws"\n  given = aws_eip.a.id\n}\nresource "aws_eip" "a" {}';
    const graph = await loadSource(
      project({
        "main.tf": calls,
        ".terraform/modules/net/main.tf": NETWORK,
        ".terraform/modules/modules.json": JSON.stringify({
          Modules: [
            { Key: "", Source: "", Dir: "." },
            { Key: "net", Source: "registry.terraform.io/acme/net/aws", Dir: ".terraform/modules/net" },
            { Key: "gone", Source: "registry.terraform.io/acme/gone/aws", Dir: ".terraform/modules/gone" },
          ],
        }),
      }),
    );
    expect(graph.resources.map(({ address }) => address)).toEqual(["aws_eip.a", "module.net.aws_vpc.this"]);
    expect(graph.resources.filter((one) => graph.isHandedOn(one)).map(({ address }) => address)).toEqual(["aws_eip.a"]);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["a directory without source", { "README.md": "" }, /has no \.tf or \.tf\.json file\. Name the directory in which/],
    ["a file that does not end", { "main.tf": 'resource "aws_vpc" "a" {' }, /main\.tf: can't be read \(.*\)\.$/],
    ["JSON that is none", { "main.tf.json": "{" }, /main\.tf\.json: can't be read \(.*\)\.$/],
  ])("is refused in one line: %s", async (_, files, message) => {
    await expect(loadSource(project(files))).rejects.toThrow(message);
  });

  it("is read also where a text looks like the beginning of a block", async () => {
    const graph = await loadSource(
      project({ "main.tf": 'resource "aws_vpc" "a" {\n  tags = { text = <<EOT\nresource of nothing\nEOT\n  }\n}\n' }),
    );
    expect(text(graph.find("aws_vpc.a")?.values.tags as Value)).toBeUndefined();
    expect(graph.find("aws_vpc.a")?.get("tags")).toEqual({ text: "resource of nothing\n" });
  });

  it("ends where modules call each other in a circle", async () => {
    const circle =
      'module "a" {\n  source = "./"\n  x = module.a.x\n}\noutput "x" { value = module.a.x }\nvariable "x" {}';
    expect((await loadSource(project({ "main.tf": `${circle}\nresource "aws_vpc" "a" {}` }))).resources.length).toBe(
      13,
    );
  });
});

/** The plan of FILES, as far as preflight reads it: of what is in dynamic blocks and locals, it tells nothing. */
function plan(change: (service: Json) => void = () => {}): Json {
  const modules: Readonly<Record<string, Json[]>> = {
    "module.network": [
      planned("module.network.aws_vpc.this", {}),
      planned('module.network.aws_subnet.this["ap-northeast-1a"]', {}),
      planned('module.network.aws_subnet.this["ap-northeast-1c"]', {}),
    ],
    "module.service": [
      planned("module.service.aws_security_group.this[0]", {}),
      planned("module.service.aws_ecs_service.this", {
        network_configuration: [{ assign_public_ip: false }],
        load_balancer: [{ container_name: "web", container_port: 3000 }],
      }),
    ],
  };
  const service = modules["module.service"]?.[1];
  change(service);
  const resources = Object.values(modules).flat();
  const written = (names: string[]) => ({
    module: {
      resources: names.map((name) => ({ mode: "managed", type: name.split(".")[0], name: "this", expressions: {} })),
    },
  });
  return {
    format_version: "1.2",
    variables: {},
    planned_values: {
      root_module: {
        resources: ["api", "web"].map((key) => planned(`aws_lb_target_group.app["${key}"]`, {})),
        child_modules: Object.entries(modules).map(([address, all]) => ({ address, resources: all })),
      },
    },
    resource_changes: resources.map(({ address, type, values }) => ({
      address,
      type,
      change: {
        actions: ["create"],
        after: values,
        after_unknown: {
          id: true,
          ...(type === "aws_ecs_service" && {
            network_configuration: [{ subnets: true, security_groups: true }],
            load_balancer: [{ target_group_arn: true }],
          }),
        },
      },
    })),
    configuration: {
      root_module: {
        resources: [{ mode: "managed", type: "aws_lb_target_group", name: "app", expressions: {} }],
        module_calls: {
          network: written(["aws_vpc.this", "aws_subnet.this"]),
          service: written(["aws_security_group.this", "aws_ecs_service.this"]),
        },
      },
    },
  };
}

function planned(address: string, values: object): Json {
  const [, type, name, index] = /([a-z_]+)\.([a-z]+)(?:\[(.+)\])?$/.exec(address) ?? [];
  return { address, mode: "managed", type, name, values, ...(index !== undefined && { index: JSON.parse(index) }) };
}

describe("a plan with its source", () => {
  const serviceIn = async (root: Json, files: Readonly<Record<string, string>> = FILES) =>
    (await load(root, "plan.json", project(files))).find("module.service.aws_ecs_service.this");

  it("has what its dynamic blocks refer to", async () => {
    const service = await serviceIn(plan());
    const network = block(service?.get("network_configuration"));
    expect(addresses(network?.subnets, "aws_subnet")).toEqual([
      'module.network.aws_subnet.this["ap-northeast-1a"]',
      'module.network.aws_subnet.this["ap-northeast-1c"]',
    ]);
    expect(addresses(network?.security_groups, "aws_security_group")).toEqual([
      "module.service.aws_security_group.this[0]",
    ]);
    expect(network?.assign_public_ip).toBe(false);
    const [target] = blocks(service?.get("load_balancer")).blocks;
    expect(addresses(target?.target_group_arn, "aws_lb_target_group")).toEqual(['aws_lb_target_group.app["web"]']);
  });

  it("keeps what the plan knows, and believes no source that says something else", async () => {
    const service = await serviceIn(plan(), { ...FILES, "main.tf": ROOT.replace("web = merge", "other = merge") });
    const [target] = blocks(service?.get("load_balancer")).blocks;
    expect(text(target?.container_name)).toBe("web");
    expect(addresses(target?.target_group_arn, "aws_lb_target_group")).toEqual(["not certain"]);
  });

  it("has as many blocks as the plan", async () => {
    const service = await serviceIn(
      plan(({ values }) => {
        values.load_balancer = [];
      }),
    );
    expect(blocks(service?.get("load_balancer"))).toEqual({ blocks: [], complete: true });
  });

  it("is read without a module that the source does not have", async () => {
    const service = await serviceIn(plan(), { "main.tf": ROOT });
    expect(addresses(block(service?.get("network_configuration"))?.subnets, "aws_subnet")).toEqual(["not certain"]);
  });
});

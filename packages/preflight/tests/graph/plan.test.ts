import { describe, expect, it } from "vitest";
import { services } from "../../src/ecs/tasks.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { load } from "../../src/graph/load.ts";
import { blocks, items, known, linked, text, type Value } from "../../src/graph/value.ts";
import type { Json } from "../support/rules.ts";

/** An instance of a resource in a plan, as a test writes it. */
interface Planned {
  readonly address: string;
  readonly values?: object;
  readonly unknown?: object;
  readonly actions?: readonly string[];
  readonly mode?: "managed" | "data";
}

/** A module's part of the configuration. */
interface Configuration {
  readonly resources?: object[];
  readonly module_calls?: object;
  readonly outputs?: object;
  readonly variables?: object;
}

/** `module.a["x"].aws_vpc.b[0]` into its pieces. */
function piecesOf(address: string) {
  const found = /^(?:(module\..+?)\.)?(?:data\.)?([a-z]+_[a-z_]+)\.([a-z_]+)(?:\[(.+)\])?$/.exec(address);
  const [, module = "", type = "", name = "", index] = found ?? [];
  return { module, type, name, ...(index !== undefined && { index: JSON.parse(index) }) };
}

/** A plan as `terraform show -json` prints it, as far as preflight reads it. */
function planOf(planned: readonly Planned[], configuration: Configuration, more: object = {}): Json {
  const all = planned.map((one) => ({ ...one, ...piecesOf(one.address), mode: one.mode ?? "managed" }));
  const resource = ({ address, type, name, mode, values = {}, ...rest }: (typeof all)[number]) => ({
    address,
    mode,
    type,
    name,
    ...("index" in rest && { index: rest.index }),
    values,
  });
  const modules = [...new Set(all.map(({ module }) => module).filter((module) => module !== ""))];
  return {
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: all.filter(({ module }) => module === "").map(resource),
        child_modules: modules.map((address) => ({
          address,
          resources: all.filter(({ module }) => module === address).map(resource),
        })),
      },
    },
    resource_changes: all.map(({ address, type, name, mode, values = {}, unknown = {}, actions = ["create"] }) => ({
      address,
      type,
      name,
      mode,
      change: { actions, before: null, after: values, after_unknown: unknown },
    })),
    configuration: { root_module: configuration },
    ...more,
  };
}

/** A resource's part of the configuration: each attribute with what it refers to. */
function written(address: string, references: Readonly<Record<string, readonly string[]>> = {}, more: object = {}) {
  const { type, name } = piecesOf(address);
  return {
    address,
    mode: address.startsWith("data.") ? "data" : "managed",
    type,
    name,
    expressions: Object.fromEntries(
      Object.entries(references).map(([attribute, names]) => [attribute, { references: names }]),
    ),
    ...more,
  };
}

const made = (address: string, unknown: object = {}): Planned => ({
  address,
  unknown: { id: true, arn: true, ...unknown },
});

const readPlan = (planned: readonly Planned[], configuration: Configuration, more?: object): Promise<Graph> =>
  load(planOf(planned, configuration, more), "plan.json");

const attributeOf = (graph: Graph, address: string, attribute: string): Value | undefined =>
  graph.find(address)?.get(attribute);

/** Addresses that an attribute leads to, and whether these are meant for sure. */
function leads(graph: Graph, address: string, attribute: string, ...types: string[]) {
  const { resources, certain } = linked(attributeOf(graph, address, attribute), ...types);
  return { to: resources.map((one) => one.address), certain };
}

/** VPCs that the elements of a list lead to, and whether these are all. */
function membersOf(list: Value | undefined) {
  const { items: members, complete } = items(list);
  return { to: members.flatMap((one) => linked(one, "aws_vpc").resources.map(({ address }) => address)), complete };
}

describe("a plan", () => {
  it("leads where its configuration refers to, though the id is not known yet", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("aws_vpc.b"), made("aws_subnet.s", { vpc_id: true })], {
      resources: [
        written("aws_vpc.a"),
        written("aws_vpc.b"),
        written("aws_subnet.s", { vpc_id: ["aws_vpc.a.id", "aws_vpc.a"] }),
      ],
    });
    expect(leads(graph, "aws_subnet.s", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.a"], certain: true });
  });

  it("leads there by the id that is known after the apply, without its configuration", async () => {
    const graph = await readPlan(
      [
        { address: "aws_vpc.a", values: { id: "vpc-1" }, actions: ["no-op"] },
        { address: "aws_subnet.s", values: { id: "subnet-1", vpc_id: "vpc-1" }, actions: ["no-op"] },
      ],
      {},
    );
    expect(leads(graph, "aws_subnet.s", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.a"], certain: true });
    expect(text(attributeOf(graph, "aws_subnet.s", "vpc_id"))).toBe("vpc-1");
  });

  it("leads to what is of the type that belongs there, of several things whose id is the same name", async () => {
    const stays = (address: string, values: object) => ({ address, values, actions: ["no-op"] });
    const graph = await readPlan(
      [
        stays("aws_ecs_task_definition.a", { id: "shop", family: "shop", revision: 3 }),
        stays("aws_db_subnet_group.a", { id: "shop", name: "shop" }),
        stays("aws_db_instance.a", { db_subnet_group_name: "shop" }),
        stays("aws_ecs_service.by_revision", { id: "s1", task_definition: "shop:3" }),
        stays("aws_ecs_service.by_family", { id: "s2", task_definition: "shop" }),
        stays("aws_ecs_service.of_an_older_one", { id: "s3", task_definition: "shop:2" }),
      ],
      {},
    );
    expect(leads(graph, "aws_db_instance.a", "db_subnet_group_name", "aws_db_subnet_group")).toEqual({
      to: ["aws_db_subnet_group.a"],
      certain: true,
    });
    const tasks = services(graph).map(({ resource, task }) => [resource.address.split(".")[1], task?.resource.address]);
    expect(tasks).toEqual([
      ["by_revision", "aws_ecs_task_definition.a"],
      ["by_family", "aws_ecs_task_definition.a"],
      ["of_an_older_one", undefined],
    ]);
  });

  it("leads to nothing in an end, where many things have the same name for an id, and none is of the type", async () => {
    const types = [
      "aws_cloudwatch_dashboard",
      "aws_db_subnet_group",
      "aws_ecs_cluster",
      "aws_iam_role",
      "aws_sqs_queue",
    ];
    const named = [...types, "aws_elasticache_subnet_group", "aws_scheduler_schedule_group", "aws_sns_topic"];
    const graph = await readPlan(
      [
        ...named.map((type) => ({ address: `${type}.a`, values: { id: "shop" }, actions: ["no-op"] })),
        { address: "aws_db_instance.a", values: { db_subnet_group_name: "shop" }, actions: ["no-op"] },
      ],
      {},
    );
    // Each id belongs to all of them: one way through would be followed a thousand million times.
    expect(leads(graph, "aws_db_instance.a", "db_subnet_group_name", "aws_vpc")).toEqual({ to: [], certain: false });
  });

  it("leads to what AWS has made beside a resource, by its known id", async () => {
    const stays = (address: string, values: object) => ({ address, values, actions: ["no-op"] });
    const graph = await readPlan(
      [
        stays("aws_vpc.a", { id: "vpc-1", default_security_group_id: "sg-1" }),
        stays("aws_vpc_endpoint.s", { id: "vpce-1", prefix_list_id: "pl-1" }),
        stays("aws_security_group_rule.a", { prefix_list_ids: ["pl-1"], security_group_id: "sg-1" }),
        stays("aws_security_group_rule.b", { prefix_list_ids: ["pl-1"] }),
      ],
      {},
    );
    expect(leads(graph, "aws_security_group_rule.a", "security_group_id", "aws_vpc").to).toEqual(["aws_vpc.a"]);
    for (const rule of ["aws_security_group_rule.a", "aws_security_group_rule.b"])
      expect(leads(graph, rule, "prefix_list_ids", "aws_vpc_endpoint").to).toEqual(["aws_vpc_endpoint.s"]);
  });

  it("leads where its configuration refers to, of several things whose id is the same name", async () => {
    const stays = (address: string, values: object) => ({ address, values, actions: ["no-op"] });
    const graph = await readPlan(
      [
        stays("aws_cloudwatch_event_rule.a", { id: "app" }),
        stays("aws_iam_role.a", { id: "app" }),
        stays("aws_iam_role_policy.p", { id: "app:p", role: "app" }),
      ],
      {
        resources: [
          written("aws_cloudwatch_event_rule.a"),
          written("aws_iam_role.a"),
          written("aws_iam_role_policy.p", { role: ["aws_iam_role.a.id", "aws_iam_role.a"] }),
        ],
      },
    );
    expect(leads(graph, "aws_iam_role_policy.p", "role", "aws_iam_role")).toEqual({
      to: ["aws_iam_role.a"],
      certain: true,
    });
  });

  it("knows an id that belongs to nothing in it as written out", async () => {
    const graph = await readPlan([{ address: "aws_subnet.s", values: { vpc_id: "vpc-9" } }], {});
    expect(linked(attributeOf(graph, "aws_subnet.s", "vpc_id"), "aws_vpc")).toMatchObject({
      resources: [],
      certain: true,
      literal: "vpc-9",
    });
  });

  it("leads through the attributes of other resources", async () => {
    const graph = await readPlan(
      [made("aws_vpc.a"), made("aws_subnet.s", { vpc_id: true }), made("aws_probe.p", { value: true })],
      {
        resources: [
          written("aws_vpc.a"),
          written("aws_subnet.s", { vpc_id: ["aws_vpc.a.id", "aws_vpc.a"] }),
          written("aws_probe.p", { value: ["aws_subnet.s.vpc_id", "aws_subnet.s"] }),
        ],
      },
    );
    expect(leads(graph, "aws_probe.p", "value", "aws_vpc")).toEqual({ to: ["aws_vpc.a"], certain: true });
  });

  it("leads to what is looked up, now or before", async () => {
    const looked = { address: "data.aws_vpc.found", type: "aws_vpc", name: "found", mode: "data" };
    const graph = await readPlan(
      [made("aws_subnet.s", { vpc_id: true })],
      {
        resources: [
          written("data.aws_vpc.found"),
          written("aws_subnet.s", { vpc_id: ["data.aws_vpc.found.id", "data.aws_vpc.found"] }),
        ],
      },
      {
        prior_state: { values: { root_module: { resources: [{ ...looked, values: { cidr_block: "10.0.0.0/16" } }] } } },
      },
    );
    expect(leads(graph, "aws_subnet.s", "vpc_id", "data.aws_vpc")).toEqual({
      to: ["data.aws_vpc.found"],
      certain: true,
    });
    expect(text(attributeOf(graph, "data.aws_vpc.found", "cidr_block"))).toBe("10.0.0.0/16");
  });

  it("has nothing where the provider fills in what is not written", async () => {
    const graph = await readPlan([made("aws_lb.a", { subnets: true, dns_name: true })], {
      resources: [written("aws_lb.a")],
    });
    expect(attributeOf(graph, "aws_lb.a", "subnets")).toBeUndefined();
  });

  it("does not know a block that only a dynamic block can make", async () => {
    const graph = await readPlan([made("aws_lb_listener.a", { default_action: true })], {
      resources: [written("aws_lb_listener.a")],
    });
    expect(blocks(attributeOf(graph, "aws_lb_listener.a", "default_action"))).toEqual({ blocks: [], complete: false });
  });

  it("pairs the blocks of a set with what is written, each once, in whatever order they come", async () => {
    const groups = ["a", "b", "c"].map((name) => made(`aws_lb_target_group.${name}`, { arn: true }));
    const block = (name: string, port: number): Json => ({
      target_group_arn: { references: [`aws_lb_target_group.${name}.arn`, `aws_lb_target_group.${name}`] },
      container_name: { constant_value: "app" },
      container_port: { constant_value: port },
    });
    const blocksOf = (...ports: number[]) => ports.map((container_port) => ({ container_name: "app", container_port }));
    const graph = await readPlan(
      [
        ...groups,
        {
          ...made("aws_ecs_service.a", { load_balancer: [1, 2, 3].map(() => ({ target_group_arn: true })) }),
          values: { load_balancer: blocksOf(80, 443, 80) },
        },
      ],
      {
        resources: [
          ...["a", "b", "c"].map((name) => written(`aws_lb_target_group.${name}`)),
          written(
            "aws_ecs_service.a",
            {},
            { expressions: { load_balancer: [block("b", 443), block("a", 80), block("c", 80)] } },
          ),
        ],
      },
    );
    const found = blocks(attributeOf(graph, "aws_ecs_service.a", "load_balancer")).blocks;
    const named = found.map((one) => linked(one.target_group_arn, "aws_lb_target_group").resources[0]?.address);
    expect(named).toEqual(["aws_lb_target_group.a", "aws_lb_target_group.b", "aws_lb_target_group.c"]);
  });

  it("tells no change of an object that a replacement has left behind", async () => {
    const graph = await load(
      {
        ...planOf([{ address: "aws_vpc.a", values: { id: "vpc-1" }, actions: ["no-op"] }], {}),
        resource_changes: [
          { address: "aws_vpc.a", type: "aws_vpc", change: { actions: ["no-op"], after: {}, after_unknown: {} } },
          { address: "aws_vpc.a", type: "aws_vpc", deposed: "abc", change: { actions: ["delete"], after: null } },
        ],
      },
      "plan.json",
    );
    expect(graph.find("aws_vpc.a")?.change?.actions).toEqual(["no-op"]);
    expect(graph.removals).toEqual([]);
  });

  it("tells what will be gone", async () => {
    const removed = (address: string, actions: string[]) => ({
      address,
      type: "aws_vpc",
      change: { actions, before: {}, after: null },
    });
    const graph = await load(
      {
        ...planOf([made("aws_vpc.a")], {}),
        resource_changes: [
          removed("aws_vpc.gone", ["delete"]),
          removed("aws_vpc.forgotten", ["forget"]),
          removed("aws_vpc.a", ["delete", "create"]),
        ],
      },
      "plan.json",
    );
    expect(graph.removals.map(({ address }) => address)).toEqual(["aws_vpc.gone", "aws_vpc.forgotten"]);
  });

  it("tells what forces a replacement, and where a resource comes from", async () => {
    const plan = planOf([made("aws_vpc.a")], {});
    Object.assign(plan.resource_changes[0], { previous_address: "aws_vpc.old" });
    Object.assign(plan.resource_changes[0].change, {
      replace_paths: [["cidr_block"], ["a", 0, "b"]],
      importing: { id: "x" },
    });
    expect((await load(plan, "plan.json")).find("aws_vpc.a")?.change).toMatchObject({
      replacePaths: ["cidr_block", "a.0.b"],
      imported: true,
      previousAddress: "aws_vpc.old",
    });
  });
});

describe("instances of a plan", () => {
  const counted = [made("aws_vpc.v[0]"), made("aws_vpc.v[1]")];
  const keyed = [made('aws_vpc.v["x"]'), made('aws_vpc.v["y"]')];

  it("narrow count.index down to the instance of the same place", async () => {
    const graph = await readPlan(
      [...counted, made("aws_subnet.s[0]", { vpc_id: true }), made("aws_subnet.s[1]", { vpc_id: true })],
      { resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "count.index"] })] },
    );
    expect(leads(graph, "aws_subnet.s[0]", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.v[0]"], certain: true });
    expect(leads(graph, "aws_subnet.s[1]", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.v[1]"], certain: true });
  });

  it("are uncertain where there are fewer of the others: no plan tells how they are picked", async () => {
    const graph = await readPlan([...counted, made("aws_subnet.s[2]", { vpc_id: true })], {
      resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "count.index"] })],
    });
    expect(leads(graph, "aws_subnet.s[2]", "vpc_id", "aws_vpc").certain).toBe(false);
  });

  it("are picked by their place among several that are named", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("aws_vpc.b"), made("aws_subnet.s[1]", { vpc_id: true })], {
      resources: [
        written("aws_vpc.a"),
        written("aws_vpc.b"),
        written("aws_subnet.s", {
          vpc_id: ["aws_vpc.a.id", "aws_vpc.a", "aws_vpc.b.id", "aws_vpc.b", "count.index"],
        }),
      ],
    });
    expect(leads(graph, "aws_subnet.s[1]", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.b"], certain: true });
  });

  it("narrow each.key down to the instance of the same key", async () => {
    const graph = await readPlan([...keyed, made('aws_subnet.s["y"]', { vpc_id: true })], {
      resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "each.key"] })],
    });
    expect(leads(graph, 'aws_subnet.s["y"]', "vpc_id", "aws_vpc")).toEqual({ to: ['aws_vpc.v["y"]'], certain: true });
  });

  it("are uncertain where each.key names none of them", async () => {
    const graph = await readPlan([...keyed, made('aws_subnet.s["z"]', { vpc_id: true })], {
      resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "each.key"] })],
    });
    expect(leads(graph, 'aws_subnet.s["z"]', "vpc_id", "aws_vpc").certain).toBe(false);
  });

  it("are uncertain where each.value may be any of them", async () => {
    const graph = await readPlan([...keyed, made('aws_subnet.s["1"]', { vpc_id: true })], {
      resources: [
        written("aws_vpc.v"),
        written("aws_subnet.s", { vpc_id: ["each.value"] }, { for_each_expression: { references: ["aws_vpc.v"] } }),
      ],
    });
    expect(leads(graph, 'aws_subnet.s["1"]', "vpc_id", "aws_vpc").certain).toBe(false);
  });

  it.each([
    ["aws_vpc.v[1].id", counted, "aws_vpc.v[1]"],
    ['aws_vpc.v["x"].id', keyed, 'aws_vpc.v["x"]'],
  ])("are meant by a key that is written out: %s", async (name, instances, expected) => {
    const graph = await readPlan([...instances, made("aws_subnet.s", { vpc_id: true })], {
      resources: [
        written("aws_vpc.v"),
        written("aws_subnet.s", { vpc_id: [name, name.replace(".id", ""), "aws_vpc.v"] }),
      ],
    });
    expect(leads(graph, "aws_subnet.s", "vpc_id", "aws_vpc")).toEqual({ to: [expected], certain: true });
  });

  it("are all meant by a splat of count", async () => {
    const graph = await readPlan([...counted, made("aws_probe.p", { value: true })], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    expect(membersOf(attributeOf(graph, "aws_probe.p", "value"))).toEqual({
      to: ["aws_vpc.v[0]", "aws_vpc.v[1]"],
      complete: true,
    });
  });

  it("are perhaps not all meant where a condition may pick some by their keys", async () => {
    const graph = await readPlan([...keyed, made("aws_probe.p", { value: true })], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    expect(membersOf(attributeOf(graph, "aws_probe.p", "value")).complete).toBe(false);
  });

  it("fill in a list with nulls for what is not known yet, when there are as many", async () => {
    const probe = {
      address: "aws_probe.p",
      values: { value: [null, null] },
      unknown: { value: [true, true] },
    };
    const graph = await readPlan([...counted, probe], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    expect(membersOf(attributeOf(graph, "aws_probe.p", "value"))).toEqual({
      to: ["aws_vpc.v[0]", "aws_vpc.v[1]"],
      complete: true,
    });
  });

  it("stand beside what is known in such a list", async () => {
    const probe = { address: "aws_probe.p", values: { value: ["sg-1", null] }, unknown: { value: [false, true] } };
    const graph = await readPlan([made("aws_vpc.v"), probe], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v.id", "aws_vpc.v"] })],
    });
    const found = items(attributeOf(graph, "aws_probe.p", "value")).items;
    expect(found.map((item) => text(item))).toEqual(["sg-1", undefined]);
    expect(linked(found[1] ?? null, "aws_vpc").resources.map(({ address }) => address)).toEqual(["aws_vpc.v"]);
  });

  it("are not counted on where there are more of them than the list has", async () => {
    const probe = { address: "aws_probe.p", values: { value: [null] }, unknown: { value: [true] } };
    const graph = await readPlan([...counted, probe], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    const [first] = items(attributeOf(graph, "aws_probe.p", "value")).items;
    expect(linked(first ?? null, "aws_vpc").certain).toBe(false);
  });
});

describe("blocks of a plan", () => {
  it("have the references of the block that they were written as", async () => {
    const rule = (port: number) => ({ port });
    const graph = await readPlan(
      [
        made("aws_vpc.a"),
        made("aws_vpc.b"),
        {
          address: "aws_probe.p",
          values: { rule: [rule(2), rule(1)] }, // a set: in an order of its own
          unknown: { rule: [{ vpc: true }, { vpc: true }] },
        },
      ],
      {
        resources: [
          written("aws_vpc.a"),
          written("aws_vpc.b"),
          written(
            "aws_probe.p",
            {},
            {
              expressions: {
                rule: [
                  { port: { constant_value: 1 }, vpc: { references: ["aws_vpc.a.id", "aws_vpc.a"] } },
                  { port: { constant_value: 2 }, vpc: { references: ["aws_vpc.b.id", "aws_vpc.b"] } },
                ],
              },
            },
          ),
        ],
      },
    );
    const found = blocks(attributeOf(graph, "aws_probe.p", "rule")).blocks;
    expect(found.map(({ vpc }) => linked(vpc, "aws_vpc").resources.map(({ address }) => address))).toEqual([
      ["aws_vpc.b"],
      ["aws_vpc.a"],
    ]);
  });

  it("share the references of an attribute that is written as one expression", async () => {
    const graph = await readPlan(
      [
        made("aws_internet_gateway.g"),
        {
          address: "aws_route_table.r",
          values: { route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "" }] },
          unknown: { id: true, route: [{ gateway_id: true }] },
        },
      ],
      {
        resources: [
          written("aws_internet_gateway.g"),
          written("aws_route_table.r", { route: ["aws_internet_gateway.g.id", "aws_internet_gateway.g"] }),
        ],
      },
    );
    const [route] = blocks(attributeOf(graph, "aws_route_table.r", "route")).blocks;
    expect(linked(route?.gateway_id, "aws_internet_gateway").resources.map(({ address }) => address)).toEqual([
      "aws_internet_gateway.g",
    ]);
    expect(known(route?.cidr_block)).toBe("0.0.0.0/0");
  });
});

describe("modules of a plan", () => {
  const vpc = {
    resources: [written("aws_vpc.v")],
    outputs: { id: { expression: { references: ["aws_vpc.v.id", "aws_vpc.v"] } } },
  };
  const subnet = { resources: [written("aws_subnet.s", { vpc_id: ["var.vpc"] })], variables: { vpc: {} } };
  const subnets = (reference: string[], more: object = {}) => ({
    module: subnet,
    expressions: { vpc: { references: reference } },
    ...more,
  });
  const leadsOf = (graph: Graph, address: string) => leads(graph, address, "vpc_id", "aws_vpc");

  it("are given what the caller writes", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a")],
      module_calls: { m: subnets(["aws_vpc.a.id", "aws_vpc.a"]) },
    });
    expect(leadsOf(graph, "module.m.aws_subnet.s")).toEqual({ to: ["aws_vpc.a"], certain: true });
  });

  describe.each([
    ["that is null unless it is given", { default: null }, {}, true],
    ["that is given a constant", {}, { vpc: { constant_value: null } }, true],
    ["that is given a variable of the root", {}, { vpc: { references: ["var.vpc"] } }, true],
    ["that is given what is not known yet", {}, { vpc: { references: ["aws_vpc.a.id", "aws_vpc.a"] } }, false],
    ["that is given a local", {}, { vpc: { references: ["local.vpc"] } }, false],
    ["that is given an output", {}, { vpc: { references: ["module.other.vpc", "module.other"] } }, false],
    ["that is given what nothing tells of", {}, { vpc: {} }, false],
  ])("with an argument by a variable %s", (_, declared, given, isUnwritten) => {
    it(isUnwritten ? "have nothing where the provider fills it in" : "leave it open", async () => {
      const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_subnet.s", { vpc_id: true })], {
        resources: [written("aws_vpc.a")],
        variables: { vpc: {} },
        module_calls: { m: { module: { ...subnet, variables: { vpc: declared } }, expressions: given } },
      });
      const value = attributeOf(graph, "module.m.aws_subnet.s", "vpc_id");
      expect(value === undefined).toBe(isUnwritten);
    });
  });

  it("give what their outputs say", async () => {
    const graph = await readPlan([made("module.m.aws_vpc.v"), made("aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_subnet.s", { vpc_id: ["module.m.id", "module.m"] })],
      module_calls: { m: { module: vpc } },
    });
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to: ["module.m.aws_vpc.v"], certain: true });
  });

  it("hand on from one to another", async () => {
    const graph = await readPlan([made("module.v.aws_vpc.v"), made("module.s.aws_subnet.s", { vpc_id: true })], {
      module_calls: { v: { module: vpc }, s: subnets(["module.v.id", "module.v"]) },
    });
    expect(leadsOf(graph, "module.s.aws_subnet.s")).toEqual({ to: ["module.v.aws_vpc.v"], certain: true });
  });

  it("hand on through modules in modules", async () => {
    const outer = {
      module_calls: { inner: { module: vpc } },
      outputs: { id: { expression: { references: ["module.inner.id", "module.inner"] } } },
    };
    const graph = await readPlan(
      [made("module.outer.module.inner.aws_vpc.v"), made("module.s.aws_subnet.s", { vpc_id: true })],
      { module_calls: { outer: { module: outer }, s: subnets(["module.outer.id", "module.outer"]) } },
    );
    expect(leadsOf(graph, "module.s.aws_subnet.s")).toEqual({
      to: ["module.outer.module.inner.aws_vpc.v"],
      certain: true,
    });
  });

  it("with for_each are given what belongs to their key", async () => {
    const graph = await readPlan(
      [
        made('aws_vpc.v["x"]'),
        made('aws_vpc.v["y"]'),
        made('module.s["x"].aws_subnet.s', { vpc_id: true }),
        made('module.s["y"].aws_subnet.s', { vpc_id: true }),
      ],
      { resources: [written("aws_vpc.v")], module_calls: { s: subnets(["aws_vpc.v", "each.key"]) } },
    );
    expect(leadsOf(graph, 'module.s["x"].aws_subnet.s')).toEqual({ to: ['aws_vpc.v["x"]'], certain: true });
    expect(leadsOf(graph, 'module.s["y"].aws_subnet.s')).toEqual({ to: ['aws_vpc.v["y"]'], certain: true });
  });

  it.each([
    ["module.v[1].id", ["module.v[1].aws_vpc.v"], true],
    ["module.v[0].id", ["module.v[0].aws_vpc.v"], true],
  ])("with count give the output of the one that is named: %s", async (name, to, certain) => {
    const graph = await readPlan(
      [made("module.v[0].aws_vpc.v"), made("module.v[1].aws_vpc.v"), made("aws_subnet.s", { vpc_id: true })],
      {
        resources: [written("aws_subnet.s", { vpc_id: [name, name.replace(".id", ""), "module.v"] })],
        module_calls: { v: { module: vpc } },
      },
    );
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to, certain });
  });

  it("leave open what a local of theirs is made of", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("aws_vpc.b"), made("aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a"), written("aws_vpc.b"), written("aws_subnet.s", { vpc_id: ["local.vpc"] })],
    });
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to: ["aws_vpc.a", "aws_vpc.b"], certain: false });
  });

  it("leave one thing only where a local of theirs can lead to nothing else", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a"), written("aws_subnet.s", { vpc_id: ["local.vpc"] })],
    });
    expect(leadsOf(graph, "aws_subnet.s").to).toEqual(["aws_vpc.a"]);
  });

  it("wait as a whole for what their call depends on", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_vpc.v")], {
      resources: [written("aws_vpc.a")],
      module_calls: { m: { module: vpc, depends_on: ["aws_vpc.a"] } },
    });
    const [later, earlier] = [graph.find("module.m.aws_vpc.v"), graph.find("aws_vpc.a")];
    expect(later && earlier && graph.isOrdered(later, earlier)).toBe(true);
  });

  it("make others wait for what their outputs depend on", async () => {
    const waiting = {
      resources: [written("aws_vpc.v"), written("aws_route.r")],
      outputs: { id: { expression: { references: ["aws_vpc.v.id", "aws_vpc.v"] }, depends_on: ["aws_route.r"] } },
    };
    const graph = await readPlan(
      [made("module.m.aws_vpc.v"), made("module.m.aws_route.r"), made("aws_subnet.s", { vpc_id: true })],
      {
        resources: [written("aws_subnet.s", { vpc_id: ["module.m.id", "module.m"] })],
        module_calls: { m: { module: waiting } },
      },
    );
    const [later, earlier] = [graph.find("aws_subnet.s"), graph.find("module.m.aws_route.r")];
    expect(later && earlier && graph.isOrdered(later, earlier)).toBe(true);
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to: ["module.m.aws_vpc.v"], certain: true });
  });

  it.each<[string, object]>([
    ["a variable that no call sets", { m: { module: subnet } }],
    [
      "outputs that lead to each other",
      {
        m: subnets(["module.a.id", "module.a"]),
        a: {
          module: { outputs: { id: { expression: { references: ["var.id"] } } } },
          expressions: { id: { references: ["module.b.id"] } },
        },
        b: {
          module: { outputs: { id: { expression: { references: ["var.id"] } } } },
          expressions: { id: { references: ["module.a.id"] } },
        },
      },
    ],
    [
      "an output that leads to itself",
      {
        m: subnets(["module.a.id", "module.a"]),
        a: { module: { module_calls: {}, outputs: { id: { expression: { references: ["module.a.id"] } } } } },
      },
    ],
    ["a variable that leads to itself", { m: subnets(["var.vpc"]) }],
  ])("leave open what can't be known: %s", async (_, module_calls) => {
    const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a")],
      module_calls,
    });
    expect(leadsOf(graph, "module.m.aws_subnet.s").certain).toBe(false);
  });
});

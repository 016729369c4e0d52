import { describe, expect, it } from "vitest";
import { services } from "../../src/ecs/tasks.ts";
import { linked } from "../../src/graph/links.ts";
import { load } from "../../src/graph/load.ts";
import { blocks, text } from "../../src/graph/value.ts";
import type { Json } from "../support/rules.ts";
import { attributeOf, leads, made, planOf, readPlan, written } from "./planned.ts";

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

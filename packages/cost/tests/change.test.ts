import { load } from "@operation-app/preflight";
import { describe, expect, it } from "vitest";
import { type Changed, planOfChanges, planOfStack } from "../../preflight/tests/support/plan.ts";
import { costChange, costOf, money, signed } from "../src/index.ts";
import { PRICED } from "./stacks.ts";

const TOKYO = { region: "ap-northeast-1" };
const HOURS = 730;

async function changeBy(changes: readonly Changed[]) {
  const plan = planOfChanges(changes);
  return costChange(plan, await load(plan, "plan.json"), TOKYO);
}

const made = (address: string, after: object): Changed => ({ address, actions: ["create"], after });

describe("a plan that makes a NAT gateway in each zone", () => {
  const gateway = { id: "nat-1", allocation_id: "eipalloc-1", subnet_id: "subnet-a" };
  const plan = [
    { address: "aws_nat_gateway.a", before: gateway },
    { address: "aws_eip.a", before: { id: "eipalloc-1" } },
    made("aws_nat_gateway.c", { subnet_id: "subnet-c" }),
    made("aws_eip.c", { domain: "vpc" }),
  ];

  it("adds a second gateway, its address, and nothing to the first", async () => {
    const change = await changeBy(plan);
    // https://aws.amazon.com/vpc/pricing/, Tokyo: 0.062 an hour and a GB; an address 0.005 an hour. 10 GB go through both.
    const [hours, data, address] = [0.062 * HOURS, 5 * 0.062, 0.005 * HOURS];
    expect(change?.resources.map((one) => [one.address, signed(one.monthly)])).toEqual([
      ["aws_nat_gateway.c", `+${(hours + data).toFixed(2)}`],
      ["aws_eip.c", `+${address.toFixed(2)}`],
    ]);
    expect(signed(change?.monthly ?? never())).toBe(`+${(hours + data + address).toFixed(2)}`);
  });

  it("says what it costs before and after", async () => {
    const change = await changeBy(plan);
    expect(change && [money(change.before), money(change.after)]).toEqual(["49.22", "98.44"]);
  });
});

describe("a plan that changes a size", () => {
  it("tells what the larger one costs more", async () => {
    const before = { engine: "redis", node_type: "cache.t4g.micro", num_cache_clusters: 1 };
    const change = await changeBy([
      {
        address: "aws_elasticache_replication_group.main",
        actions: ["update"],
        before,
        after: { ...before, node_type: "cache.r7g.large", num_cache_clusters: 2 },
      },
    ]);
    expect(signed(change?.monthly ?? never())).toBe(`+${((2 * 0.263 - 0.025) * HOURS).toFixed(2)}`);
  });

  it("tells it of a service whose task definition it replaces", async () => {
    const definition = { arn: "arn:aws:ecs:ap-northeast-1:1:task-definition/app:1", cpu: "256", memory: "512" };
    const service = { launch_type: "FARGATE", desired_count: 2, task_definition: definition.arn, name: "app" };
    const change = await changeBy([
      {
        address: "aws_ecs_task_definition.app",
        actions: ["create", "delete"],
        before: definition,
        after: { cpu: "512", memory: "1024" },
        unknown: { arn: true },
      },
      {
        address: "aws_ecs_service.app",
        actions: ["update"],
        before: service,
        after: { ...service, task_definition: undefined },
        unknown: { task_definition: true },
        refersTo: {
          task_definition: { references: ["aws_ecs_task_definition.app.arn", "aws_ecs_task_definition.app"] },
        },
      },
    ]);
    // https://aws.amazon.com/fargate/pricing/, Linux/X86, Tokyo.
    const task = (0.25 * 0.05056 + 0.5 * 0.00553) * HOURS;
    expect(change?.resources.map((one) => one.address)).toEqual(["aws_ecs_service.app"]);
    expect(signed(change?.monthly ?? never())).toBe(`+${(2 * task).toFixed(2)}`);
  });
});

describe("what has no known price", () => {
  it("is named, and in no sum", async () => {
    const change = await changeBy([
      made("aws_db_instance.main", {
        engine: "mysql",
        instance_class: "db.x9g.large",
        allocated_storage: 20,
        storage_type: "gp3",
      }),
      made("aws_msk_cluster.main", {}),
      made("aws_iam_role.main", {}),
    ]);
    expect(change?.notPriced).toEqual([
      { address: "aws_db_instance.main", what: "db.x9g.large, mysql", why: "its price in ap-northeast-1 is not known" },
      { address: "aws_msk_cluster.main", what: "aws_msk_cluster", why: "what this type costs is not known here" },
    ]);
    expect(signed(change?.monthly ?? never())).toBe(`+${(20 * 0.138).toFixed(2)}`);
  });

  it("is not what a plan leaves as it is", async () => {
    const change = await changeBy([{ address: "aws_msk_cluster.main", before: { id: "a" } }, made("aws_eip.main", {})]);
    expect(change?.notPriced).toEqual([]);
  });
});

describe("what a plan leaves as it is", () => {
  it.each(PRICED)("changes nothing of the cost: %s", async (_, stack) => {
    const plan = planOfStack({ provider: { aws: [{ region: "us-east-1" }] }, resource: stack });
    for (const { type, name, address, change } of plan.resource_changes) {
      const ids = Object.fromEntries(
        ["arn", "id", "identifier"].map((attribute) => [attribute, `${address}-${attribute}`]),
      );
      const body = JSON.stringify(stack[type]?.[name]).replace(/\$\{(\w+\.\w+)\.(arn|id|identifier|name)\}/g, "$1-$2");
      change.actions = ["no-op"];
      change.before = { ...ids, name: `${address}-name`, ...JSON.parse(body) };
      change.after = change.before;
      change.after_unknown = {};
    }
    for (const one of plan.planned_values.root_module.resources)
      one.values = plan.resource_changes.find(
        ({ address }: { address: string }) => address === one.address,
      ).change.after;
    const [added] = planOfStack({ resource: { aws_kms_key: { added: {} } } }).resource_changes;
    plan.resource_changes.push(added);
    plan.planned_values.root_module.resources.push({ ...added, values: {} });
    const change = await costChange(plan, await load(plan, "plan.json"), { region: "us-east-1" });
    expect(change?.resources.map(({ address, monthly }) => `${address} ${signed(monthly)}`)).toEqual([
      "aws_kms_key.added +1.00",
    ]);
  });
});

it("counts no saving in what Terraform only forgets", async () => {
  const forgotten: Changed = { address: "aws_eip.a", actions: ["forget"], before: { id: "eipalloc-1" } };
  const change = await changeBy([forgotten, made("aws_eip.b", {})]);
  expect(signed(change?.monthly ?? never())).toBe("+3.65");
});

it("says nothing of a plan that changes nothing that is billed", async () => {
  const plan = [made("aws_security_group.main", {}), { address: "aws_eip.main", before: { id: "eipalloc-1" } }];
  expect(await changeBy(plan)).toBeUndefined();
});

it("takes the region from ARNs where the configuration does not say it", async () => {
  const plan = planOfChanges([
    { address: "aws_lb.main", before: { arn: "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/a/1" } },
    made("aws_eip.main", {}),
  ]);
  const change = await costChange(plan, await load(plan, "plan.json"));
  expect(signed(change?.monthly ?? never())).toBe("+3.65");
});

it("says that it can't price without a region", async () => {
  const plan = planOfChanges([made("aws_eip.main", {})]);
  const { notPriced, total } = costOf(await load(plan, "plan.json"));
  expect(notPriced).toEqual([{ address: "aws_eip.main", what: "public IPv4 address", why: "its region is not known" }]);
  expect(money(total)).toBe("0.00");
});

function never(): never {
  throw new Error("there is no change");
}

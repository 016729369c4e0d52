import { load } from "@operation-app/preflight";
import { describe, expect, it } from "vitest";
import { costOf, money, parseUsage } from "../src/index.ts";
import { sum } from "../src/range.ts";
import { database, ecs, FARGATE, PRICED, type Stack } from "./stacks.ts";

const NOTHING_USED = "requests=0,gbOut=0,natGb=0,endpointGb=0,logGb=0,imageGb=0,s3Gb=0,users=0,mails=0,taskMinutes=0";

async function costIn(resource: Stack, region = "us-east-1") {
  const graph = await load({ provider: { aws: [{ region }] }, resource }, "stack");
  const { total, notPriced } = costOf(graph, { usage: parseUsage(NOTHING_USED) });
  return { usd: money(total), named: notPriced.map(({ address, what, why }) => `${address}: ${what}: ${why}`) };
}

describe("what is priced", () => {
  it.each(PRICED)("%s", async (_, stack, usd) => {
    expect(await costIn(stack)).toEqual({ usd, named: [] });
  });
});

/** What can't be priced is named, and is in no sum. */
const NAMED: readonly (readonly [what: string, stack: Stack, named: string, usd: string])[] = [
  [
    "Windows on Fargate",
    ecs({ ...FARGATE, runtime_platform: { operating_system_family: "WINDOWS_SERVER_2022_CORE" } }, {}),
    "aws_ecs_service.a: tasks: of WINDOWS_SERVER_2022_CORE",
    "0.00",
  ],
  [
    "a task definition of somewhere else",
    { aws_ecs_service: { a: { launch_type: "FARGATE", desired_count: 1, task_definition: "app:7" } } },
    "aws_ecs_service.a: tasks: task_definition is not in this configuration",
    "0.00",
  ],
  [
    "an instance on Spot",
    {
      aws_instance: {
        a: {
          instance_type: "t3.medium",
          instance_market_options: { market_type: "spot" },
          root_block_device: { volume_size: 10 },
        },
      },
    },
    "aws_instance.a: instance: t3.medium on Spot, whose price moves",
    "1.00",
  ],
  [
    "an instance on hardware of its own",
    {
      aws_instance: { a: { instance_type: "t3.medium", tenancy: "dedicated", root_block_device: { volume_size: 10 } } },
    },
    "aws_instance.a: instance: t3.medium of tenancy dedicated",
    "1.00",
  ],
  [
    "EKS in extended support",
    { aws_eks_cluster: { a: { version: "1.29" } } },
    "aws_eks_cluster.a: cluster: in extended support, as Kubernetes 1.29 is",
    "0.00",
  ],
  [
    "MySQL in extended support",
    database({ engine_version: "5.7.44" }),
    "aws_db_instance.a: extended support: of mysql 5.7.44, by vCPU",
    "110.78",
  ],
  [
    "PostgreSQL in extended support",
    {
      aws_db_instance: {
        a: { engine: "postgres", engine_version: "12", instance_class: "db.t3.large", allocated_storage: 20 },
      },
    },
    "aws_db_instance.a: extended support: of postgres 12, by vCPU",
    "108.15",
  ],
  [
    "long retention of Performance Insights",
    database({ performance_insights_retention_period: 731 }),
    "aws_db_instance.a: Performance Insights: kept for more than 7 days, by vCPU",
    "110.78",
  ],
  [
    "RDS on io1 of which no IOPS are known",
    database({ storage_type: "io1" }),
    "aws_db_instance.a: provisioned IOPS: iops is not known",
    "111.78",
  ],
  [
    "an interface endpoint without subnets",
    { aws_vpc_endpoint: { a: { vpc_endpoint_type: "Interface" } } },
    "aws_vpc_endpoint.a: interface endpoint: the number of its subnet_ids is not known",
    "0.00",
  ],
  ...[
    "aws_rds_cluster",
    "aws_rds_cluster_instance",
    "aws_efs_file_system",
    "aws_lambda_function",
    "aws_dynamodb_table",
    "aws_spot_instance_request",
    "aws_ecs_task_set",
    "aws_wafv2_rule_group",
  ].map(
    (type) =>
      [type, { [type]: { a: {} } }, `${type}.a: ${type}: what this type costs is not known here`, "0.00"] as const,
  ),
  [
    "as many as a variable says",
    { aws_nat_gateway: { a: { count: "${var.zones}" } } },
    "aws_nat_gateway.a: NAT gateway: how many there are is not known",
    "0.00",
  ],
];

const VAULT = (resource: string, rule: object = {}): Stack => ({
  aws_s3_bucket: { a: { bucket: "a" } },
  aws_backup_plan: { a: { name: "a", rule: [{ lifecycle: [{ delete_after: 35 }], ...rule }] } },
  aws_backup_selection: { a: { plan_id: "${aws_backup_plan.a.id}", resources: [resource] } },
});
const OSAKA = {
  destination_vault_arn: "arn:aws:backup:ap-northeast-3:123456789012:backup-vault:a",
  lifecycle: [{ delete_after: 35 }],
};

/** Of a database of 20 GB with 15 GB in it, of which one changes a day; in us-east-1. */
const BACKED_UP: readonly (readonly [what: string, stack: Stack, lines: Readonly<Record<string, string>>])[] = [
  ["up to its storage, for nothing", database({ allocated_storage: 20, backup_retention_period: 5 }), {}],
  // 15 + 35 - 20
  ["beyond its storage", database({ allocated_storage: 20, backup_retention_period: 35 }), { "rds-backup-gb": "2.85" }],
  // Twice 15 + 35, and 20 less.
  [
    "in a vault, too",
    { ...database({ allocated_storage: 20, backup_retention_period: 35 }), ...VAULT("${aws_db_instance.a.arn}") },
    { "rds-backup-gb": "7.60" },
  ],
  // 5 days and a vault of 35: 20 + 50 - 20; the copy 50; 365 / 12 GB on their way at 0.02.
  [
    "in a vault, with copies in another region",
    {
      ...database({ allocated_storage: 20, backup_retention_period: 5 }),
      ...VAULT("${aws_db_instance.a.arn}", { copy_action: [OSAKA] }),
    },
    { "rds-backup-gb": "9.50", "other-region-gb": "0.61" },
  ],
  ["of a bucket", VAULT("${aws_s3_bucket.a.arn}"), { "backup-s3-gb": "0.50" }],
  // Three days, of which one is free, of 2 GB.
  [
    "of a cache",
    { aws_elasticache_replication_group: { a: { node_type: "cache.t3.micro", snapshot_retention_limit: 3 } } },
    { "cache-backup-gb": "0.34" },
  ],
];

describe("backups", () => {
  it.each(BACKED_UP)("%s", async (_, resource, wanted) => {
    const graph = await load({ provider: { aws: [{ region: "us-east-1" }] }, resource }, "stack");
    const usage = parseUsage("databaseGb=15,databaseChangeGb=1,cacheGb=2,s3Gb=10");
    const lines = costOf(graph, { usage }).resources.flatMap((one) => one.lines);
    const backups = lines.filter(({ price }) => /backup|other-region/.test(price));
    const sumOf = (price: string) =>
      money(sum(backups.filter((line) => line.price === price).map(({ monthly }) => monthly)));
    expect(Object.fromEntries(backups.map(({ price }) => [price, sumOf(price)]))).toEqual(wanted);
  });

  it.each([
    ["are kept for ever", VAULT("${aws_s3_bucket.a.arn}", { lifecycle: [] }), "kept is not known, or for ever"],
    ["are of what is not known", VAULT("*"), "what the plan selects is not known"],
  ])("are named where they %s", async (_, resource, why) => {
    expect((await costIn(resource)).named.join()).toContain(why);
  });
});

describe("what is named instead", () => {
  it.each(NAMED)("%s", async (_, stack, named, usd) => {
    const cost = await costIn(stack);
    expect(cost.named[0]).toBe(named);
    expect(cost.usd).toBe(usd);
  });
});

it("says of every wrong assumption what is wrong with it, a line each", () => {
  const said = (written: string) => {
    try {
      return parseUsage(written);
    } catch (error) {
      return (error as Error).message.split("\n");
    }
  };
  expect(said("===,\u001b[31m")).toEqual([
    "usage: ===: is not written as name=amount.",
    "usage: \\u001b[31m: is not written as name=amount.",
  ]);
  expect(said("requests=-5,natGb=5-3,hours=745,gbOut=much,foo=1")).toEqual([
    "usage: hours: is more than 744, the hours of a month.",
    "usage: requests: is less than 0.",
    expect.stringContaining("usage: gbOut: is not an amount."),
    "usage: natGb: has its least above its most.",
    expect.stringContaining("usage: foo: is not one of hours, "),
  ]);
});

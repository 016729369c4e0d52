import { load } from "@operation-app/preflight";
import { describe, expect, it } from "vitest";
import { costOf, money, parseUsage } from "../src/index.ts";

type Stack = Readonly<Record<string, Readonly<Record<string, object>>>>;

const NOTHING_USED = "requests=0,gbOut=0,natGb=0,endpointGb=0,logGb=0,imageGb=0,s3Gb=0,users=0,mails=0,taskMinutes=0";

async function costIn(resource: Stack, region = "us-east-1") {
  const graph = await load({ provider: { aws: [{ region }] }, resource }, "stack");
  const { total, notPriced } = costOf(graph, { usage: parseUsage(NOTHING_USED) });
  return { usd: money(total), named: notPriced.map(({ address, what, why }) => `${address}: ${what}: ${why}`) };
}

const FARGATE = { requires_compatibilities: ["FARGATE"], cpu: 1024, memory: 2048 };
const service = (more: object) => ({
  name: "a",
  desired_count: 2,
  task_definition: "${aws_ecs_task_definition.a.arn}",
  ...more,
});
const ecs = (definition: object, more: object, others: Stack = {}): Stack => ({
  aws_ecs_task_definition: { a: { family: "a", ...definition } },
  aws_ecs_service: { a: service(more) },
  ...others,
});
const CLUSTER = {
  aws_ecs_cluster: { a: { name: "a" } },
  aws_ecs_cluster_capacity_providers: {
    a: {
      cluster_name: "${aws_ecs_cluster.a.name}",
      capacity_providers: ["FARGATE", "ec2"],
      default_capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
    },
  },
};
const database = (more: object): Stack => ({
  aws_db_instance: { a: { engine: "mysql", instance_class: "db.t3.large", allocated_storage: 100, ...more } },
});

/** Sums worked out by hand from AWS's list prices of us-east-1, 730 hours a month. */
const PRICED: readonly (readonly [what: string, stack: Stack, usd: string])[] = [
  // 2 × (1 × 0.04048 + 2 × 0.004445) × 730
  ["a service that says FARGATE", ecs(FARGATE, { launch_type: "FARGATE" }), "72.08"],
  ["one of which only the task definition says so", ecs(FARGATE, {}), "72.08"],
  [
    "one of a cluster whose default is FARGATE",
    ecs({ ...FARGATE, requires_compatibilities: ["EC2", "FARGATE"] }, { cluster: "${aws_ecs_cluster.a.id}" }, CLUSTER),
    "72.08",
  ],
  ["a size in vCPU and GB", ecs({ ...FARGATE, cpu: "1 vCPU", memory: "2 GB" }, {}), "72.08"],
  // 2 × (1 × 0.03238 + 2 × 0.00356) × 730
  ["ARM", ecs({ ...FARGATE, runtime_platform: { cpu_architecture: "ARM64" } }, {}), "57.67"],
  // … + 2 × 30 × 0.000111 × 730
  ["50 GB of disk, of which 20 are free", ecs({ ...FARGATE, ephemeral_storage: { size_in_gib: 50 } }, {}), "76.94"],
  // (0.136 × 730) + 100 × 0.115
  ["RDS on gp2, which is the default", database({}), "110.78"],
  // 0.136 × 730 + 100 × 0.125 + 1200 × 0.10
  ["RDS on io1", database({ storage_type: "io1", iops: 1200 }), "231.78"],
  // + a replica of the same size: 2 × 110.78
  [
    "a read replica",
    {
      aws_db_instance: {
        a: { engine: "mysql", instance_class: "db.t3.large", allocated_storage: 100 },
        b: { instance_class: "db.t3.large", replicate_source_db: "${aws_db_instance.a.identifier}" },
      },
    },
    "221.56",
  ],
  // 30 × 0.125 + 300 × 0.065
  ["EBS io2", { aws_ebs_volume: { a: { size: 30, type: "io2", iops: 300 } } }, "23.25"],
  // 1 to 3 × (0.0416 × 730 + 8 × 0.08)
  [
    "an autoscaling group",
    {
      aws_launch_template: {
        a: { instance_type: "t3.medium", block_device_mappings: [{ ebs: { volume_size: 8, volume_type: "gp3" } }] },
      },
      aws_autoscaling_group: {
        a: { min_size: 1, max_size: 3, launch_template: { id: "${aws_launch_template.a.id}" } },
      },
    },
    "31.01–93.02",
  ],
  // 0.0416 × 730 + 7 × 0.30 + 10 × 0.10
  [
    "an instance with detailed monitoring",
    { aws_instance: { a: { instance_type: "t3.medium", monitoring: true, root_block_device: { volume_size: 10 } } } },
    "33.47",
  ],
  ["an alarm of high resolution", { aws_cloudwatch_metric_alarm: { a: { period: 10 } } }, "0.30"],
  [
    "an alarm of an anomaly",
    {
      aws_cloudwatch_metric_alarm: {
        a: { metric_query: [{ expression: "ANOMALY_DETECTION_BAND(m1)" }, { metric: [{ period: 120 }] }] },
      },
    },
    "0.30",
  ],
  // 2 zones × 0.01 × 730
  [
    "an interface endpoint whose subnets are given from outside",
    {
      aws_vpc_endpoint: { a: { vpc_endpoint_type: "Interface" } },
      aws_vpc_endpoint_subnet_association: {
        a: { vpc_endpoint_id: "${aws_vpc_endpoint.a.id}", subnet_id: "subnet-1" },
        b: { vpc_endpoint_id: "${aws_vpc_endpoint.a.id}", subnet_id: "subnet-2" },
      },
    },
    "14.60",
  ],
  ["an endpoint of type Gateway", { aws_vpc_endpoint: { a: {} } }, "0.00"],
  // 2 × (32.85 + 3.65)
  [
    "NAT in each of two zones",
    {
      aws_nat_gateway: { a: { allocation_id: "${aws_eip.a.id}" }, b: { allocation_id: "${aws_eip.b.id}" } },
      aws_eip: { a: {}, b: {} },
    },
    "73.00",
  ],
  // 16 nodes × 0.156 × 730
  [
    "a cache of 4 shards with 3 replicas each",
    {
      aws_elasticache_replication_group: {
        a: { node_type: "cache.m4.large", num_node_groups: 4, replicas_per_node_group: 3 },
      },
    },
    "1822.08",
  ],
  [
    "Memcached, which costs what Redis does",
    { aws_elasticache_cluster: { a: { engine: "memcached", node_type: "cache.t3.medium", num_cache_nodes: 2 } } },
    "99.28",
  ],
  ["a service on instances, whose tasks are free", ecs({ cpu: 256, memory: 512 }, { launch_type: "EC2" }), "0.00"],
];

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

describe("what is named instead", () => {
  it.each(NAMED)("%s", async (_, stack, named, usd) => {
    const cost = await costIn(stack);
    expect(cost.named[0]).toBe(named);
    expect(cost.usd).toBe(usd);
  });
});

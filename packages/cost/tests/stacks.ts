import type { Json } from "../../preflight/tests/support/rules.ts";

export type Stack = Readonly<Record<string, Readonly<Record<string, Json>>>>;

export const FARGATE = { requires_compatibilities: ["FARGATE"], cpu: 1024, memory: 2048 };
const service = (more: object) => ({
  name: "a",
  desired_count: 2,
  task_definition: "${aws_ecs_task_definition.a.arn}",
  ...more,
});
export const ecs = (definition: object, more: object, others: Stack = {}): Stack => ({
  aws_ecs_task_definition: { a: { family: "a", ...definition } },
  aws_ecs_service: { a: service(more) },
  ...others,
});
const CLUSTER = {
  aws_ecs_cluster: { a: {} },
  aws_ecs_cluster_capacity_providers: {
    a: {
      cluster_name: "${aws_ecs_cluster.a.name}",
      capacity_providers: ["FARGATE", "ec2"],
      default_capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
    },
  },
};
export const database = (more: object): Stack => ({
  aws_db_instance: { a: { engine: "mysql", instance_class: "db.t3.large", allocated_storage: 100, ...more } },
});

/** Sums worked out by hand from AWS's list prices of us-east-1, 730 hours a month. */
export const PRICED: readonly (readonly [what: string, stack: Stack, usd: string])[] = [
  // 2 × (1 × 0.04048 + 2 × 0.004445) × 730
  ["a service that says FARGATE", ecs(FARGATE, { launch_type: "FARGATE" }), "72.08"],
  ["one of which only the task definition says so", ecs(FARGATE, {}), "72.08"],
  [
    "one of a cluster whose default is FARGATE",
    ecs({ ...FARGATE, requires_compatibilities: ["EC2", "FARGATE"] }, { cluster: "${aws_ecs_cluster.a.id}" }, CLUSTER),
    "72.08",
  ],
  ["a size in vCPU and GB", ecs({ ...FARGATE, cpu: "1 vCPU", memory: "2 GB" }, {}), "72.08"],
  // Two tasks for 12 of 24 hours.
  [
    "one that sleeps at night",
    ecs(
      FARGATE,
      {},
      {
        aws_appautoscaling_target: {
          a: { min_capacity: 1, max_capacity: 1, service_namespace: "ecs", resource_id: "service/a/a" },
        },
        aws_appautoscaling_scheduled_action: {
          up: {
            resource_id: "service/a/a",
            schedule: "cron(0 8 ? * * *)",
            scalable_target_action: { min_capacity: 2, max_capacity: 2 },
          },
          down: {
            resource_id: "service/a/a",
            schedule: "cron(0 20 ? * * *)",
            scalable_target_action: { min_capacity: 0, max_capacity: 0 },
          },
        },
      },
    ),
    "36.04",
  ],
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

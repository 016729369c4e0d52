import { describe, expect, it } from "vitest";
import { type Changed, planOfChanges } from "../support/plan.ts";
import { findingsOf, type Json } from "../support/rules.ts";

const BUCKET = { aws_s3_bucket: { main: { bucket: "shop-main" } } };

function bucketPolicy(statement: Json): Json {
  const policy = "${data.aws_iam_policy_document.main.json}";
  return {
    data: {
      aws_iam_policy_document: { main: { statement: [{ resources: ["arn:aws:s3:::shop-main/*"], ...statement }] } },
    },
    resource: { ...BUCKET, aws_s3_bucket_policy: { main: { bucket: "${aws_s3_bucket.main.id}", policy } } },
  };
}

function roleOf(service: string): Json {
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } };
  return { name: "app", assume_role_policy: JSON.stringify({ Statement: [statement] }) };
}

const EVERYTHING_BUT = { Effect: "Deny", NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "ecr:*" };

const CONFIGURATIONS: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  "BKT-004": {
    "a policy for everybody but some": bucketPolicy({
      effect: "Deny",
      actions: ["s3:*"],
      not_principals: { type: "AWS", identifiers: ["arn:aws:iam::123456789012:root"] },
    }),
    "principals that a dynamic block makes": bucketPolicy({
      actions: ["s3:GetObject"],
      dynamic: {
        principals: { for_each: "${var.readers}", content: { type: "AWS", identifiers: "${principals.value}" } },
      },
    }),
  },
  "ECR-010": {
    "a policy for everybody but some": {
      resource: {
        aws_ecr_repository_policy: {
          main: { repository: "app", policy: JSON.stringify({ Statement: [EVERYTHING_BUT] }) },
        },
      },
    },
  },
  "ECS-085": {
    "instances that ECS manages": {
      resource: { aws_ecs_service: { main: { name: "app", launch_type: "MANAGED_INSTANCES" } } },
    },
  },
  "IAM-023": {
    "services of other partitions": {
      resource: {
        aws_iam_role: Object.fromEntries(
          ["ec2.amazonaws.com.cn", "ec2.c2s.ic.gov", "ec2.sc2s.sgov.gov"].map((one, index) => [
            `r${index}`,
            roleOf(one),
          ]),
        ),
      },
    },
  },
  "DB-037": {
    "a Multi-AZ cluster with io1, which is the default": {
      resource: {
        aws_rds_cluster: {
          main: { engine: "postgres", db_cluster_instance_class: "db.m5d.large", allocated_storage: 100, iops: 1000 },
        },
      },
    },
  },
  "DB-014": {
    "a cluster that has shards": {
      resource: { aws_rds_cluster: { main: { engine: "aurora-postgresql", cluster_scalability_type: "limitless" } } },
    },
  },
  "COG-053": {
    "an attribute that is required, and that only Cognito writes": {
      resource: {
        aws_cognito_user_pool: { main: { name: "shop", schema: [{ name: "sub", required: true }] } },
        aws_cognito_user_pool_client: {
          web: { user_pool_id: "${aws_cognito_user_pool.main.id}", write_attributes: ["email"] },
        },
      },
    },
  },
  "SCH-014": {
    "a version of a function": {
      resource: {
        aws_lambda_function: { main: { function_name: "sweep", publish: true } },
        aws_iam_role: { main: roleOf("scheduler.amazonaws.com") },
        aws_iam_role_policy: {
          main: {
            role: "${aws_iam_role.main.id}",
            policy:
              '${jsonencode({Statement = [{Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "${aws_lambda_function.main.arn}:*"}]})}',
          },
        },
        aws_scheduler_schedule: {
          main: {
            target: { arn: "${aws_lambda_function.main.qualified_arn}", role_arn: "${aws_iam_role.main.arn}" },
          },
        },
      },
    },
  },
};

/** An update of something else: only its tags. */
const tagged = (address: string, before: Json): Changed => ({
  address,
  actions: ["update"],
  before,
  after: { ...before, tags: { team: "shop" } },
});

const CLUSTER_ARN = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop";
const arn = (region: string, rest: string) => `arn:aws:rds:${region}:123456789012:${rest}`;

const PLANS: Readonly<Record<string, Readonly<Record<string, readonly Changed[]>>>> = {
  "BKT-020": {
    "an old name that S3 took": [tagged("aws_s3_bucket.main", { bucket: "Shop_Logs" })],
  },
  "CACHE-024": {
    "clusters of all shards together": [
      tagged("aws_elasticache_replication_group.main", { num_node_groups: 3, num_cache_clusters: 9 }),
    ],
  },
  "DNS-022": {
    "zeros of a health check of others": [
      tagged("aws_route53_health_check.main", {
        type: "CALCULATED",
        child_healthchecks: ["a"],
        request_interval: 0,
        failure_threshold: 0,
      }),
    ],
  },
  "CACHE-020": {
    "a node type of old that is there": [
      tagged("aws_elasticache_replication_group.main", { node_type: "cache.m5.small" }),
    ],
  },
  "DB-032": {
    "a class of old that is there": [tagged("aws_db_instance.main", { instance_class: "db.m5.small" })],
  },
  "LB-031": {
    "a security policy of old that is there": [
      tagged("aws_lb_listener.main", { protocol: "HTTPS", ssl_policy: "ELBSecurityPolicy-2011-01" }),
    ],
  },
  "LB-032": {
    "stickiness of old that is there": [
      tagged("aws_lb_target_group.main", {
        protocol: "TCP",
        port: 443,
        stickiness: [{ enabled: true, type: "lb_cookie" }],
      }),
    ],
  },
  "LB-034": {
    "zeros that the provider reads back": [
      tagged("aws_lb_target_group.main", {
        port: 0,
        target_type: "lambda",
        stickiness: [{ enabled: false, type: "lb_cookie", cookie_duration: 0 }],
      }),
    ],
  },
  "SCH-005": {
    "a cluster that is elsewhere, by its ARN": [
      {
        address: "aws_cloudwatch_event_target.main",
        actions: ["update"],
        before: { arn: CLUSTER_ARN, ecs_target: [{ task_count: 1 }] },
        after: { arn: CLUSTER_ARN, ecs_target: [{ task_count: 2 }], role_arn: "arn:aws:iam::123456789012:role/events" },
        refersTo: { arn: { references: ["var.cluster_arn"] } },
      },
    ],
  },
  "CHG-001": {
    "a parameter group of instances, where a cluster uses one of that name": [
      { address: "aws_db_parameter_group.main", actions: ["delete"], before: { id: "shop", name: "shop" } },
      { address: "aws_rds_cluster.main", before: { id: "c", db_cluster_parameter_group_name: "shop" } },
    ],
    "a name in another region": [
      {
        address: "aws_db_subnet_group.main",
        actions: ["delete"],
        before: { id: "shop", name: "shop", arn: arn("us-west-2", "subgrp:shop") },
      },
      { address: "aws_db_instance.main", before: { db_subnet_group_name: "shop", arn: arn("us-east-1", "db:shop") } },
    ],
  },
  "CHG-002": {
    "a name in another region": [
      {
        address: "aws_cloudwatch_log_group.main",
        actions: ["create", "delete"],
        before: { name: "/shop", region: "us-east-1" },
        after: { name: "/shop", region: "us-west-2" },
      },
    ],
  },
  "CHG-004": {
    "an instance that switches its protection off itself": [
      {
        address: "aws_instance.main",
        actions: ["delete"],
        before: { disable_api_termination: true, force_destroy: true },
      },
    ],
  },
  "CHG-005": {
    "a version that is written out": [
      {
        address: "aws_db_instance.main",
        actions: ["update"],
        before: { engine: "mariadb", engine_version: "10" },
        after: { engine: "mariadb", engine_version: "10.11.8" },
      },
    ],
  },
};

const ALL = [
  ...Object.entries(CONFIGURATIONS),
  ...Object.entries(PLANS).map(
    ([id, plans]) =>
      [id, Object.fromEntries(Object.entries(plans).map(([name, all]) => [name, planOfChanges(all)]))] as const,
  ),
];

describe.each(ALL)("%s", (id, roots) => {
  it.each(Object.entries(roots))("says nothing of %s", async (_, root) => {
    const found = await findingsOf(root);
    expect(found.filter((one) => one.id === id).map(({ message }) => message)).toEqual([]);
  });
});

import { expect, it } from "vitest";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const set = (values: object) => (stack: Json) =>
  Object.assign(stack.resource.aws_elasticache_replication_group.main, values);
const single = (values: object) => (stack: Json) => {
  stack.resource.aws_elasticache_cluster = {
    one: { cluster_id: "one", node_type: "cache.t4g.micro", num_cache_nodes: 1, ...values },
  };
};
const made = (values: object) => (stack: Json) => {
  stack.resource.random_password = { token: values };
  set({ auth_token: "${random_password.token.result}" })(stack);
};

describeRule("CACHE-001", {
  "a password without TLS": {
    bad: set({ transit_encryption_enabled: null, auth_token: "0123456789abcdef" }),
    good: set({ transit_encryption_enabled: null, auth_token: "", auth_token_update_strategy: null }),
    says: "aws_elasticache_replication_group.main has auth_token without transit_encryption_enabled. Set transit_encryption_enabled to true.",
  },
  "a password from a variable": {
    bad: set({ transit_encryption_enabled: false }),
    good: set({ transit_encryption_enabled: "${var.tls}" }),
    says: "aws_elasticache_replication_group.main has auth_token without transit_encryption_enabled. Set transit_encryption_enabled to true.",
  },
  "users without TLS": {
    bad: set({
      transit_encryption_enabled: false,
      auth_token: null,
      auth_token_update_strategy: null,
      user_group_ids: ["shop"],
    }),
    good: set({
      transit_encryption_enabled: true,
      auth_token: null,
      auth_token_update_strategy: null,
      user_group_ids: ["shop"],
    }),
    says: "aws_elasticache_replication_group.main has user_group_ids without transit_encryption_enabled. Set transit_encryption_enabled to true.",
  },
});

describeRule("CACHE-002", {
  "a short password": {
    bad: set({ auth_token: "short" }),
    good: set({ auth_token: "0123456789abcdef" }),
    says: "aws_elasticache_replication_group.main has an auth_token of fewer than 16 characters. Make it 16 to 128 characters long.",
  },
  "a password with an @": {
    bad: set({ auth_token: "0123456789abcdef@" }),
    good: set({ auth_token: "0123456789abcdef!" }),
    says: "aws_elasticache_replication_group.main has special characters in its auth_token that ElastiCache does not accept. Write letters and digits only.",
  },
  "a long password that Terraform makes": {
    bad: made({ length: 200, special: false }),
    good: made({ length: 64, special: false }),
    says: "aws_elasticache_replication_group.main has an auth_token of more than 128 characters. Make it 16 to 128 characters long.",
  },
  "a made password with any special character": {
    bad: made({ length: 64 }),
    good: made({ length: 64, override_special: "!&#$^<>-" }),
    says: "aws_elasticache_replication_group.main gets its auth_token from random_password.token, which can have @ % * ( ) _ = + [ ] { } : ? in it. Set special to false there.",
  },
});

describeRule("CACHE-003", {
  "failover with one node": {
    bad: set({ automatic_failover_enabled: true }),
    good: set({ automatic_failover_enabled: true, num_cache_clusters: 2 }),
    says: "aws_elasticache_replication_group.main has automatic_failover_enabled and num_cache_clusters = 1. Set num_cache_clusters to 2, or automatic_failover_enabled to false.",
  },
});

describeRule("CACHE-004", {
  "several zones without failover": {
    bad: set({ multi_az_enabled: true, num_cache_clusters: 2 }),
    good: set({ multi_az_enabled: true, automatic_failover_enabled: true, num_cache_clusters: 2 }),
    says: "aws_elasticache_replication_group.main has multi_az_enabled without automatic_failover_enabled. Set automatic_failover_enabled to true, with two nodes at least.",
  },
});

describeRule("CACHE-005", {
  "several zones in one": {
    bad: (stack) => {
      set({ multi_az_enabled: true, automatic_failover_enabled: true, num_cache_clusters: 2 })(stack);
      stack.resource.aws_subnet.private_c.availability_zone = "ap-northeast-1a";
    },
    good: set({ multi_az_enabled: true, automatic_failover_enabled: true, num_cache_clusters: 2 }),
    says: "aws_elasticache_replication_group.main has multi_az_enabled, and subnets in ap-northeast-1a only. Add a subnet in another zone to its subnet group.",
  },
});

describeRule("CACHE-006", {
  "a default group of another engine": {
    bad: set({ parameter_group_name: "default.redis7" }),
    good: set({ parameter_group_name: "default.valkey8" }),
    says: "aws_elasticache_replication_group.main runs valkey 8.0 with a parameter group of the family redis7. Use a parameter group of the family valkey8.",
  },
  "a group of another version": {
    bad: (stack) => {
      stack.resource.aws_elasticache_parameter_group = { main: { name: "shop", family: "redis6.x" } };
      set({
        engine: "redis",
        engine_version: "7.1",
        parameter_group_name: "${aws_elasticache_parameter_group.main.name}",
      })(stack);
    },
    good: (stack) => {
      stack.resource.aws_elasticache_parameter_group = { main: { name: "shop", family: "redis6.x" } };
      set({
        engine: "redis",
        engine_version: "6.2",
        parameter_group_name: "${aws_elasticache_parameter_group.main.name}",
      })(stack);
    },
    says: "aws_elasticache_replication_group.main runs redis 7.1 with a parameter group of the family redis6.x. Use a parameter group of the family redis7.",
  },
  "a group with shards": {
    bad: set({ parameter_group_name: "default.redis7.cluster.on" }),
    good: set({ parameter_group_name: "default.valkey8.cluster.on" }),
    says: "aws_elasticache_replication_group.main runs valkey 8.0 with a parameter group of the family redis7. Use a parameter group of the family valkey8.",
  },
});

describeRule("CACHE-007", {
  "a Redis that is Valkey's": {
    bad: set({ engine: "redis", engine_version: "7.2" }),
    good: set({ engine: "redis", engine_version: "7.1" }),
    says: 'aws_elasticache_replication_group.main runs redis 7.2, which ElastiCache does not have. Set engine to "valkey", or engine_version to "7.1".',
  },
  "a Valkey that is Redis's": {
    bad: set({ engine_version: "7.0" }),
    good: set({ engine_version: "7.2" }),
    says: 'aws_elasticache_replication_group.main runs valkey 7.0, which ElastiCache does not have. Set engine_version to "7.2" or later, such as "8.0".',
  },
  "an engine that is not written": {
    bad: set({ engine: undefined, engine_version: "8.0" }),
    good: set({ engine: undefined, engine_version: "6.x" }),
    says: 'aws_elasticache_replication_group.main runs redis 8.0, which ElastiCache does not have (the default engine is redis). Set engine to "valkey", or engine_version to "7.1".',
  },
  "a minor version that Redis has not": {
    bad: set({ engine: "redis", engine_version: "6.1" }),
    good: set({ engine: "redis", engine_version: "6.2" }),
    says: 'aws_elasticache_replication_group.main runs redis 6.1, which ElastiCache does not have. Set engine to "valkey", or engine_version to "7.1".',
  },
  "a version of Valkey that was not known": {
    bad: set({ engine_version: "8.9" }),
    good: set({ engine_version: "9.1" }),
    says: 'aws_elasticache_replication_group.main runs valkey 8.9, a version that was not known in August 2026. Set engine_version to "7.2" or later, such as "8.0".',
  },
  "three numbers": {
    bad: set({ engine: "redis", engine_version: "7.0.5" }),
    good: set({ engine: "redis", engine_version: "5.0.6" }),
    says: 'aws_elasticache_replication_group.main runs redis 7.0.5, a version with three numbers. Write "7.0".',
  },
});

describeRule("CACHE-008", {
  "a group of another VPC": {
    bad: (stack) => {
      stack.resource.aws_vpc.other = { cidr_block: "10.1.0.0/16" };
      stack.resource.aws_security_group.cache.vpc_id = "${aws_vpc.other.id}";
    },
    good: (stack) => {
      stack.resource.aws_security_group.cache.vpc_id = "${var.vpc}";
    },
    says: "aws_elasticache_replication_group.main has subnets of aws_vpc.main, and aws_security_group.cache, which is in aws_vpc.other. Take a security group of aws_vpc.main.",
  },
});

describeRule("CACHE-009", {
  "nodes and shards": {
    bad: set({ num_node_groups: 1 }),
    good: set({ num_cache_clusters: null, num_node_groups: 1, replicas_per_node_group: 1 }),
    says: "aws_elasticache_replication_group.main has both num_cache_clusters and num_node_groups. Drop num_cache_clusters or num_node_groups.",
  },
  "a number that may be null": {
    bad: set({ num_node_groups: 2 }),
    good: set({ num_node_groups: "${var.shards}" }),
    says: "aws_elasticache_replication_group.main has both num_cache_clusters and num_node_groups. Drop num_cache_clusters or num_node_groups.",
  },
});

describeRule("CACHE-010", {
  "two hyphens": {
    bad: set({ replication_group_id: "shop--cache" }),
    good: set({ replication_group_id: "shop-cache" }),
    says: 'aws_elasticache_replication_group.main has replication_group_id = "shop--cache". Write up to 40 letters, digits and single hyphens, a letter first and no hyphen last.',
  },
  "a long name": {
    bad: set({ replication_group_id: "s".repeat(41) }),
    good: set({ replication_group_id: "s".repeat(40) }),
    says: 'aws_elasticache_replication_group.main has replication_group_id = "sssssssssssssssssssssssssssssssssssssssss". Write up to 40 letters, digits and single hyphens, a letter first and no hyphen last.',
  },
});

describeRule("CACHE-011", {
  "Valkey by itself": {
    bad: single({ engine: "valkey" }),
    good: single({ engine: "redis" }),
    says: 'aws_elasticache_cluster.one has engine = "valkey". Make it an aws_elasticache_replication_group.',
  },
  "several nodes of Redis": {
    bad: single({ engine: "redis", num_cache_nodes: 2 }),
    good: single({ engine: "memcached", num_cache_nodes: 2 }),
    says: "aws_elasticache_cluster.one has num_cache_nodes = 2 with redis. Make it an aws_elasticache_replication_group.",
  },
});

describeRule("CACHE-012", {
  "a type of EC2": {
    bad: set({ node_type: "t4g.micro" }),
    good: set({ node_type: "${var.size}" }),
    says: 'aws_elasticache_replication_group.main has node_type = "t4g.micro". Write a node type of ElastiCache, such as cache.t4g.micro.',
  },
});

describeRule("CACHE-013", {
  "snapshots during maintenance": {
    bad: set({ snapshot_window: "05:00-06:00", maintenance_window: "sun:05:30-sun:06:30" }),
    good: set({ snapshot_window: "04:00-05:00", maintenance_window: "sun:05:30-sun:06:30" }),
    says: "aws_elasticache_replication_group.main has the snapshot_window 05:00-06:00 and the maintenance_window sun:05:30-sun:06:30, which overlap. Move one of the two windows.",
  },
});

it("what is wrong with a password is said without a character of it", async () => {
  const stack = workingStack();
  set({ auth_token: "0123456789@~%" })(stack);
  const found = (await findingsOf(stack)).filter(({ id }) => id === "CACHE-002");
  expect(found).toHaveLength(2);
  for (const { message, fix } of found) expect(message + fix).not.toMatch(/[@~%]|13/);
});

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
    at: "aws_elasticache_replication_group.main",
    bad: set({ transit_encryption_enabled: null, auth_token: "0123456789abcdef" }),
    good: set({ transit_encryption_enabled: null, auth_token: "", auth_token_update_strategy: null }),
  },
  "a password from a variable": {
    bad: set({ transit_encryption_enabled: false }),
    good: set({ transit_encryption_enabled: "${var.tls}" }),
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
  },
});

describeRule("CACHE-002", {
  "a short password": { bad: set({ auth_token: "short" }), good: set({ auth_token: "0123456789abcdef" }) },
  "a password with an @": {
    bad: set({ auth_token: "0123456789abcdef@" }),
    good: set({ auth_token: "0123456789abcdef!" }),
  },
  "a long password that Terraform makes": {
    bad: made({ length: 200, special: false }),
    good: made({ length: 64, special: false }),
  },
  "a made password with any special character": {
    bad: made({ length: 64 }),
    good: made({ length: 64, override_special: "!&#$^<>-" }),
  },
});

describeRule("CACHE-003", {
  "failover with one node": {
    bad: set({ automatic_failover_enabled: true }),
    good: set({ automatic_failover_enabled: true, num_cache_clusters: 2 }),
  },
});

describeRule("CACHE-004", {
  "several zones without failover": {
    bad: set({ multi_az_enabled: true, num_cache_clusters: 2 }),
    good: set({ multi_az_enabled: true, automatic_failover_enabled: true, num_cache_clusters: 2 }),
  },
});

describeRule("CACHE-005", {
  "several zones in one": {
    bad: (stack) => {
      set({ multi_az_enabled: true, automatic_failover_enabled: true, num_cache_clusters: 2 })(stack);
      stack.resource.aws_subnet.private_c.availability_zone = "ap-northeast-1a";
    },
    good: set({ multi_az_enabled: true, automatic_failover_enabled: true, num_cache_clusters: 2 }),
  },
});

describeRule("CACHE-006", {
  "a default group of another engine": {
    bad: set({ parameter_group_name: "default.redis7" }),
    good: set({ parameter_group_name: "default.valkey8" }),
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
  },
  "a group with shards": {
    bad: set({ parameter_group_name: "default.redis7.cluster.on" }),
    good: set({ parameter_group_name: "default.valkey8.cluster.on" }),
  },
});

describeRule("CACHE-007", {
  "a Redis that is Valkey's": {
    bad: set({ engine: "redis", engine_version: "7.2" }),
    good: set({ engine: "redis", engine_version: "7.1" }),
  },
  "a Valkey that is Redis's": { bad: set({ engine_version: "7.0" }), good: set({ engine_version: "7.2" }) },
  "an engine that is not written": {
    bad: set({ engine: undefined, engine_version: "8.0" }),
    good: set({ engine: undefined, engine_version: "6.x" }),
  },
  "three numbers": {
    bad: set({ engine: "redis", engine_version: "7.0.5" }),
    good: set({ engine: "redis", engine_version: "5.0.6" }),
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
  },
});

describeRule("CACHE-009", {
  "nodes and shards": {
    bad: set({ num_node_groups: 1 }),
    good: set({ num_cache_clusters: null, num_node_groups: 1, replicas_per_node_group: 1 }),
  },
  "a number that may be null": { bad: set({ num_node_groups: 2 }), good: set({ num_node_groups: "${var.shards}" }) },
});

describeRule("CACHE-010", {
  "two hyphens": {
    bad: set({ replication_group_id: "shop--cache" }),
    good: set({ replication_group_id: "shop-cache" }),
  },
  "a long name": {
    bad: set({ replication_group_id: "s".repeat(41) }),
    good: set({ replication_group_id: "s".repeat(40) }),
  },
});

describeRule("CACHE-011", {
  "Valkey by itself": { bad: single({ engine: "valkey" }), good: single({ engine: "redis" }) },
  "several nodes of Redis": {
    bad: single({ engine: "redis", num_cache_nodes: 2 }),
    good: single({ engine: "memcached", num_cache_nodes: 2 }),
  },
});

describeRule("CACHE-012", {
  "a type of EC2": { bad: set({ node_type: "t4g.micro" }), good: set({ node_type: "${var.size}" }) },
});

describeRule("CACHE-013", {
  "snapshots during maintenance": {
    bad: set({ snapshot_window: "05:00-06:00", maintenance_window: "sun:05:30-sun:06:30" }),
    good: set({ snapshot_window: "04:00-05:00", maintenance_window: "sun:05:30-sun:06:30" }),
  },
});

it("what is wrong with a password is told without a character of it", async () => {
  const stack = workingStack();
  set({ auth_token: "0123456789@~%" })(stack);
  const found = (await findingsOf(stack)).filter(({ id }) => id === "CACHE-002");
  expect(found).toHaveLength(2);
  for (const { message, fix } of found) expect(message + fix).not.toMatch(/[@~%]|13/);
});

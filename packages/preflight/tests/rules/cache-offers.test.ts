import { describeRule, type Json } from "../support/rules.ts";

const set = (values: object) => (stack: Json) =>
  Object.assign(stack.resource.aws_elasticache_replication_group.main, values);
const ADDRESS = "aws_elasticache_replication_group.main";

const shards = (values: object, parameter: object[] | undefined) => (stack: Json) => {
  set({ num_cache_clusters: null, num_node_groups: 2, automatic_failover_enabled: true, ...values })(stack);
  if (!parameter) return;
  stack.resource.aws_elasticache_parameter_group = { main: { name: "shop", family: "valkey8", parameter } };
  set({ parameter_group_name: "${aws_elasticache_parameter_group.main.name}" })(stack);
};

describeRule("CACHE-020", {
  "a size that its family does not have": {
    bad: set({ node_type: "cache.t4g.nano" }),
    good: set({ node_type: "cache.t4g.micro" }),
    says: `${ADDRESS} has node_type = "cache.t4g.nano", which ElastiCache does not have. Write one of the sizes micro, small, medium.`,
  },
  "a family that is not known": {
    bad: set({ node_type: "cache.t9.micro" }),
    good: set({ node_type: "cache.r8g.large" }),
    says: `${ADDRESS} has node_type = "cache.t9.micro", a type that was not known in August 2026. Write a node type that it lists.`,
  },
});

describeRule("CACHE-021", {
  "Valkey that does not speak of TLS": {
    bad: set({ engine: "valkey", transit_encryption_enabled: undefined, auth_token: null }),
    good: set({ engine: "valkey", transit_encryption_enabled: false, auth_token: null }),
    says: `${ADDRESS} has engine = "valkey" and no transit_encryption_enabled. Set transit_encryption_enabled to true, and have the clients use rediss://.`,
  },
});

describeRule("CACHE-022", {
  "shards with a default group without cluster mode": {
    bad: shards({ parameter_group_name: "default.valkey8" }, undefined),
    good: shards({ parameter_group_name: "default.valkey8.cluster.on" }, undefined),
    says: `${ADDRESS} has 2 shards, and the parameter group default.valkey8. Use a parameter group with cluster-enabled = "yes", such as default.valkey8.cluster.on.`,
  },
  "shards with an own group without cluster mode": {
    bad: shards({}, []),
    good: shards({}, [{ name: "cluster-enabled", value: "yes" }]),
    says: `${ADDRESS} has 2 shards, and no cluster mode in aws_elasticache_parameter_group.main. Use a parameter group with cluster-enabled = "yes", such as default.valkey8.cluster.on.`,
  },
  "cluster mode without failover": {
    bad: shards({ automatic_failover_enabled: false }, [{ name: "cluster-enabled", value: "yes" }]),
    good: shards({ automatic_failover_enabled: "${var.failover}" }, [{ name: "cluster-enabled", value: "yes" }]),
    says: `${ADDRESS} has cluster mode in aws_elasticache_parameter_group.main, and no automatic_failover_enabled. Set automatic_failover_enabled to true.`,
  },
});

describeRule("CACHE-023", {
  "nodes with disks that are not used": {
    bad: set({ node_type: "cache.r6gd.xlarge" }),
    good: set({ node_type: "cache.r6gd.xlarge", data_tiering_enabled: true }),
    says: `${ADDRESS} has node_type = "cache.r6gd.xlarge" without data_tiering_enabled. Set data_tiering_enabled to true, or take a node of r6g.`,
  },
  "tiering without disks": {
    bad: set({ node_type: "cache.r6g.xlarge", data_tiering_enabled: true }),
    good: set({ node_type: "${var.node}", data_tiering_enabled: true }),
    says: `${ADDRESS} has node_type = "cache.r6g.xlarge" with data_tiering_enabled. Drop data_tiering_enabled, or take a node of r6gd.`,
  },
});

describeRule("CACHE-024", {
  "snapshots for longer than ElastiCache keeps them": {
    bad: set({ snapshot_retention_limit: 60 }),
    good: set({ snapshot_retention_limit: 35 }),
    says: `${ADDRESS} has snapshot_retention_limit = 60. Write a number from 0 to 35.`,
  },
});

describeRule("CACHE-025", {
  "fewer zones than nodes": {
    bad: ({ resource }) => {
      resource.aws_elasticache_replication_group = {
        main: { num_cache_clusters: 2, preferred_cache_cluster_azs: ["ap-northeast-1a"] },
      };
    },
    good: ({ resource }) => {
      resource.aws_elasticache_replication_group = {
        main: { num_cache_clusters: 2, preferred_cache_cluster_azs: ["ap-northeast-1a", "ap-northeast-1a"] },
      };
    },
    says: "aws_elasticache_replication_group.main has 1 preferred_cache_cluster_azs for num_cache_clusters = 2. Write 2 zones, or none.",
  },
});

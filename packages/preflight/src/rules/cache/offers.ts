import type { Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, flag, isAbsent, isEmpty, items, number, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { attributeRule, between, oneOf } from "../shared/attribute-rule.ts";
import { offerOf, type Sizes } from "../shared/offers.ts";

const CREATE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html";
const NODE_TYPES = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html";
const GROUP = "aws_elasticache_replication_group";

/** When the list of node types was made: what AWS has added since is at most warned of. */
const LISTED = "August 2026";

const GRAVITON = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge";

/** Node types by family. Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html */
const NODES: Sizes = {
  t1: "micro",
  t2: "micro small medium",
  t3: "micro small medium",
  t4g: "micro small medium",
  m1: "small medium large xlarge",
  m2: "xlarge 2xlarge 4xlarge",
  m3: "medium large xlarge 2xlarge",
  m4: "large xlarge 2xlarge 4xlarge 10xlarge",
  m5: "large xlarge 2xlarge 4xlarge 12xlarge 24xlarge",
  m6g: GRAVITON,
  m7g: GRAVITON,
  m8g: GRAVITON,
  r3: "large xlarge 2xlarge 4xlarge 8xlarge",
  r4: "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge",
  r5: "large xlarge 2xlarge 4xlarge 12xlarge 24xlarge",
  r6g: GRAVITON,
  r6gd: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
  r7g: GRAVITON,
  r8g: GRAVITON,
  c1: "xlarge",
  c7gn: GRAVITON,
  c8gn: GRAVITON,
};

/** Families that were young when the list was made. */
const GROWING = /^[a-z]8/;

export const CACHE_OFFER_RULES: readonly Rule[] = [
  defineRule({
    id: "CACHE-020",
    severity: "error",
    title: "ElastiCache has that node type",
    reference: NODE_TYPES,
    problems: {
      missing: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid Cache Node type: cache.t4g.nano",
        cause: "Each family has sizes of its own, and not all that EC2 has.",
      },
      unlisted: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid Cache Node type: cache.m99.large",
        cause: `It is not among the node types that were known in ${LISTED}, and may have come since.`,
        severity: "warning",
      },
    },
    *check(graph) {
      for (const at of graph.ofType(GROUP, "aws_elasticache_cluster").filter((one) => one.changes("node_type"))) {
        const name = text(at.get("node_type")) ?? "";
        const offer = /^cache\..+\./.test(name) ? offerOf(name, NODES, GROWING) : "offered";
        if (offer === "offered") continue;
        const sizes = NODES[name.split(".")[1] ?? ""];
        const fix = sizes
          ? `Write one of the sizes ${sizes.split(" ").join(", ")}.`
          : "Write a node type that it lists.";
        const what = offer === "missing" ? "which ElastiCache does not have" : `a type that was not known in ${LISTED}`;
        yield { kind: offer, at, message: `has node_type = "${name}", ${what}.`, fix, attribute: "node_type" };
      }
    },
  }),
  {
    id: "CACHE-021",
    severity: "error",
    title: "A group of Valkey says whether it uses TLS",
    when: "apply",
    prevents: "InvalidParameterCombination: TransitEncryptionEnabled must be specified for Valkey",
    cause: "For Valkey ElastiCache has no default of transit_encryption_enabled.",
    reference: CREATE,
    *check(graph) {
      for (const group of graph.ofType(GROUP).filter(({ isMade }) => isMade)) {
        const attribute = "transit_encryption_enabled";
        const isOwn = SOURCES.every((name) => isEmpty(group.get(name)));
        const isSaid = group.writes(attribute) && !isAbsent(group.get(attribute));
        if (text(group.get("engine")) !== "valkey" || !isOwn || isSaid) continue;
        yield {
          at: group,
          message: `has engine = "valkey" and no ${attribute}.`,
          fix: `Set ${attribute} to true, and have the clients use rediss://.`,
          attribute,
        };
      }
    },
  },
  defineRule({
    id: "CACHE-022",
    severity: "error",
    title: "Shards, failover and the parameter group are of one cluster mode",
    reference: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.Redis-RedisCluster.html",
    problems: {
      off: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: Cannot create a Redis cluster with a NumNodeGroups parameter greater than 1 with cluster mode disabled",
        cause: "Several shards need cluster mode, which the parameter cluster-enabled switches on.",
      },
      failover: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: Redis with cluster mode enabled cannot be created with auto failover turned off.",
        cause: "With cluster mode, replicas always take over.",
      },
    },
    *check(graph) {
      for (const group of graph.ofType(GROUP).filter(({ isMade }) => isMade)) {
        const mode = modeOf(group);
        const shards = shardsOf(group);
        if (mode.on === false && shards !== undefined && shards > 1) {
          const message = `has ${shards} shards, and ${mode.why}.`;
          const fix = 'Use a parameter group with cluster-enabled = "yes", such as default.valkey8.cluster.on.';
          yield { kind: "off", at: group, message, fix, attribute: "parameter_group_name" };
        }
        const attribute = "automatic_failover_enabled";
        const isOwn = SOURCES.every((name) => isEmpty(group.get(name)));
        if (mode.on !== true || !isOwn || flag(group.get(attribute), false) !== false) continue;
        const message = `has ${mode.why}, and no ${attribute}.`;
        yield { kind: "failover", at: group, message, fix: `Set ${attribute} to true.`, attribute };
      }
    },
  }),
  {
    id: "CACHE-023",
    severity: "error",
    title: "Data tiering goes with the nodes that have it",
    when: "apply",
    prevents: "InvalidParameterCombination: Data tiering must be enabled for the r6gd node family",
    cause: "Nodes of r6gd keep data on disks too, and no others do.",
    reference: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/data-tiering.html",
    *check(graph) {
      for (const group of graph.ofType(GROUP).filter(({ isMade }) => isMade)) {
        const attribute = "data_tiering_enabled";
        const [node, isOn] = [text(group.get("node_type")), flag(group.get(attribute), false)];
        const isTiered = node?.startsWith("cache.r6gd.");
        if (node === undefined || isOn === undefined || isOn === isTiered || (isOn && !node.startsWith("cache.")))
          continue;
        yield {
          at: group,
          message: `has node_type = "${node}" ${isOn ? "with" : "without"} ${attribute}.`,
          fix: isOn ? `Drop ${attribute}, or take a node of r6gd.` : `Set ${attribute} to true, or take a node of r6g.`,
          attribute,
        };
      }
    },
  },
  {
    id: "CACHE-025",
    severity: "error",
    title: "A group of caches names a zone for each of its nodes",
    when: "apply",
    prevents:
      "InvalidParameterValue: When specifying preferred availability zones, the number of cache clusters must be specified and must match the number of preferred availability zones.",
    cause: "The first zone is the primary's, and each further one that of a replica; zones may come twice.",
    reference: CREATE,
    *check(graph) {
      for (const at of graph.ofType(GROUP).filter(({ isMade }) => isMade)) {
        const attribute = "preferred_cache_cluster_azs";
        const { items: zones, complete } = items(at.get(attribute));
        const nodes = number(at.get("num_cache_clusters"));
        if (!complete || zones.length === 0 || nodes === undefined || zones.length === nodes) continue;
        yield {
          at,
          message: `has ${zones.length} ${attribute} for num_cache_clusters = ${nodes}.`,
          fix: `Write ${nodes} zones, or none.`,
          attribute,
        };
      }
    },
  },
  attributeRule({
    id: "CACHE-024",
    severity: "error",
    title: "ElastiCache accepts the settings of a cache",
    when: "apply",
    prevents: "InvalidParameterValue: Snapshot retention limit must be between 0 and 35.",
    cause: "ElastiCache takes each setting in a range, or from a list.",
    reference: CREATE,
    checks: [
      {
        types: [GROUP, "aws_elasticache_cluster"],
        attribute: "snapshot_retention_limit",
        takes: between(0, 35),
        bad: { snapshot_retention_limit: 60 },
        good: { snapshot_retention_limit: 35 },
      },
      {
        types: [GROUP],
        attribute: "replicas_per_node_group",
        takes: between(0, 5),
        prevents: "InvalidParameterValue: Replicas per node group must be between 0 and 5.",
        cause: "A shard has up to five replicas.",
        bad: { replicas_per_node_group: 6 },
        good: { replicas_per_node_group: 5 },
      },
      {
        types: [GROUP],
        attribute: "num_cache_clusters",
        takes: between(1, 6),
        prevents: "InvalidParameterValue: Number of cache clusters must be between 1 and 6.",
        cause: "A group without shards has one primary and up to five replicas.",
        bad: { num_cache_clusters: 7 },
        good: { num_cache_clusters: 6 },
      },
      {
        types: [GROUP],
        attribute: "num_node_groups",
        takes: between(1, 500),
        prevents: "NodeGroupsPerReplicationGroupQuotaExceeded: …",
        cause: "A group has up to 500 shards, where AWS has raised the quota of 90.",
        bad: { num_node_groups: 501 },
        good: { num_node_groups: 90 },
      },
      {
        types: [GROUP],
        attribute: "engine",
        when: "plan",
        takes: (_, value) => wrongEngine(value, ["valkey", "redis"]),
        prevents: 'expected engine to be one of ["redis" "valkey"], got memcached',
        cause: "Replication is for Valkey and Redis.",
        bad: { engine: "memcached" },
        good: { engine: "valkey" },
      },
      {
        types: ["aws_elasticache_cluster"],
        attribute: "engine",
        takes: (_, value) => wrongEngine(value, ["memcached", "redis", "valkey"]),
        prevents: "InvalidParameterValue: Invalid engine: memcache",
        cause: "ElastiCache has these engines.",
        bad: { engine: "memcache" },
        good: { engine: "memcached" },
      },
      {
        types: ["aws_elasticache_cluster"],
        attribute: "num_cache_nodes",
        takes: between(1, 60),
        prevents: "InvalidParameterValue: Number of cache nodes must be between 1 and 60.",
        cause: "A cluster of Memcached has up to 60 nodes.",
        bad: { num_cache_nodes: 0 },
        good: { num_cache_nodes: 1 },
      },
      {
        types: ["aws_elasticache_cluster"],
        attribute: "az_mode",
        where: ({ az_mode, num_cache_nodes }) => text(az_mode) === "cross-az" && number(num_cache_nodes) === 1,
        takes: oneOf("single-az"),
        when: "plan",
        prevents: 'az_mode "cross-az" is not supported with num_cache_nodes = 1',
        cause: "One node is in one zone.",
        bad: { num_cache_nodes: 1, az_mode: "cross-az" },
        good: { num_cache_nodes: 2, az_mode: "cross-az" },
      },
      ...(
        [
          ["destination_type", ["cloudwatch-logs", "kinesis-firehose"]],
          ["log_format", ["json", "text"]],
          ["log_type", ["slow-log", "engine-log"]],
        ] as const
      ).map(([name, values]) => ({
        types: [GROUP, "aws_elasticache_cluster"],
        attribute: `log_delivery_configuration.${name}`,
        takes: oneOf(...values),
        when: "plan" as const,
        prevents: `expected log_delivery_configuration.0.${name} to be one of […], got …`,
        cause: "ElastiCache delivers these logs, in these forms, to these places.",
        bad: { log_delivery_configuration: [{ [name]: "cloudwatch" }] },
        good: { log_delivery_configuration: [{ [name]: values[0] ?? "" }] },
      })),
    ],
  }),
];

/** What brings its settings along. */
const SOURCES = ["global_replication_group_id", "snapshot_name", "snapshot_arns"];

function wrongEngine(value: Value | undefined, engines: readonly string[]) {
  const engine = text(value)?.toLowerCase();
  if (engine === undefined || engine === "" || engines.includes(engine)) return undefined;
  return { message: `has engine = "${engine}".`, fix: `Write ${engines.map((one) => `"${one}"`).join(" or ")}.` };
}

function shardsOf(group: Resource): number | undefined {
  return number(group.get("num_node_groups"));
}

/** Whether a group has cluster mode, by what it says itself or by its parameter group; `on` is undefined where that can't be known. */
function modeOf(group: Resource): { readonly on: boolean | undefined; readonly why: string } {
  const written = text(group.get("cluster_mode"));
  if (written === "disabled") return { on: false, why: 'cluster_mode = "disabled"' };
  const link = linked(group.get("parameter_group_name"), "aws_elasticache_parameter_group");
  const [parameters] = link.resources;
  if (link.certain && parameters) {
    const found = blocks(parameters.get("parameter"));
    const own = found.blocks.find(({ name }) => text(name) === "cluster-enabled")?.value;
    const on = own === undefined ? (found.complete ? false : undefined) : isYes(own);
    return { on, why: `${on ? "" : "no "}cluster mode in ${parameters.address}` };
  }
  const name = link.literal ?? "";
  const isDefault = /^default\.(?:redis|valkey)/.test(name);
  return { on: isDefault ? name.endsWith(".cluster.on") : undefined, why: `the parameter group ${name}` };
}

function isYes(value: Value): boolean | undefined {
  const known = text(value);
  return known === undefined ? undefined : /^(?:yes|true|1)$/.test(known);
}

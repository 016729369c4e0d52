import { type Block, flag, isAbsent, linked, number, text, type Value } from "@operation-app/preflight/graph";
import type { Range } from "../range.ts";
import { cacheSnapshots, databaseBackups } from "./backups.ts";
import { hourly, type Line, type Meters, monthly, numberOr, textOr, unknown, withoutNull } from "./meter.ts";

/** IOPS that gp3 has for nothing, below and from 400 GB. */
const FREE_IOPS = [3_000, 12_000] as const;

/** Days that Performance Insights keeps for nothing. */
const FREE_INSIGHTS = 7;

/**
 * Versions whose standard support has ended.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html, and the release calendars it names
 */
const EXTENDED_SUPPORT: Readonly<Record<string, RegExp>> = {
  mysql: /^(?:5\.|8\.0)/,
  postgres: /^(?:9\.|1[0-3]\b)/,
};

/** RDS and ElastiCache. Parameter, option and subnet groups are free. */
export const DATABASES: Meters = {
  aws_db_instance: (instance, stack) => {
    const source = linked(instance.get("replicate_source_db"), "aws_db_instance").resources[0];
    const of = (attribute: string) => instance.get(attribute) ?? source?.get(attribute);
    const [engine, size] = [text(of("engine")), text(of("instance_class"))];
    const isDouble = flag(instance.get("multi_az"), false);
    if (engine === undefined || size === undefined || isDouble === undefined)
      return [unknown("instance", "engine, instance_class or multi_az is not known")];
    return [
      hourly(`${size}, ${engine}${isDouble ? ", in two zones" : ""}`, instancePrice(engine, size, isDouble)),
      ...storage({ ...source?.values, ...withoutNull(instance.values) }, isDouble ? 2 : 1),
      ...databaseBackups(instance, stack, number(of("allocated_storage"))),
      ...extras(engine, of),
      ...(flag(instance.get("manage_master_user_password"), false) ? [monthly("the password's secret", "secret")] : []),
    ];
  },

  aws_elasticache_replication_group: (group, stack) => {
    const shards = numberOr(group.get("num_node_groups"), 1);
    const replicas = group.get("replicas_per_node_group");
    const nodes = isAbsent(replicas)
      ? numberOr(group.get("num_cache_clusters"), 1)
      : (number(replicas) ?? Number.NaN) + 1;
    const all = (shards ?? Number.NaN) * (nodes ?? Number.NaN);
    return [
      ...nodeLines(textOr(group.get("engine"), "redis"), text(group.get("node_type")), all),
      ...cacheSnapshots(group, stack),
    ];
  },

  aws_elasticache_cluster: (cluster, stack) => {
    const [group] = linked(cluster.get("replication_group_id"), "aws_elasticache_replication_group").resources;
    const engine = textOr(cluster.get("engine") ?? group?.get("engine"), "redis");
    const nodes = numberOr(cluster.get("num_cache_nodes"), 1);
    return [
      ...nodeLines(engine, text(cluster.get("node_type") ?? group?.get("node_type")), nodes),
      ...(group ? [] : cacheSnapshots(cluster, stack)),
    ];
  },
};

/** Name of the hourly price of an instance, such as `rds.mysql.db.t4g.micro`. */
function instancePrice(engine: string, size: string, isDouble: boolean): string {
  return `rds.${engine}.${isDouble ? "multi-az." : ""}${size}`;
}

/** A standby has as much storage of its own. */
function storage(values: Block, copies: number): Line[] {
  const type = textOr(values.storage_type, isAbsent(values.iops) ? "gp2" : "io1");
  const size = number(values.allocated_storage);
  if (type === undefined || size === undefined)
    return [unknown("storage", "storage_type or allocated_storage is not known")];
  const most = Math.max(size, numberOr(values.max_allocated_storage, 0) ?? 0);
  const gb: Range = { low: size * copies, high: most * copies };
  return [monthly(`${type} storage`, `rds-${type}-gb`, gb), ...iops(type, size, numberOr(values.iops, 0) ?? 0, copies)];
}

/** What is billed by the vCPU, of which a size does not tell how many it has. */
function extras(engine: string, of: (attribute: string) => Value | undefined): Line[] {
  const version = text(of("engine_version")) ?? "";
  const isOld = EXTENDED_SUPPORT[engine]?.test(version) ?? false;
  const isRefused = text(of("engine_lifecycle_support")) === "open-source-rds-extended-support-disabled";
  return [
    ...(isOld && !isRefused ? [unknown("extended support", `of ${engine} ${version}, by vCPU`)] : []),
    ...((numberOr(of("performance_insights_retention_period"), FREE_INSIGHTS) ?? 0) > FREE_INSIGHTS
      ? [unknown("Performance Insights", `kept for more than ${FREE_INSIGHTS} days, by vCPU`)]
      : []),
    ...(text(of("database_insights_mode")) === "advanced" ? [unknown("Database Insights", "advanced, by vCPU")] : []),
  ];
}

function iops(type: string, size: number, written: number, copies: number): Line[] {
  if (type.startsWith("io") && written === 0) return [unknown("provisioned IOPS", "iops is not known")];
  const free = type === "gp3" ? FREE_IOPS[size < 400 ? 0 : 1] : type.startsWith("io") ? 0 : Number.POSITIVE_INFINITY;
  return written > free ? [monthly("provisioned IOPS", `rds-${type}-iops`, (written - free) * copies)] : [];
}

function nodeLines(engine: string | undefined, size: string | undefined, nodes: number | undefined): Line[] {
  if (engine === undefined || size === undefined || nodes === undefined || Number.isNaN(nodes))
    return [unknown("nodes", "engine, node_type or the number of nodes is not known")];
  return [hourly(`${size}, ${engine}`, `cache.${engine}.${size}`, nodes)];
}

import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, isAbsent, isEmpty, number, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { attributeRule, like, needing, oneOf } from "../shared/attribute-rule.ts";

const STORAGE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html";

const INSTANCES = ["aws_db_instance", "aws_rds_cluster_instance"];

export const DATABASE_ENGINE_RULES: readonly Rule[] = [
  {
    id: "DB-009",
    severity: "error",
    title: "The parameter group is for the engine and its version",
    when: "apply",
    prevents:
      "InvalidParameterCombination: The parameter group … with DBParameterGroupFamily mysql8.0 can't be used for this instance. Use a parameter group with DBParameterGroupFamily mysql8.4.",
    cause: "A parameter group belongs to one family: an engine and its major version.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
    *check(graph) {
      for (const { database, attribute, group, engine, version } of parameterGroups(graph)) {
        const wanted = familyOf(engine, version);
        const family = familyIn(group, database.isMade);
        if (wanted === undefined || family === undefined || isOf(family, wanted)) continue;
        yield {
          at: database,
          message: `runs ${engine}${version === undefined ? "" : ` ${version}`} with a parameter group of the family ${family}.`,
          fix: `Use a parameter group of ${wanted === engine ? `a family of ${engine}` : `the family ${wanted}`}.`,
          attribute,
        };
      }
    },
  },
  {
    id: "DB-010",
    severity: "error",
    title: "The storage size is one that its type allows",
    when: "apply",
    prevents: "InvalidParameterCombination: Invalid storage size for engine name mysql and storage type gp3: 10",
    cause: "Each storage type has its own minimum size.",
    reference: STORAGE,
    *check(graph) {
      for (const instance of graph.ofType("aws_db_instance").filter(({ isMade }) => isMade)) {
        const type = text(instance.get("storage_type"));
        const size = number(instance.get("allocated_storage"));
        const engine = text(instance.get("engine")) ?? "";
        if (size === undefined || !COMMON_ENGINES.test(engine)) continue;
        const least = MIN_STORAGE[type ?? ""] ?? 5;
        if (size >= least && size <= 65536) continue;
        yield {
          at: instance,
          message: `has allocated_storage = ${size}${type ? ` (${type})` : ""}, and ${engine} accepts ${least} to 65536 GiB.`,
          fix: `Set allocated_storage to ${least} or more.`,
          attribute: "allocated_storage",
        };
      }
    },
  },
  defineRule({
    id: "DB-011",
    severity: "error",
    title: "iops and throughput go with the storage",
    reference: STORAGE,
    problems: {
      small: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: You can't specify IOPS or storage throughput for engine mysql and a storage size less than 400.",
        cause: "gp3 has fixed 3000 IOPS below 400 GiB.",
      },
      missing: {
        when: "apply",
        prevents: "InvalidParameterCombination: The storage type io1 requires iops to be specified.",
        cause: "io1 and io2 have no IOPS but those that are written.",
      },
    },
    *check(graph) {
      for (const instance of graph.ofType("aws_db_instance").filter(({ isMade }) => isMade)) {
        const type = text(instance.get("storage_type"));
        const size = number(instance.get("allocated_storage"));
        const engine = text(instance.get("engine")) ?? "";
        const written = ["iops", "storage_throughput"].filter((name) => (number(instance.get(name)) ?? 0) > 0);
        if (type === "gp3" && written.length > 0 && size !== undefined && size < 400 && COMMON_ENGINES.test(engine)) {
          yield {
            kind: "small",
            at: instance,
            message: `has ${written.join(" and ")} with ${size} GiB of gp3, and ${engine} accepts them from 400 GiB on.`,
            fix: `Drop ${written.join(" and ")}, or set allocated_storage to 400.`,
            attribute: written[0] as string,
          };
        } else if ((type === "io1" || type === "io2") && isAbsent(instance.get("iops")) && isNew(instance)) {
          yield {
            kind: "missing",
            at: instance,
            message: `has storage_type = "${type}" and no iops.`,
            fix: 'Set iops, or storage_type to "gp3".',
            attribute: "iops",
          };
        }
      }
    },
  }),
  {
    id: "DB-016",
    severity: "error",
    title: "The storage limit is above the allocated storage",
    when: "apply",
    prevents: "InvalidParameterCombination: Invalid max storage size for engine name mysql and storage type gp3: 10",
    cause: "max_allocated_storage is the limit of storage autoscaling.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html",
    *check(graph) {
      for (const instance of graph.ofType("aws_db_instance").filter(({ isPlanned }) => isPlanned)) {
        const [size, most] = [number(instance.get("allocated_storage")), number(instance.get("max_allocated_storage"))];
        if (size === undefined || !most || most >= size) continue;
        yield {
          at: instance,
          message: `has max_allocated_storage = ${most}, less than allocated_storage = ${size}.`,
          fix: `Set max_allocated_storage to more than ${size}, or drop it.`,
          attribute: "max_allocated_storage",
        };
      }
    },
  },
  attributeRule({
    id: "DB-017",
    severity: "error",
    title: "Monitoring has what it needs",
    when: "apply",
    prevents:
      "InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
    cause: "Enhanced monitoring writes its logs with a role.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html",
    checks: [
      {
        types: INSTANCES,
        of: "made",
        attribute: "monitoring_interval",
        takes: needing("monitoring_role_arn"),
        fix: "Set monitoring_role_arn to a role that monitoring.rds.amazonaws.com is allowed to assume.",
        bad: { engine: "mysql", monitoring_interval: 60 },
        good: { engine: "mysql", monitoring_interval: 60, monitoring_role_arn: "${aws_iam_role.monitoring.arn}" },
      },
      {
        types: INSTANCES,
        of: "made",
        attribute: "performance_insights_enabled",
        where: ({ engine, instance_class }) =>
          /^(?:mysql|mariadb)$/.test(text(engine) ?? "") &&
          /^db\.t[234]g?\.(?:micro|small)$/.test(text(instance_class) ?? ""),
        takes: oneOf("false"),
        prevents: "InvalidParameterCombination: Performance Insights not supported for this configuration.",
        cause: "Performance Insights of MySQL and MariaDB needs an instance class larger than small.",
        fix: "Drop performance_insights_enabled, or take a larger instance_class.",
        bad: { engine: "mysql", instance_class: "db.t4g.micro", performance_insights_enabled: true },
        good: { engine: "mysql", instance_class: "db.t4g.medium", performance_insights_enabled: true },
      },
    ],
  }),
  {
    id: "DB-018",
    severity: "error",
    title: "Static parameters are applied with a reboot",
    when: "apply",
    prevents: "InvalidParameterCombination: cannot use immediate apply method for static parameter",
    cause: "A static parameter changes when the engine starts; Terraform's default for apply_method is immediate.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
    *check(graph) {
      for (const group of graph
        .ofType("aws_db_parameter_group", "aws_rds_cluster_parameter_group")
        .filter(({ isPlanned }) => isPlanned)) {
        const family = text(group.get("family")) ?? "";
        const fixed = STATIC_PARAMETERS.find(([families]) => families.test(family))?.[1] ?? [];
        for (const { name, apply_method } of blocks(group.get("parameter")).blocks) {
          const parameter = text(name)?.toLowerCase() ?? "";
          const method = isEmpty(apply_method) ? "immediate" : text(apply_method);
          if (method !== "immediate" || !fixed.includes(parameter)) continue;
          yield {
            at: group,
            message: `sets ${parameter}, a static parameter of ${family}, with apply_method = "immediate".`,
            fix: 'Set apply_method to "pending-reboot".',
            attribute: "parameter",
          };
        }
      }
    },
  },
  attributeRule({
    id: "DB-019",
    severity: "error",
    title: "Instance classes begin with db.",
    when: "apply",
    prevents: "InvalidParameterValue: Invalid DB Instance class: t4g.micro",
    cause: "RDS's classes have names of their own.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html",
    checks: [
      {
        types: INSTANCES,
        attribute: "instance_class",
        takes: like(/^db\./, "a class of RDS, such as db.t4g.micro"),
        bad: { instance_class: "t4g.micro" },
        good: { instance_class: "db.t4g.micro" },
      },
    ],
  }),
];

/** Parameters that RDS marks as static. Source: the default parameter groups of each family. */
const STATIC_PARAMETERS: readonly [RegExp, readonly string[]][] = [
  [
    /^(?:mysql|aurora-mysql)/,
    [
      "performance_schema",
      "innodb_buffer_pool_instances",
      "innodb_log_file_size",
      "innodb_read_io_threads",
      "innodb_write_io_threads",
      "lower_case_table_names",
      "skip_name_resolve",
      "ft_min_word_len",
      "innodb_ft_min_token_size",
    ],
  ],
  [
    /^(?:postgres|aurora-postgresql)/,
    [
      "shared_preload_libraries",
      "max_connections",
      "shared_buffers",
      "rds.logical_replication",
      "wal_buffers",
      "max_worker_processes",
      "max_locks_per_transaction",
      "track_activity_query_size",
      "max_replication_slots",
      "max_wal_senders",
      "max_prepared_transactions",
    ],
  ],
];

const COMMON_ENGINES = /^(?:mysql|mariadb|postgres)$/;

/** GiB. Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const MIN_STORAGE: Readonly<Record<string, number>> = { gp3: 20, io1: 100, io2: 100 };

/** It is not a copy of another database, which brings its storage along. */
function isNew(instance: Resource): boolean {
  return ["snapshot_identifier", "replicate_source_db", "restore_to_point_in_time"].every((name) =>
    isEmpty(instance.get(name)),
  );
}

interface UsedGroup {
  readonly database: Resource;
  readonly attribute: string;
  readonly group: Value | undefined;
  readonly engine: string;
  readonly version: string | undefined;
}

function parameterGroups(graph: Graph): UsedGroup[] {
  const own = graph
    .ofType("aws_db_instance", "aws_rds_cluster")
    .filter(({ isPlanned }) => isPlanned)
    .flatMap((database) => groupsOf(database, database));
  const ofClusters = graph
    .ofType("aws_rds_cluster_instance")
    .filter(({ isPlanned }) => isPlanned)
    .flatMap((instance) => {
      const link = linked(instance.get("cluster_identifier"), "aws_rds_cluster");
      return link.certain && link.resources[0] ? groupsOf(instance, link.resources[0]) : [];
    });
  return [...own, ...ofClusters];
}

function groupsOf(database: Resource, engineOf: Resource): UsedGroup[] {
  const engine = text(engineOf.get("engine"));
  const version = text(engineOf.get("engine_version"));
  if (engine === undefined) return [];
  return ["parameter_group_name", "db_parameter_group_name", "db_cluster_parameter_group_name"]
    .filter((attribute) => !isEmpty(database.get(attribute)))
    .map((attribute) => ({ database, attribute, group: database.get(attribute), engine, version }));
}

/** Family of the parameter groups of an engine and version; where the version is not known, the engine. */
function familyOf(engine: string, version: string | undefined): string | undefined {
  if (!/^(?:mysql|mariadb|postgres|aurora-mysql|aurora-postgresql)$/.test(engine)) return undefined;
  const [, major = "", minor] = /^(\d+)(?:\.(\d+))?/.exec(version ?? "") ?? [];
  if (major === "") return engine;
  if (/postgres/.test(engine))
    return Number(major) >= 10 ? engine + major : minor === undefined ? engine : `${engine}${major}.${minor}`;
  return minor === undefined ? engine : `${engine}${major}.${minor}`;
}

/** @param isNew false: the name of a default group may be one that is not written */
function familyIn(group: Value | undefined, isNew: boolean): string | undefined {
  const link = linked(group, "aws_db_parameter_group", "aws_rds_cluster_parameter_group");
  if (link.certain && link.resources.length === 1) return text(link.resources[0]?.get("family"));
  return isNew ? /^default\.(.+)$/.exec(link.literal ?? "")?.[1] : undefined;
}

/** A family is of an engine where its name goes on with a version. */
function isOf(family: string, wanted: string): boolean {
  return (
    family === wanted || (!/\d/.test(wanted) && family.startsWith(wanted) && /^\d/.test(family.slice(wanted.length)))
  );
}

import type { Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { type Block, flag, isAbsent, isEmpty, isWritten, items, number, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import {
  type AttributeCheck,
  attributeRule,
  between,
  like,
  needing,
  oneOf,
  without,
} from "../shared/attribute-rule.ts";

const CREATE = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";
const CLUSTER = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html";
const SERVERLESS = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.create.html";

const DATABASES = ["aws_db_instance", "aws_rds_cluster"];
const INSTANCES = ["aws_db_instance", "aws_rds_cluster_instance"];

const isEngine =
  (engines: RegExp) =>
  ({ engine }: Block): boolean =>
    engines.test(text(engine) ?? "");
const isAurora = isEngine(/^aurora-/);
const isMultiAzCluster = isEngine(/^(?:mysql|postgres)$/);

/** Licenses by engine. */
const LICENSES: readonly (readonly [engines: RegExp, licenses: readonly string[], engine: string])[] = [
  [/^(?:mysql|mariadb)$/, ["general-public-license"], "mysql"],
  [/^postgres$/, ["postgresql-license"], "postgres"],
  [/^sqlserver/, ["license-included"], "sqlserver-se"],
  [/^oracle/, ["license-included", "bring-your-own-license"], "oracle-se2"],
];

const ENCRYPTION: Omit<AttributeCheck, "types" | "bad" | "good"> = {
  of: "made",
  attribute: "kms_key_id",
  where: (_, database) => database.writes("kms_key_id") && !isRestored(database),
  takes: (_, value, { storage_encrypted }) =>
    isWritten(value) && flag(storage_encrypted, false) === false
      ? { message: "has kms_key_id without storage_encrypted.", fix: "Set storage_encrypted to true." }
      : undefined,
  prevents: "InvalidParameterCombination: KmsKeyId can only be specified if StorageEncrypted is enabled",
  cause: "The key is what the storage is encrypted with.",
};

export const DATABASE_SETTING_RULES: readonly Rule[] = [
  attributeRule({
    id: "DB-035",
    severity: "error",
    title: "RDS accepts the settings of a database",
    when: "apply",
    prevents: "InvalidParameterValue: Invalid backup retention period. Must be between 0 and 35.",
    cause: "RDS takes each setting in a range, or from a list.",
    reference: CREATE,
    checks: [
      {
        types: ["aws_db_instance"],
        attribute: "max_allocated_storage",
        takes: (_, value, { allocated_storage }) => {
          const [most, now] = [number(value) ?? 0, number(allocated_storage)];
          if (now === undefined || most <= now || most >= Math.ceil(now * 1.1)) return undefined;
          return {
            message: `has max_allocated_storage = ${most} and allocated_storage = ${now}.`,
            fix: `Write ${Math.ceil(now * 1.26)} or more, so that there is room for a step.`,
          };
        },
        prevents:
          "InvalidParameterCombination: The maximum allocated storage must be increased by at least 10 percent.",
        cause: "Storage grows by a tenth at least.",
        bad: { engine: "mysql", allocated_storage: 100, max_allocated_storage: 105 },
        good: { engine: "mysql", allocated_storage: 100, max_allocated_storage: 200 },
      },
      {
        types: ["aws_db_instance"],
        attribute: "backup_retention_period",
        takes: between(0, 35),
        bad: { backup_retention_period: 60 },
        good: { backup_retention_period: 35 },
      },
      {
        types: ["aws_rds_cluster"],
        attribute: "backup_retention_period",
        takes: between(1, 35),
        cause: "A cluster always has backups, up to 35 days old.",
        bad: { backup_retention_period: 0 },
        good: { backup_retention_period: 7 },
      },
      {
        types: DATABASES,
        attribute: "port",
        takes: between(1150, 65_535),
        prevents: "InvalidParameterValue: Invalid database port (80). Must be between 1150 and 65535.",
        cause: "RDS leaves lower ports to others.",
        bad: { port: 80 },
        good: { port: 3306 },
      },
      {
        types: ["aws_db_instance"],
        attribute: "storage_type",
        takes: oneOf("gp3", "gp2", "io2", "io1", "standard"),
        prevents: "InvalidParameterValue: Invalid storage type: gp4",
        cause: "These are the storage types of an instance.",
        bad: { storage_type: "gp4" },
        good: { storage_type: "gp3" },
      },
      {
        types: INSTANCES,
        attribute: "monitoring_interval",
        takes: oneOf("0", "1", "5", "10", "15", "30", "60"),
        prevents: "expected monitoring_interval to be one of [0 1 5 10 15 30 60], got 20",
        when: "plan",
        cause: "Enhanced monitoring measures at these intervals of seconds.",
        bad: { monitoring_interval: 20 },
        good: { monitoring_interval: 30 },
      },
      ...LICENSES.map(([engines, licenses, engine]) => ({
        types: ["aws_db_instance"],
        attribute: "license_model",
        where: isEngine(engines),
        takes: oneOf(...licenses),
        prevents: "InvalidParameterCombination: Invalid license model 'license-included' for engine 'mysql'.",
        cause: "Each engine has licenses of its own.",
        bad: { engine, license_model: "commercial" },
        good: { engine, license_model: licenses[0] ?? "" },
      })),
      {
        types: ["aws_db_instance"],
        of: "made",
        attribute: "availability_zone",
        where: ({ multi_az }, instance) => flag(multi_az, false) === true && instance.writes("availability_zone"),
        takes: without("multi_az"),
        prevents:
          "InvalidParameterCombination: Requesting a specific availability zone is not valid for Multi-AZ instances.",
        cause: "A Multi-AZ database is in two zones, and RDS chooses which.",
        fix: "Drop availability_zone, or multi_az.",
        bad: { multi_az: true, availability_zone: "ap-northeast-1a" },
        good: { multi_az: false, availability_zone: "ap-northeast-1a" },
      },
      {
        types: DATABASES,
        attribute: "iam_database_authentication_enabled",
        where: isEngine(/^(?:oracle|sqlserver|db2)/),
        takes: oneOf("false"),
        prevents: "InvalidParameterCombination: IAM Database Authentication is not supported for this configuration.",
        cause: "Logging in with IAM is for MySQL, MariaDB, PostgreSQL and Aurora.",
        fix: "Drop iam_database_authentication_enabled.",
        bad: { engine: "sqlserver-se", iam_database_authentication_enabled: true },
        good: { engine: "postgres", iam_database_authentication_enabled: true },
      },
      {
        types: [...INSTANCES, "aws_rds_cluster"],
        attribute: "ca_cert_identifier",
        severity: "warning",
        takes: like(
          /^rds-ca-(?:rsa2048|rsa4096|ecc384)-g\d+$/,
          'a certificate authority of today, such as "rds-ca-rsa2048-g1"',
        ),
        prevents: "CertificateNotFound: Certificate rds-ca-2019 not found",
        cause: "The authorities of 2015 and 2019 have expired, and those of today were known in August 2026.",
        bad: { ca_cert_identifier: "rds-ca-2019" },
        good: { ca_cert_identifier: "rds-ca-rsa2048-g1" },
      },
      {
        ...ENCRYPTION,
        types: ["aws_db_instance"],
        bad: { kms_key_id: "a" },
        good: { kms_key_id: "a", storage_encrypted: true },
      },
      {
        ...ENCRYPTION,
        types: ["aws_rds_cluster"],
        bad: { kms_key_id: "a" },
        good: { kms_key_id: "a", storage_encrypted: true },
      },
    ],
  }),
  attributeRule({
    id: "DB-036",
    severity: "error",
    title: "Performance Insights has what it needs",
    when: "apply",
    prevents:
      "InvalidParameterCombination: You can't specify a retention period unless Performance Insights is enabled.",
    cause: "Its settings go with Performance Insights.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html",
    checks: [
      {
        types: [...INSTANCES, "aws_rds_cluster"],
        attribute: "performance_insights_retention_period",
        takes: (attribute, value) => {
          const days = number(value);
          return days === undefined || days === 7 || days === 731 || days === 0 || (days % 31 === 0 && days < 731)
            ? undefined
            : { message: `has ${attribute} = ${days}.`, fix: "Write 7, 731, or a multiple of 31 below that." };
        },
        prevents:
          "InvalidParameterValue: Invalid Performance Insights retention period. Valid values are: [7, 31, 62, …, 731]",
        cause: "Its data is kept for a week, for some months of 31 days, or for two years.",
        bad: { performance_insights_enabled: true, performance_insights_retention_period: 30 },
        good: { performance_insights_enabled: true, performance_insights_retention_period: 31 },
      },
      ...["performance_insights_retention_period", "performance_insights_kms_key_id"].map((attribute) => ({
        types: ["aws_db_instance", "aws_rds_cluster_instance"],
        of: "made" as const,
        attribute,
        where: ({ performance_insights_enabled }: Block, instance: Resource) =>
          instance.writes(attribute) && flag(performance_insights_enabled, false) === false,
        takes: ((_, value) =>
          isWritten(value) && number(value) !== 0
            ? {
                message: `has ${attribute} without performance_insights_enabled.`,
                fix: "Set performance_insights_enabled to true.",
              }
            : undefined) as AttributeCheck["takes"],
        bad: { [attribute]: attribute.endsWith("period") ? 7 : "key" },
        good: { [attribute]: attribute.endsWith("period") ? 7 : "key", performance_insights_enabled: true },
      })),
      {
        types: ["aws_db_instance", "aws_rds_cluster"],
        attribute: "database_insights_mode",
        where: ({ database_insights_mode }) => text(database_insights_mode) === "advanced",
        takes: (_, __, { performance_insights_enabled, performance_insights_retention_period: days }) =>
          flag(performance_insights_enabled, false) === false || (isAbsent(days) ? 7 : (number(days) ?? 465)) < 465
            ? {
                message: 'has database_insights_mode = "advanced" without 465 days of Performance Insights.',
                fix: "Set performance_insights_enabled to true and performance_insights_retention_period to 465.",
              }
            : undefined,
        prevents:
          "InvalidParameterCombination: To enable the Advanced mode of Database Insights, modify your cluster to enable Performance Insights and set the retention period for Performance Insights to at least 465 days.",
        cause: "The advanced mode keeps fifteen months of data.",
        bad: { database_insights_mode: "advanced", performance_insights_enabled: true },
        good: {
          database_insights_mode: "advanced",
          performance_insights_enabled: true,
          performance_insights_retention_period: 465,
        },
      },
    ],
  }),
  attributeRule({
    id: "DB-037",
    severity: "error",
    title: "A cluster has the settings of its kind",
    when: "apply",
    prevents: "InvalidParameterCombination: Aurora doesn't currently support DBClusterInstanceClass",
    cause: "Aurora's storage grows by itself, and its instances are resources of their own.",
    reference: CLUSTER,
    checks: [
      ...["db_cluster_instance_class", "allocated_storage", "iops"].map((attribute) => ({
        types: ["aws_rds_cluster"],
        of: "made" as const,
        attribute,
        where: (beside: Block, cluster: Resource) => isAurora(beside) && cluster.writes(attribute),
        takes: ((_, value, { engine }) =>
          isWritten(value) && number(value) !== 0
            ? { message: `has ${attribute} with the engine ${text(engine)}.`, fix: `Drop ${attribute}.` }
            : undefined) as AttributeCheck["takes"],
        bad: { engine: "aurora-mysql", [attribute]: attribute.endsWith("class") ? "db.r6gd.large" : 1000 },
        good: { engine: "aurora-mysql" },
      })),
      {
        types: ["aws_rds_cluster"],
        attribute: "storage_type",
        where: isAurora,
        takes: oneOf("aurora", "aurora-iopt1"),
        prevents: "InvalidParameterValue: Invalid storage type for aurora: gp3",
        bad: { engine: "aurora-mysql", storage_type: "gp3" },
        good: { engine: "aurora-mysql", storage_type: "aurora-iopt1" },
      },
      ...["db_cluster_instance_class", "allocated_storage", "storage_type"].map((attribute) => ({
        types: ["aws_rds_cluster"],
        of: "made" as const,
        attribute: "engine",
        // With iops and nothing else, the storage is io1.
        where: (beside: Block, cluster: Resource) =>
          isMultiAzCluster(beside) && !isRestored(cluster) && (attribute !== "storage_type" || isEmpty(beside.iops)),
        takes: needing(attribute),
        prevents:
          "InvalidParameterCombination: The AllocatedStorage parameter must be provided for a Multi-AZ DB cluster.",
        cause:
          "A Multi-AZ cluster of MySQL or PostgreSQL has three instances of one class, with storage of a given size.",
        bad: { engine: "mysql" },
        good: {
          engine: "mysql",
          db_cluster_instance_class: "db.r6gd.large",
          allocated_storage: 100,
          storage_type: "gp3",
        },
      })),
      {
        types: ["aws_rds_cluster"],
        attribute: "scaling_configuration",
        where: ({ engine_mode }) => (isAbsent(engine_mode) ? true : text(engine_mode) === "provisioned"),
        takes: (_, value) =>
          items(value).items.length > 0
            ? {
                message: 'has a scaling_configuration, which is for engine_mode = "serverless".',
                fix: "Write serverlessv2_scaling_configuration.",
              }
            : undefined,
        prevents: "InvalidParameterCombination: ScalingConfiguration is only valid for the serverless engine mode.",
        cause: "Aurora Serverless v2 scales by a block of its own.",
        bad: { engine: "aurora-mysql", scaling_configuration: [{ min_capacity: 1 }] },
        good: { engine: "aurora-mysql", serverlessv2_scaling_configuration: [{ min_capacity: 1, max_capacity: 4 }] },
      },
      {
        types: ["aws_rds_cluster"],
        of: "made",
        attribute: "engine_mode",
        severity: "warning",
        where: ({ engine_mode }) => text(engine_mode) === "serverless",
        takes: oneOf("provisioned"),
        prevents: "InvalidParameterValue: The engine mode serverless you requested is currently unavailable.",
        cause: "Aurora Serverless v1 has ended; v2 is provisioned, with a serverlessv2_scaling_configuration.",
        bad: { engine: "aurora-mysql", engine_mode: "serverless" },
        good: { engine: "aurora-mysql", engine_mode: "provisioned" },
      },
    ],
  }),
  defineRule({
    id: "DB-038",
    severity: "error",
    title: "A serverless instance has a cluster that says how it scales",
    reference: SERVERLESS,
    problems: {
      missing: {
        when: "apply",
        prevents:
          "InvalidParameterCombination: Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
        cause: "The cluster says between which capacities its instances scale.",
      },
      range: {
        when: "apply",
        prevents:
          "InvalidParameterValue: Serverless v2 capacity … isn't valid. The minimum capacity must be less than or equal to the maximum.",
        cause: "Capacities are 0 to 256, in steps of a half, the minimum no larger than the maximum.",
      },
    },
    *check(graph) {
      for (const instance of graph.ofType("aws_rds_cluster_instance").filter(({ isMade }) => isMade)) {
        const link = linked(instance.get("cluster_identifier"), "aws_rds_cluster");
        const [cluster] = link.resources;
        const name = "serverlessv2_scaling_configuration";
        if (text(instance.get("instance_class")) !== "db.serverless" || !cluster || !link.certain) continue;
        const scaling = items(cluster.get(name));
        if (!scaling.complete || scaling.items.length > 0) continue;
        const message = `has no ${name}, and ${instance.address} is db.serverless.`;
        yield { kind: "missing", at: cluster, message, fix: `Add a ${name} with min_capacity and max_capacity.` };
      }
      for (const cluster of graph.ofType("aws_rds_cluster").filter(({ isPlanned }) => isPlanned)) {
        const wrong = wrongCapacity(cluster);
        if (wrong) yield wrong;
      }
    },
  }),
];

/** It takes its storage, and how that is encrypted, from what it is made from. */
function isRestored(database: Resource): boolean {
  return [
    "snapshot_identifier",
    "replicate_source_db",
    "restore_to_point_in_time",
    "replication_source_identifier",
    "s3_import",
  ].some((name) => isWritten(database.get(name)) || items(database.get(name)).items.length > 0);
}

function wrongCapacity(cluster: Resource): KindOfProblem<"range"> | undefined {
  const attribute = "serverlessv2_scaling_configuration";
  const [scaling] = items(cluster.get(attribute)).items as Block[];
  const [least, most] = [number(scaling?.min_capacity), number(scaling?.max_capacity)];
  if (least === undefined || most === undefined) return undefined;
  if (least >= 0 && least <= most && most >= 1 && most <= 256 && (least * 2) % 1 === 0 && (most * 2) % 1 === 0)
    return undefined;
  const message = `scales from ${least} to ${most}.`;
  const fix = "Write a min_capacity of 0 to 256 in steps of 0.5, and a max_capacity no less than that.";
  return { kind: "range", at: cluster, message, fix, attribute };
}

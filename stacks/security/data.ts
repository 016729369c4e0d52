import { type Check, type Control, each, type Json, option, passes, waived } from "./control.ts";

const database = (holds: (instance: Json) => boolean): Check => each("aws_db_instance", holds);
const cache = (holds: (group: Json) => boolean): Check => each("aws_elasticache_replication_group", holds);
const pool = (holds: (pool: Json) => boolean): Check => each("aws_cognito_user_pool", holds);

const PROTECTED = { given: "protection", note: "With `protection`, the default." } as const;

const STRONG = ["require_lowercase", "require_uppercase", "require_numbers", "require_symbols"];

/** Database, cache and user pool. */
export const DATA: readonly Control[] = [
  passes(
    ["CKV_AWS_16", "RDS.3", "RDS.4", "CIS 2.2.1"],
    "RDS DB instances and snapshots should have encryption at-rest enabled",
    database((instance) => instance.storage_encrypted === true),
  ),
  passes(
    ["CKV_AWS_17", "RDS.2", "CIS 2.2.3"],
    "RDS DB instances should prohibit public access",
    database((instance) => instance.publicly_accessible === false),
  ),
  passes(
    ["RDS.18", "RDS.46"],
    "RDS DB instances should be in a VPC, and not in public subnets with routes to internet gateways",
    each("aws_db_subnet_group", ({ subnet_ids: ids }) => ids.every((id: string) => id.includes("private"))),
  ),
  option(
    ["CKV_AWS_157", "RDS.5", "CIS 2.2.4"],
    "RDS DB instances should be configured with multiple Availability Zones",
    { "database.multiAz": true },
    "Doubles the price of the instance and its storage: about 21 USD a month more for a db.t4g.micro in Tokyo.",
    database((instance) => instance.multi_az === true),
  ),
  waived(
    ["CKV_AWS_118", "RDS.6"],
    "Enhanced monitoring should be configured for RDS DB instances",
    "Alarms watch disk, CPU, connections and memory by CloudWatch's own metrics. Its logs cost about 2 to 4 USD a month for an instance.",
    database((instance) => instance.monitoring_interval > 0),
  ),
  passes(
    ["CKV_AWS_293", "RDS.8"],
    "RDS DB instances should have deletion protection enabled",
    database((instance) => instance.deletion_protection === true),
    PROTECTED,
  ),
  passes(
    ["CKV_AWS_129", "RDS.9"],
    "RDS DB instances should publish logs to CloudWatch Logs",
    database((instance) => instance.enabled_cloudwatch_logs_exports?.length > 0),
  ),
  waived(
    ["CKV_AWS_161", "RDS.10"],
    "IAM authentication should be configured for RDS instances",
    "Rails logs in with a password that RDS makes and keeps, or with `database.appUser` as a user who reads and writes rows; a token of IAM's ends after 15 minutes, and MySQL adapters do not ask for another.",
    database((instance) => instance.iam_database_authentication_enabled === true),
  ),
  passes(
    ["CKV_AWS_133", "RDS.11"],
    "RDS instances should have automatic backups enabled",
    database((instance) => instance.backup_retention_period > 0),
    { note: "RDS.11 asks for 7 days, which the example has." },
  ),
  passes(
    ["CKV_AWS_226", "RDS.13", "CIS 2.2.2"],
    "RDS automatic minor version upgrades should be enabled",
    database((instance) => instance.auto_minor_version_upgrade === true),
  ),
  passes(
    ["CKV2_AWS_60", "RDS.17"],
    "RDS DB instances should be configured to copy tags to snapshots",
    database((instance) => instance.copy_tags_to_snapshot === true),
  ),
  passes(["RDS.1"], "RDS snapshot should be private", undefined, { note: "None is shared." }),
  passes(
    ["CKV_AWS_250", "CKV_AWS_388", "CKV2_AWS_30"],
    "RDS for PostgreSQL should use versions without known vulnerabilities, and log queries",
    database((instance) => instance.engine === "mysql"),
    { note: "The engine is MySQL." },
  ),
  waived(
    ["RDS.19", "RDS.20", "RDS.21", "RDS.22"],
    "RDS event notifications subscriptions should be configured for critical events",
    "Alarms tell what an event would: a full disk, no connections, a failed task.",
    database(() => false),
  ),
  waived(
    ["RDS.23"],
    "RDS instances should not use a database engine default port",
    "Only tasks of the app reach it, by security groups. Another port would keep nobody out, and replaces the instance's address in Rails.",
    database((instance) => instance.port !== 3306),
  ),
  passes(
    ["RDS.25"],
    "RDS database instances should use a custom administrator username",
    database((instance) => !["admin", "postgres"].includes(instance.username)),
  ),
  option(
    ["RDS.26"],
    "RDS DB instances should be protected by a backup plan",
    { backup: {} },
    "Without it there are RDS's own daily backups, with point-in-time recovery; this is a second copy, at about 0.095 USD a GB and month.",
    each("aws_db_instance", (_instance, stack) =>
      Object.values(stack.resource.aws_backup_selection ?? {}).some(({ resources }) =>
        resources.some((arn: string) => arn.startsWith("${aws_db_instance.")),
      ),
    ),
  ),
  passes(["Backup.1"], "AWS Backup recovery points should be encrypted at rest", undefined, {
    note: "With `backup`: the database's are encrypted as the database is.",
  }),
  waived(
    ["CKV_AWS_166"],
    "Ensure Backup Vault is encrypted at rest using KMS CMK",
    "AWS Backup encrypts it with AWS's key. A copy in another account would need one of one's own, 1 USD a month; `backup.copyToVaultArn` names another region of the same one.",
    each("aws_backup_vault", (vault) => vault.kms_key_arn !== undefined),
  ),
  passes(
    ["RDS.39", "CKV2_AWS_69"],
    "RDS for MySQL DB instances should be encrypted in transit",
    each("aws_db_parameter_group", ({ parameter }) =>
      parameter.some(({ name, value }: Json) => name === "require_secure_transport" && value === "1"),
    ),
  ),
  passes(
    ["CKV_AWS_211"],
    "Ensure RDS uses a modern CaCert",
    database(({ ca_cert_identifier: authority = "rds-ca-rsa2048-g1" }) => authority !== "rds-ca-2019"),
    { note: "RDS's default for new instances. Checkov wants it written down, so it reports this one." },
  ),
  waived(
    ["CKV_AWS_353", "CKV_AWS_354"],
    "Ensure that RDS instances have performance insights enabled, encrypted with a CMK",
    "RDS for MySQL does not offer it on db.t4g.micro and db.t4g.small.",
    database((instance) => instance.performance_insights_enabled === true),
  ),
  passes(
    ["CKV_AWS_29", "ElastiCache.4"],
    "ElastiCache replication groups should be encrypted at rest",
    cache((group) => String(group.at_rest_encryption_enabled) === "true"),
  ),
  passes(
    ["CKV_AWS_30", "ElastiCache.5"],
    "ElastiCache replication groups should be encrypted in transit",
    cache((group) => group.transit_encryption_enabled === true),
  ),
  passes(
    ["CKV_AWS_31", "ElastiCache.6"],
    "ElastiCache replication groups should have an AUTH token",
    cache((group) => group.auth_token !== undefined),
  ),
  waived(
    ["CKV_AWS_191"],
    "Ensure ElastiCache replication group is encrypted by KMS using a customer managed Key (CMK)",
    "ElastiCache encrypts it with AWS's key. One of one's own costs 1 USD a month, and a change of it replaces the cache.",
    cache((group) => group.kms_key_id !== undefined),
  ),
  option(
    ["ElastiCache.1"],
    "ElastiCache clusters should have automatic backups scheduled",
    { "cache.snapshotRetentionDays": 1 },
    "One day is free. What is in it can be lost without: caches, and jobs that Sidekiq has not started.",
    cache((group) => group.snapshot_retention_limit > 0),
  ),
  waived(
    ["ElastiCache.2"],
    "ElastiCache clusters should have automatic minor version upgrades enabled",
    "The version is written in the stack: a newer one would be a downgrade in the next plan, which replaces the cache. Patches come by ElastiCache's service updates.",
    cache((group) => String(group.auto_minor_version_upgrade) === "true"),
  ),
  option(
    ["CKV2_AWS_50", "ElastiCache.3"],
    "ElastiCache replication groups should have automatic failover enabled",
    { "cache.nodes": 2 },
    "A second node: about 15 USD a month more for a cache.t4g.micro in Tokyo.",
    cache((group) => group.automatic_failover_enabled === true),
  ),
  passes(
    ["ElastiCache.7"],
    "ElastiCache clusters should not use the default subnet group",
    cache((group) => String(group.subnet_group_name).includes("aws_elasticache_subnet_group.")),
  ),
  waived(
    ["Cognito.1", "Cognito.4"],
    "Cognito user pools should have threat protection activated with full function enforcement mode",
    "It needs the tier Plus: 0.02 USD for each user active in a month. `cognito.userPool` can set `userPoolTier` and `userPoolAddOns`.",
    pool(({ user_pool_add_ons: addOns }) => addOns?.advanced_security_mode === "ENFORCED"),
  ),
  option(
    ["Cognito.3"],
    "Password policies for Cognito user pools should have strong configurations",
    {
      "cognito.userPool.passwordPolicy": {
        minimumLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: 7,
      },
    },
    "12 characters with upper and lower case and numbers by default. Symbols add little to that length, and people write them down.",
    pool(({ password_policy: policy }) => policy?.minimum_length >= 8 && STRONG.every((kind) => policy[kind] === true)),
  ),
  passes(
    ["Cognito.5"],
    "MFA should be enabled for Cognito user pools",
    pool((one) => one.mfa_configuration === "ON"),
  ),
  passes(
    ["Cognito.6"],
    "Cognito user pools should have deletion protection enabled",
    pool((one) => one.deletion_protection === "ACTIVE"),
    PROTECTED,
  ),
];

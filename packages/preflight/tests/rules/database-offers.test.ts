import { describeRule, type Json } from "../support/rules.ts";

const set = (values: object) => (stack: Json) => Object.assign(stack.resource.aws_db_instance.main, values);
const cluster =
  (values: object, instance: object = {}) =>
  (stack: Json) => {
    stack.resource.aws_rds_cluster = { main: { engine: "aurora-mysql", ...values } };
    stack.resource.aws_rds_cluster_instance = {
      main: { cluster_identifier: "${aws_rds_cluster.main.id}", engine: "aurora-mysql", ...instance },
    };
  };
const CLASS = "aws_db_instance.main has instance_class";

describeRule("DB-030", {
  "an engine by another name": {
    bad: set({ engine: "postgresql" }),
    good: set({ engine: "postgres" }),
    says: 'aws_db_instance.main has engine = "postgresql". Write "postgres".',
  },
  "an engine with a typing mistake": {
    bad: set({ engine: "mysq" }),
    good: set({ engine: "${var.engine}" }),
    says: 'aws_db_instance.main has engine = "mysq". Write "mysql".',
  },
  "Aurora outside of a cluster": {
    bad: set({ engine: "aurora-mysql" }),
    good: cluster({}),
    says: 'aws_db_instance.main has engine = "aurora-mysql", which runs in clusters only. Make it an aws_rds_cluster with an aws_rds_cluster_instance.',
  },
  "a cluster of an engine that has none": {
    bad: cluster({ engine: "mariadb" }, { engine: null }),
    good: cluster({ engine: "postgres" }, { engine: "postgres" }),
    says: 'aws_rds_cluster.main has engine = "mariadb". Write "mysql".',
  },
  "an instance of another engine than its cluster": {
    bad: cluster({}, { engine: "aurora-postgresql" }),
    good: cluster({}, { engine: "${aws_rds_cluster.main.engine}" }),
    says: 'aws_rds_cluster_instance.main has engine = "aurora-postgresql" in a cluster of aurora-mysql. Write "aurora-mysql".',
  },
});

const VERSION_FIX = 'Write a version that "aws rds describe-db-engine-versions" lists, or the major version alone.';

describeRule("DB-031", {
  "a minor version that RDS left out": {
    bad: set({ engine_version: "8.0.38" }),
    good: set({ engine_version: "8.0.39" }),
    says: `aws_db_instance.main runs mysql 8.0.38, which RDS does not have. ${VERSION_FIX}`,
  },
  "a major version that RDS left out": {
    bad: set({ engine_version: "8.1" }),
    good: set({ engine_version: "8.4" }),
    says: `aws_db_instance.main runs mysql 8.1, which RDS does not have. ${VERSION_FIX}`,
  },
  "a version from the future": {
    bad: set({ engine: "postgres", engine_version: "99.1" }),
    good: set({ engine: "postgres", engine_version: "18.6" }), // RDS may have it by now
    says: `aws_db_instance.main runs postgres 99.1, a version that was not known in August 2026. ${VERSION_FIX}`,
  },
  "a minor version far from those that are known": {
    bad: set({ engine_version: "8.0.99" }),
    good: set({ engine_version: "8.0" }),
    says: `aws_db_instance.main runs mysql 8.0.99, a version that was not known in August 2026. ${VERSION_FIX}`,
  },
  "a version whose support has ended": {
    bad: set({ engine: "postgres", engine_version: "9.6.24" }),
    good: set({ engine: "postgres", engine_version: "9.6.24", snapshot_identifier: "old" }),
    says: `aws_db_instance.main runs postgres 9.6.24, which RDS no longer supports. ${VERSION_FIX}`,
  },
  "a version of MySQL for Aurora": {
    bad: cluster({ engine_version: "8.0.35" }),
    good: cluster({ engine_version: "8.0.mysql_aurora.3.10.0" }),
    says: `aws_rds_cluster.main runs aurora-mysql 8.0.35, which RDS does not have. ${VERSION_FIX}`,
  },
});

describeRule("DB-032", {
  "a size that its family does not have": {
    bad: set({ instance_class: "db.t4g.nano" }),
    good: set({ instance_class: "db.t4g.small" }),
    says: `${CLASS} = "db.t4g.nano", which RDS does not have. Write one of the sizes micro, small, medium, large, xlarge, 2xlarge.`,
  },
  "a family that is not known": {
    bad: set({ instance_class: "db.t5.large" }),
    good: set({ instance_class: "db.r5.2xlarge.tpc2.mem8x" }),
    says: `${CLASS} = "db.t5.large", a class that was not known in August 2026. Write a class that RDS lists.`,
  },
  "a new family with a size that it had not": {
    bad: set({ instance_class: "db.m9g.96xlarge" }),
    good: set({ instance_class: "db.m9g.48xlarge" }),
    says: `${CLASS} = "db.m9g.96xlarge", a class that was not known in August 2026. Write one of the sizes large, xlarge, 2xlarge, 4xlarge, 8xlarge, 12xlarge, 16xlarge, 24xlarge, 48xlarge.`,
  },
});

describeRule("DB-033", {
  "a small class for Aurora": {
    bad: cluster({}, { instance_class: "db.t4g.micro" }),
    good: cluster({}, { instance_class: "db.t4g.medium" }),
    says: 'aws_rds_cluster_instance.main has instance_class = "db.t4g.micro", on which aurora-mysql does not run. Write db.t4g.medium or db.r7g.large.',
  },
  "a general class for Aurora, the engine from its cluster": {
    bad: cluster({}, { engine: null, instance_class: "db.m6g.large" }),
    good: cluster({}, { engine: null, instance_class: "db.serverless" }),
    says: 'aws_rds_cluster_instance.main has instance_class = "db.m6g.large", on which aurora-mysql does not run. Write db.t4g.medium or db.r7g.large.',
  },
  "Graviton for SQL Server": {
    bad: set({ engine: "sqlserver-se", instance_class: "db.m6g.xlarge" }),
    good: set({ engine: "sqlserver-se", instance_class: "db.m7i.xlarge" }),
    says: `${CLASS} = "db.m6g.xlarge", on which sqlserver-se does not run. Write a class of Intel's or AMD's, such as db.m7i.large.`,
  },
  "a serverless instance without Aurora": {
    bad: set({ instance_class: "db.serverless" }),
    good: set({ instance_class: "db.t4g.medium" }),
    says: `${CLASS} = "db.serverless", on which mysql does not run. Write db.t4g.medium: only Aurora is serverless.`,
  },
  "Graviton for an old MySQL": {
    bad: set({ engine_version: "5.7.44", instance_class: "db.t4g.medium" }),
    good: set({ engine_version: "8.0.43", instance_class: "db.t4g.medium" }),
    says: `${CLASS} = "db.t4g.medium", on which mysql does not run. Write db.t3.medium or db.m5.large: MySQL 5.7 does not run on this Graviton.`,
  },
  "encryption on a class that can't": {
    bad: set({ instance_class: "db.t2.micro", storage_encrypted: true }),
    good: set({ instance_class: "db.t2.small", storage_encrypted: true }),
    says: "aws_db_instance.main has storage_encrypted, which db.t2.micro can't. Write a newer class, such as db.t4g.micro.",
  },
});

describeRule("DB-034", {
  "logs of another engine": {
    bad: set({ enabled_cloudwatch_logs_exports: ["postgresql", "error"] }),
    good: set({ enabled_cloudwatch_logs_exports: ["slowquery", "error"] }),
    says: 'aws_db_instance.main exports "postgresql", which mysql does not write. Write some of "audit", "error", "general", "slowquery", "iam-db-auth-error".',
  },
});

describeRule("DB-035", {
  "backups for longer than RDS keeps them": {
    bad: set({ backup_retention_period: 60 }),
    good: set({ backup_retention_period: 35 }),
    says: "aws_db_instance.main has backup_retention_period = 60. Write a number from 0 to 35.",
  },
  "a key without encryption": {
    bad: set({ kms_key_id: "arn:aws:kms:ap-northeast-1:123456789012:key/a", storage_encrypted: false }),
    good: set({ kms_key_id: "arn:aws:kms:ap-northeast-1:123456789012:key/a", storage_encrypted: true }),
    says: "aws_db_instance.main has kms_key_id without storage_encrypted. Set storage_encrypted to true.",
  },
  "a zone of a database in two zones": {
    bad: set({ multi_az: true, availability_zone: "ap-northeast-1a" }),
    good: set({ multi_az: true, availability_zone: null }),
    says: "aws_db_instance.main has both availability_zone and multi_az. Drop availability_zone, or multi_az.",
  },
});

describeRule("DB-036", {
  "a month of thirty days": {
    bad: set({ performance_insights_enabled: true, performance_insights_retention_period: 30 }),
    good: set({ performance_insights_enabled: true, performance_insights_retention_period: 31 }),
    says: "aws_db_instance.main has performance_insights_retention_period = 30. Write 7, 731, or a multiple of 31 below that.",
  },
});

describeRule("DB-037", {
  "storage of Aurora": {
    bad: cluster({ allocated_storage: 100 }),
    good: cluster({}),
    says: "aws_rds_cluster.main has allocated_storage with the engine aurora-mysql. Drop allocated_storage.",
  },
});

describeRule("DB-038", {
  "a serverless instance in a cluster that does not scale": {
    bad: cluster({}, { instance_class: "db.serverless" }),
    good: cluster(
      { serverlessv2_scaling_configuration: [{ min_capacity: 0.5, max_capacity: 4 }] },
      { instance_class: "db.serverless" },
    ),
    says: "aws_rds_cluster.main has no serverlessv2_scaling_configuration, and aws_rds_cluster_instance.main is db.serverless. Add a serverlessv2_scaling_configuration with min_capacity and max_capacity.",
  },
  "a minimum above the maximum": {
    bad: cluster({ serverlessv2_scaling_configuration: [{ min_capacity: 8, max_capacity: 4 }] }),
    good: cluster({ serverlessv2_scaling_configuration: [{ min_capacity: 0, max_capacity: 256 }] }),
    says: "aws_rds_cluster.main scales from 8 to 4. Write a min_capacity of 0 to 256 in steps of 0.5, and a max_capacity no less than that.",
  },
});

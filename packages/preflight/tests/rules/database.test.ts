import { expect, it } from "vitest";
import { windowsOverlap } from "../../src/rules/shared/windows.ts";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const database = (stack: Json) => stack.resource.aws_db_instance.main;
const set = (values: object) => (stack: Json) => Object.assign(database(stack), values);
const password = (value: string) => set({ manage_master_user_password: null, password: value });
const madePassword = (values: object) => (stack: Json) => {
  stack.resource.random_password = { main: values };
  password("${random_password.main.result}")(stack);
};
const cluster = (values: object, instance?: object) => (stack: Json) => {
  stack.resource.aws_rds_cluster = {
    main: {
      engine: "aurora-mysql",
      engine_version: "8.0.mysql_aurora.3.08.0",
      master_username: "shop",
      manage_master_user_password: true,
      skip_final_snapshot: true,
      ...values,
    },
  };
  if (instance)
    stack.resource.aws_rds_cluster_instance = {
      main: { cluster_identifier: "${aws_rds_cluster.main.id}", ...instance },
    };
};

describeRule("DB-001", {
  "subnets in one zone": {
    bad: (stack) => {
      stack.resource.aws_subnet.private_c.availability_zone = "ap-northeast-1a";
    },
    good: (stack) => {
      delete stack.resource.aws_subnet.private_c.availability_zone;
    },
    says: "aws_db_subnet_group.main has 2 subnets, all in ap-northeast-1a. Add a subnet in a zone other than ap-northeast-1a.",
  },
  "one subnet": {
    bad: (stack) => {
      stack.resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.private_a.id}"];
    },
    good: (stack) => {
      stack.resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.private_a.id}", "${var.subnet}"];
    },
    says: "aws_db_subnet_group.main has one subnet only, aws_subnet.private_a. Add a subnet in a zone other than ap-northeast-1a.",
  },
});

describeRule("DB-002", {
  "a password with an @": {
    bad: password("correct@horse"),
    good: password("correct-horse"),
    says: "aws_db_instance.main has @ in its password. Set manage_master_user_password to true instead, and let RDS make the password.",
  },
  "a short password": {
    bad: password("horse"),
    good: password("${var.password}"),
    says: "aws_db_instance.main has a password of 5 characters, and mysql accepts 8 to 41. Set manage_master_user_password to true instead, and let RDS make the password.",
  },
  "a password that MySQL finds long": {
    bad: password("x".repeat(42)),
    good: (stack) => {
      password("x".repeat(42))(stack);
      set({ engine: "postgres", engine_version: "17", parameter_group_name: null })(stack);
    },
    says: "aws_db_instance.main has a password of 42 characters, and mysql accepts 8 to 41. Set manage_master_user_password to true instead, and let RDS make the password.",
  },
  "a long password that Terraform makes": {
    bad: madePassword({ length: 64, special: false }),
    good: madePassword({ length: 32, special: false }),
    says: "aws_db_instance.main has a password of 64 characters, and mysql accepts 8 to 41. Set manage_master_user_password to true instead, and let RDS make the password.",
  },
});

it("does not show a password", async () => {
  const stack = workingStack();
  password("correct@horse")(stack);
  expect(JSON.stringify(await findingsOf(stack))).not.toContain("horse");
});

describeRule("DB-003", {
  "a made password with any special character": {
    bad: madePassword({ length: 32 }),
    good: madePassword({ length: 32, override_special: "!#$%" }),
    says: 'aws_db_instance.main takes its password from random_password.main, which can have @ in it. Set special to false there, or override_special to characters such as "!#$%^&*()-_=+".',
  },
  "special characters that RDS refuses": {
    bad: madePassword({ length: 32, override_special: "!/" }),
    good: madePassword({ length: 32, special: false }),
    says: 'aws_db_instance.main takes its password from random_password.main, which can have / in it. Set special to false there, or override_special to characters such as "!#$%^&*()-_=+".',
  },
});

describeRule("DB-004", {
  "two passwords": {
    bad: set({ password: "correct-horse" }),
    good: set({ password: null }),
    says: "aws_db_instance.main has both manage_master_user_password and password. Drop password.",
  },
});

describeRule("DB-005", {
  "no password": {
    bad: set({ manage_master_user_password: null }),
    good: set({ manage_master_user_password: null, password_wo: "${var.password}" }),
    says: "aws_db_instance.main has no password. Set manage_master_user_password to true.",
  },
  "no user": {
    bad: set({ username: null }),
    good: set({ username: null, manage_master_user_password: null, snapshot_identifier: "shop-final" }),
    says: "aws_db_instance.main has no username. Set username.",
  },
});

describeRule("DB-006", {
  "no last snapshot and no leave to go without": {
    bad: set({ final_snapshot_identifier: null }),
    good: set({ final_snapshot_identifier: null, skip_final_snapshot: true }),
    says: "aws_db_instance.main has neither skip_final_snapshot = true nor a final_snapshot_identifier. Set final_snapshot_identifier, or skip_final_snapshot to true if the data may be lost.",
  },
  "nothing written": {
    bad: set({ final_snapshot_identifier: undefined, skip_final_snapshot: undefined }),
    good: set({ final_snapshot_identifier: "${var.name}", skip_final_snapshot: undefined }),
    says: "aws_db_instance.main has neither skip_final_snapshot = true nor a final_snapshot_identifier. Set final_snapshot_identifier, or skip_final_snapshot to true if the data may be lost.",
  },
  "a cluster": {
    bad: cluster({ skip_final_snapshot: false }),
    good: cluster({}),
    says: "aws_rds_cluster.main has neither skip_final_snapshot = true nor a final_snapshot_identifier. Set final_snapshot_identifier, or skip_final_snapshot to true if the data may be lost.",
  },
  "a database that is protected until it is destroyed": {
    bad: set({ final_snapshot_identifier: null, deletion_protection: true }),
    good: set({ final_snapshot_identifier: "last", deletion_protection: true }),
    says: "aws_db_instance.main has neither skip_final_snapshot = true nor a final_snapshot_identifier: to destroy it takes two steps, deletion_protection = false and the deletion, and the second fails. Set final_snapshot_identifier, or skip_final_snapshot to true if the data may be lost.",
  },
});

const replica =
  (values: object, source: object = { backup_retention_period: 7 }) =>
  (stack: Json) => {
    set(source)(stack);
    stack.resource.aws_db_instance.replica = {
      identifier: "replica",
      instance_class: "db.t4g.micro",
      replicate_source_db: "${aws_db_instance.main.identifier}",
      ...values,
    };
  };

describeRule("DB-007", {
  "a replica with a last snapshot": {
    bad: replica({ final_snapshot_identifier: "x" }),
    good: replica({ skip_final_snapshot: true }),
    says: "aws_db_instance.replica is a replica with a final_snapshot_identifier. Set skip_final_snapshot to true, and drop final_snapshot_identifier.",
  },
});

describeRule("DB-008", {
  "a hyphen in a database's name": {
    bad: set({ db_name: "shop-db" }),
    good: set({ db_name: "shop_db" }),
    says: 'aws_db_instance.main has db_name = "shop-db", which has - in it. Write letters, digits and underscores, a letter first.',
  },
  "a digit first": {
    bad: set({ db_name: "1shop" }),
    says: 'aws_db_instance.main has db_name = "1shop", which does not begin with a letter. Write letters, digits and underscores, a letter first.',
  },
  "a long user of MySQL": {
    bad: set({ username: "operation_manager" }),
    good: set({ username: "operation_admin" }),
    says: 'aws_db_instance.main has username = "operation_manager", of 17 characters. Write at most 16 to be sure.',
  },
  "a user that is too long for MySQL itself": {
    bad: set({ username: "x".repeat(33) }),
    good: set({ username: "x".repeat(16) }),
    says: `aws_db_instance.main has username = "${"x".repeat(33)}", which is longer than 32 characters. Write another name: letters, digits and underscores, a letter first.`,
  },
  "admin of PostgreSQL": {
    bad: set({ engine: "postgres", engine_version: "17", username: "admin", parameter_group_name: null }),
    good: set({ username: "admin" }),
    says: 'aws_db_instance.main has username = "admin", which the engine reserves for itself. Write another name: letters, digits and underscores, a letter first.',
  },
});

describeRule("DB-009", {
  "the family of another version": {
    bad: (stack) => {
      stack.resource.aws_db_parameter_group.main.family = "mysql8.0";
    },
    good: set({ engine_version: "8.4.5" }),
    says: "aws_db_instance.main runs mysql 8.4 with a parameter group of the family mysql8.0. Use a parameter group of the family mysql8.4.",
  },
  "the family of another engine": {
    bad: set({ engine: "postgres", engine_version: "17.2" }),
    good: set({ engine: "postgres", engine_version: "17.2", parameter_group_name: "default.postgres17" }),
    says: "aws_db_instance.main runs postgres 17.2 with a parameter group of the family mysql8.4. Use a parameter group of the family postgres17.",
  },
  "the family of another engine, whatever the version": {
    bad: set({ engine: "mariadb", engine_version: null }),
    good: set({ engine_version: null }),
    says: "aws_db_instance.main runs mariadb with a parameter group of the family mysql8.4. Use a parameter group of a family of mariadb.",
  },
  "a default group of another version": {
    bad: set({ parameter_group_name: "default.mysql8.0" }),
    good: set({ parameter_group_name: "shop" }),
    says: "aws_db_instance.main runs mysql 8.4 with a parameter group of the family mysql8.0. Use a parameter group of the family mysql8.4.",
  },
  "a cluster": {
    bad: cluster({ db_cluster_parameter_group_name: "default.aurora-mysql5.7" }),
    good: cluster({ db_cluster_parameter_group_name: "default.aurora-mysql8.0" }),
    says: "aws_rds_cluster.main runs aurora-mysql 8.0.mysql_aurora.3.08.0 with a parameter group of the family aurora-mysql5.7. Use a parameter group of the family aurora-mysql8.0.",
  },
});

describeRule("DB-010", {
  "a small disk": {
    bad: set({ storage_type: "gp3", allocated_storage: 10 }),
    good: set({ storage_type: "gp2", allocated_storage: 10 }),
    says: "aws_db_instance.main has allocated_storage = 10 (gp3), and mysql accepts 20 to 65536 GiB. Set allocated_storage to 20 or more.",
  },
});

describeRule("DB-011", {
  "IOPS of a small gp3": {
    bad: set({ storage_type: "gp3", iops: 6000 }),
    good: set({ storage_type: "gp3", iops: 12000, allocated_storage: 400 }),
    says: "aws_db_instance.main has iops with 20 GiB of gp3, and mysql accepts them from 400 GiB on. Drop iops, or set allocated_storage to 400.",
  },
  "io1 without IOPS": {
    bad: set({ storage_type: "io1", allocated_storage: 100 }),
    good: set({ storage_type: "io1", allocated_storage: 100, iops: 1000 }),
    says: 'aws_db_instance.main has storage_type = "io1" and no iops. Set iops, or storage_type to "gp3".',
  },
});

describeRule("DB-012", {
  "a group of another VPC": {
    bad: (stack) => {
      stack.resource.aws_vpc.other = { cidr_block: "10.1.0.0/16" };
      stack.resource.aws_security_group.database.vpc_id = "${aws_vpc.other.id}";
    },
    good: (stack) => {
      stack.resource.aws_security_group.database.vpc_id = "${var.vpc}";
    },
    says: "aws_db_instance.main has subnets of aws_vpc.main, and aws_security_group.database, which is in aws_vpc.other. Take a security group of aws_vpc.main.",
  },
});

describeRule("DB-013", {
  "a source without backups": {
    bad: replica({ skip_final_snapshot: true }, {}),
    good: replica({ skip_final_snapshot: true }),
    says: "aws_db_instance.main keeps no backups, and aws_db_instance.replica replicates it. Set backup_retention_period to 1 or more.",
  },
  "a source with no days of backups": {
    bad: replica({}, { backup_retention_period: 0 }),
    says: "aws_db_instance.main keeps no backups, and aws_db_instance.replica replicates it. Set backup_retention_period to 1 or more.",
  },
});

describeRule("DB-014", {
  "a cluster without instances": {
    bad: cluster({}),
    good: cluster({}, { instance_class: "db.t4g.medium", engine: "aurora-mysql" }),
    says: "aws_rds_cluster.main has no aws_rds_cluster_instance. Add an aws_rds_cluster_instance whose cluster_identifier is its id.",
  },
  "a cluster that is no Aurora": {
    bad: cluster({}),
    good: cluster({ engine: "mysql", engine_version: "8.0.40", db_cluster_instance_class: "db.m6gd.large" }),
    says: "aws_rds_cluster.main has no aws_rds_cluster_instance. Add an aws_rds_cluster_instance whose cluster_identifier is its id.",
  },
});

describeRule("DB-015", {
  "an identifier with an underscore": {
    bad: set({ identifier: "shop_db" }),
    good: set({ identifier: "shop-db" }),
    says: 'aws_db_instance.main has identifier = "shop_db". Write up to 63 lower-case letters, digits and single hyphens, a letter first and no hyphen last.',
  },
  "an identifier that ends in a hyphen": {
    bad: set({ identifier: "shop-" }),
    good: set({ identifier: null }),
    says: 'aws_db_instance.main has identifier = "shop-". Write up to 63 lower-case letters, digits and single hyphens, a letter first and no hyphen last.',
  },
});

describeRule("DB-016", {
  "growth that ends below the beginning": {
    bad: set({ max_allocated_storage: 10 }),
    good: set({ max_allocated_storage: 0 }),
    says: "aws_db_instance.main has max_allocated_storage = 10, less than allocated_storage = 20. Set max_allocated_storage to more than 20, or drop it.",
  },
});

describeRule("DB-017", {
  "monitoring without a role": {
    bad: set({ monitoring_interval: 60 }),
    good: set({ monitoring_interval: 60, monitoring_role_arn: "${aws_iam_role.app.arn}" }),
    says: "aws_db_instance.main has monitoring_interval = 60 and no monitoring_role_arn. Set monitoring_role_arn to a role that monitoring.rds.amazonaws.com is allowed to assume.",
  },
  "Performance Insights on a small instance": {
    bad: set({ performance_insights_enabled: true }),
    good: set({ performance_insights_enabled: true, instance_class: "db.t4g.medium" }),
    says: "aws_db_instance.main has performance_insights_enabled = true. Drop performance_insights_enabled, or take a larger instance_class.",
  },
});

const parameter = (values: object) => (stack: Json) => {
  stack.resource.aws_db_parameter_group.main.parameter = [values];
};

describeRule("DB-018", {
  "a static parameter at once": {
    bad: parameter({ name: "performance_schema", value: "1" }),
    good: parameter({ name: "performance_schema", value: "1", apply_method: "pending-reboot" }),
    says: 'aws_db_parameter_group.main sets performance_schema, a static parameter of mysql8.4, with apply_method = "immediate". Set apply_method to "pending-reboot".',
  },
  "a static parameter, said to be at once": {
    bad: parameter({ name: "performance_schema", value: "1", apply_method: "immediate" }),
    good: parameter({ name: "require_secure_transport", value: "1" }),
    says: 'aws_db_parameter_group.main sets performance_schema, a static parameter of mysql8.4, with apply_method = "immediate". Set apply_method to "pending-reboot".',
  },
});

describeRule("DB-019", {
  "a class of EC2": {
    bad: set({ instance_class: "t4g.micro" }),
    good: set({ instance_class: "${var.size}" }),
    says: 'aws_db_instance.main has instance_class = "t4g.micro". Write a class of RDS, such as db.t4g.micro.',
  },
});

describeRule("DB-020", {
  "backups during maintenance": {
    bad: set({ backup_window: "17:00-18:00", maintenance_window: "Tue:17:30-Tue:18:30" }),
    good: set({ backup_window: "17:00-18:00", maintenance_window: "tue:18:00-tue:19:00" }),
    says: 'aws_db_instance.main has backup_window = "17:00-18:00", and maintenance at Tue:17:30-Tue:18:30, which overlap. Move one of the two windows.',
  },
});

it("knows windows over midnight and over Sunday", () => {
  expect(windowsOverlap("23:30-00:30", "wed:00:00-wed:01:00")).toBe(true);
  expect(windowsOverlap("00:00-00:30", "sun:23:45-mon:00:15")).toBe(true);
  expect(windowsOverlap("23:00-23:45", "sun:23:45-mon:00:15")).toBe(false);
  expect(windowsOverlap(undefined, "sun:23:45-mon:00:15")).toBe(false);
});

describeRule("DB-021", {
  "a public address without host names": {
    bad: (stack) => {
      set({ publicly_accessible: true })(stack);
      stack.resource.aws_vpc.main.enable_dns_hostnames = false;
    },
    good: set({ publicly_accessible: true }),
    says: "aws_db_instance.main is publicly_accessible, and aws_vpc.main has no enable_dns_hostnames. Drop publicly_accessible, or set these to true on the VPC.",
  },
});

const exporting =
  (logs: string[], ...parameter: { name: string; value: string }[]) =>
  (stack: Json) => {
    stack.resource.aws_db_instance.main.enabled_cloudwatch_logs_exports = logs;
    stack.resource.aws_db_parameter_group.main.parameter = parameter;
  };
const INTO_FILES = { name: "log_output", value: "FILE" };
const SET = "Set the parameters in an aws_db_parameter_group of the instance's.";

describeRule("DB-039", {
  "slow queries that nothing writes": {
    bad: exporting(["error", "slowquery"]),
    good: exporting(["error", "slowquery"], { name: "slow_query_log", value: "1" }, INTO_FILES),
    says: `aws_db_instance.main exports the log slowquery, which MySQL does not write without slow_query_log = "1" and log_output = "FILE". ${SET}`,
  },
  "slow queries in a table": {
    bad: exporting(["slowquery"], { name: "slow_query_log", value: "ON" }, { name: "log_output", value: "TABLE" }),
    good: exporting(["error"]),
    says: `aws_db_instance.main exports the log slowquery, which MySQL does not write without log_output = "FILE". ${SET}`,
  },
  "all queries with RDS's own parameter group": {
    bad: (stack) => {
      exporting(["general"])(stack);
      stack.resource.aws_db_instance.main.parameter_group_name = undefined;
    },
    good: (stack) => {
      exporting(["general"])(stack);
      stack.resource.aws_db_instance.main.parameter_group_name = "made-elsewhere";
    },
    says: `aws_db_instance.main exports the log general, which MySQL does not write without general_log = "1" and log_output = "FILE". ${SET}`,
  },
});

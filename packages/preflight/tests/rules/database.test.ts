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
    at: "aws_db_subnet_group.main",
    bad: (stack) => {
      stack.resource.aws_subnet.private_c.availability_zone = "ap-northeast-1a";
    },
    good: (stack) => {
      delete stack.resource.aws_subnet.private_c.availability_zone;
    },
  },
  "one subnet": {
    bad: (stack) => {
      stack.resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.private_a.id}"];
    },
    good: (stack) => {
      stack.resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.private_a.id}", "${var.subnet}"];
    },
  },
});

describeRule("DB-002", {
  "a password with an @": { bad: password("correct@horse"), good: password("correct-horse") },
  "a short password": { bad: password("horse"), good: password("${var.password}") },
  "a password that MySQL finds long": {
    bad: password("x".repeat(42)),
    good: (stack) => {
      password("x".repeat(42))(stack);
      set({ engine: "postgres", engine_version: "17", parameter_group_name: null })(stack);
    },
  },
  "a long password that Terraform makes": {
    bad: madePassword({ length: 64, special: false }),
    good: madePassword({ length: 32, special: false }),
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
  },
  "special characters that RDS refuses": {
    bad: madePassword({ length: 32, override_special: "!/" }),
    good: madePassword({ length: 32, special: false }),
  },
});

describeRule("DB-004", {
  "two passwords": { bad: set({ password: "correct-horse" }), good: set({ password: null }) },
});

describeRule("DB-005", {
  "no password": {
    bad: set({ manage_master_user_password: null }),
    good: set({ manage_master_user_password: null, password_wo: "${var.password}" }),
  },
  "no user": {
    bad: set({ username: null }),
    good: set({ username: null, manage_master_user_password: null, snapshot_identifier: "shop-final" }),
  },
});

describeRule("DB-006", {
  "no last snapshot and no leave to go without": {
    bad: set({ final_snapshot_identifier: null }),
    good: set({ final_snapshot_identifier: null, skip_final_snapshot: true }),
  },
  "nothing written": {
    bad: set({ final_snapshot_identifier: undefined, skip_final_snapshot: undefined }),
    good: set({ final_snapshot_identifier: "${var.name}", skip_final_snapshot: undefined }),
  },
  "a cluster": { bad: cluster({ skip_final_snapshot: false }), good: cluster({}) },
  "a database that may be destroyed": {
    bad: set({ final_snapshot_identifier: null, deletion_protection: false }),
    good: set({ final_snapshot_identifier: null, deletion_protection: true }),
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
  },
});

describeRule("DB-008", {
  "a hyphen in a database's name": { bad: set({ db_name: "shop-db" }), good: set({ db_name: "shop_db" }) },
  "a digit first": { bad: set({ db_name: "1shop" }) },
  "a long user of MySQL": { bad: set({ username: "operation_manager" }), good: set({ username: "operation_admin" }) },
  "admin of PostgreSQL": {
    bad: set({ engine: "postgres", engine_version: "17", username: "admin", parameter_group_name: null }),
    good: set({ username: "admin" }),
  },
});

describeRule("DB-009", {
  "the family of another version": {
    at: "aws_db_instance.main",
    bad: (stack) => {
      stack.resource.aws_db_parameter_group.main.family = "mysql8.0";
    },
    good: set({ engine_version: "8.4.5" }),
  },
  "the family of another engine": {
    bad: set({ engine: "postgres", engine_version: "17.2" }),
    good: set({ engine: "postgres", engine_version: "17.2", parameter_group_name: "default.postgres17" }),
  },
  "the family of another engine, whatever the version": {
    bad: set({ engine: "mariadb", engine_version: null }),
    good: set({ engine_version: null }),
  },
  "a default group of another version": {
    bad: set({ parameter_group_name: "default.mysql8.0" }),
    good: set({ parameter_group_name: "shop" }),
  },
  "a cluster": {
    bad: cluster({ db_cluster_parameter_group_name: "default.aurora-mysql5.7" }),
    good: cluster({ db_cluster_parameter_group_name: "default.aurora-mysql8.0" }),
  },
});

describeRule("DB-010", {
  "a small disk": {
    bad: set({ storage_type: "gp3", allocated_storage: 10 }),
    good: set({ storage_type: "gp2", allocated_storage: 10 }),
  },
});

describeRule("DB-011", {
  "IOPS of a small gp3": {
    bad: set({ storage_type: "gp3", iops: 6000 }),
    good: set({ storage_type: "gp3", iops: 12000, allocated_storage: 400 }),
  },
  "io1 without IOPS": {
    bad: set({ storage_type: "io1", allocated_storage: 100 }),
    good: set({ storage_type: "io1", allocated_storage: 100, iops: 1000 }),
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
  },
});

describeRule("DB-013", {
  "a source without backups": {
    at: "aws_db_instance.main",
    bad: replica({ skip_final_snapshot: true }, {}),
    good: replica({ skip_final_snapshot: true }),
  },
  "a source with no days of backups": { bad: replica({}, { backup_retention_period: 0 }) },
});

describeRule("DB-014", {
  "a cluster without instances": {
    bad: cluster({}),
    good: cluster({}, { instance_class: "db.t4g.medium", engine: "aurora-mysql" }),
  },
  "a cluster that is no Aurora": {
    bad: cluster({}),
    good: cluster({ engine: "mysql", engine_version: "8.0.40", db_cluster_instance_class: "db.m6gd.large" }),
  },
});

describeRule("DB-015", {
  "an identifier with an underscore": { bad: set({ identifier: "shop_db" }), good: set({ identifier: "shop-db" }) },
  "an identifier that ends in a hyphen": { bad: set({ identifier: "shop-" }), good: set({ identifier: null }) },
});

describeRule("DB-016", {
  "growth that ends below the beginning": {
    bad: set({ max_allocated_storage: 10 }),
    good: set({ max_allocated_storage: 0 }),
  },
});

describeRule("DB-017", {
  "monitoring without a role": {
    bad: set({ monitoring_interval: 60 }),
    good: set({ monitoring_interval: 60, monitoring_role_arn: "${aws_iam_role.app.arn}" }),
  },
  "Performance Insights on a small instance": {
    bad: set({ performance_insights_enabled: true }),
    good: set({ performance_insights_enabled: true, instance_class: "db.t4g.medium" }),
  },
});

const parameter = (values: object) => (stack: Json) => {
  stack.resource.aws_db_parameter_group.main.parameter = [values];
};

describeRule("DB-018", {
  "a static parameter at once": {
    bad: parameter({ name: "performance_schema", value: "1" }),
    good: parameter({ name: "performance_schema", value: "1", apply_method: "pending-reboot" }),
  },
  "a static parameter, said to be at once": {
    bad: parameter({ name: "performance_schema", value: "1", apply_method: "immediate" }),
    good: parameter({ name: "require_secure_transport", value: "1" }),
  },
});

describeRule("DB-019", {
  "a class of EC2": { bad: set({ instance_class: "t4g.micro" }), good: set({ instance_class: "${var.size}" }) },
});

describeRule("DB-020", {
  "backups during maintenance": {
    bad: set({ backup_window: "17:00-18:00", maintenance_window: "Tue:17:30-Tue:18:30" }),
    good: set({ backup_window: "17:00-18:00", maintenance_window: "tue:18:00-tue:19:00" }),
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
  },
});

import { describe, expect, it } from "vitest";
import { type Changed, planOfChanges } from "../support/plan.ts";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";

const REPLACED = ["delete", "create"];
const REPLACED_AFTER = ["create", "delete"];
const GROUP_ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/shop/1";

/** A plan as the base of a rule's cases. */
const plan =
  (...changes: Changed[]) =>
  () =>
    planOfChanges(changes);
const change = (stack: Json, address: string) =>
  stack.resource_changes.find((one: Json) => one.address === address).change;
const planned = (stack: Json, address: string) =>
  stack.planned_values.root_module.resources.find((one: Json) => one.address === address);
const keep = () => {};

const TARGETS: Changed = {
  address: "aws_lb_target_group.main",
  actions: REPLACED,
  before: { id: GROUP_ARN, arn: GROUP_ARN, name: "shop", port: 3000 },
  after: { name: "shop", port: 8080 },
  unknown: { id: true, arn: true },
  replacePaths: [["port"]],
};
const LISTENER: Changed = {
  address: "aws_lb_listener.http",
  actions: ["update"],
  before: { id: "listener", default_action: [{ type: "forward", target_group_arn: GROUP_ARN }] },
  after: { id: "listener", default_action: [{ type: "forward" }] },
  unknown: { default_action: [{ target_group_arn: true }] },
  refersTo: {
    default_action: [
      { target_group_arn: { references: ["aws_lb_target_group.main.arn", "aws_lb_target_group.main"] } },
    ],
  },
};

describeRule(
  "CHG-001",
  {
    "a target group that a listener keeps": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_lb_target_group.main").actions = REPLACED_AFTER;
      },
      says: "aws_lb_target_group.main is deleted before the new one is created, because port changes, and aws_lb_listener.http still uses it. Set create_before_destroy to true in its lifecycle, with a name that differs from the old one.",
    },
    "a target group whose listener stays, where another is replaced with it": {
      bad: (stack) => {
        change(stack, "aws_lb_listener.http").actions = ["no-op"];
      },
      good: (stack) => {
        change(stack, "aws_lb_listener.http").actions = REPLACED;
      },
      says: "aws_lb_target_group.main is deleted before the new one is created, because port changes, and aws_lb_listener.http still uses it. Set create_before_destroy to true in its lifecycle, with a name that differs from the old one.",
    },
  },
  plan(TARGETS, LISTENER),
);

describeRule(
  "CHG-001",
  {
    "a security group of a service": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_ecs_service.app").before.network_configuration[0].security_groups = ["sg-2"];
      },
      says: "aws_security_group.app is deleted before the new one is created, because description changes, and aws_ecs_service.app still uses it. Set create_before_destroy to true in its lifecycle, with a name that differs from the old one.",
    },
    "a security group that another one's rule names": {
      bad: (stack) => {
        stack.resource_changes[1].change.before.network_configuration = [];
        stack.resource_changes[2].change.before.referenced_security_group_id = "sg-1";
      },
      good: (stack) => {
        stack.resource_changes[1].change.before.network_configuration = [];
      },
      says: "aws_security_group.app is deleted before the new one is created, because description changes, and aws_vpc_security_group_ingress_rule.database still uses it. Set create_before_destroy to true in its lifecycle, with a name that differs from the old one.",
    },
  },
  plan(
    {
      address: "aws_security_group.app",
      actions: REPLACED,
      before: { id: "sg-1", vpc_id: "vpc-1", name: "app", description: "a" },
      after: { vpc_id: "vpc-1", name: "app", description: "b" },
      unknown: { id: true },
      replacePaths: [["description"]],
    },
    {
      address: "aws_ecs_service.app",
      actions: ["update"],
      before: { id: "service", network_configuration: [{ security_groups: ["sg-1"] }] },
      unknown: { network_configuration: [{ security_groups: true }] },
      refersTo: {
        network_configuration: [{ security_groups: { references: ["aws_security_group.app.id"] } }],
      },
    },
    {
      address: "aws_vpc_security_group_ingress_rule.database",
      actions: ["update"],
      before: { id: "rule", referenced_security_group_id: "sg-3" },
      unknown: { referenced_security_group_id: true },
      refersTo: { referenced_security_group_id: { references: ["aws_security_group.app.id"] } },
    },
  ),
);

describeRule(
  "CHG-001",
  {
    "a parameter group by its name": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").actions = REPLACED;
      },
      says: "aws_db_parameter_group.main is deleted before the new one is created, because family changes, and aws_db_instance.main still uses it. Set create_before_destroy to true in its lifecycle, with a name that differs from the old one.",
    },
  },
  plan(
    {
      address: "aws_db_parameter_group.main",
      actions: REPLACED,
      before: { id: "shop", name: "shop", family: "mysql8.0" },
      after: { name: "shop", family: "mysql8.4" },
      unknown: { id: true },
      replacePaths: [["family"]],
    },
    {
      address: "aws_db_instance.main",
      actions: ["update"],
      before: { id: "db", parameter_group_name: "shop" },
      refersTo: { parameter_group_name: { references: ["aws_db_parameter_group.main.name"] } },
    },
  ),
);

describeRule(
  "CHG-001",
  {
    "a security group that is gone, and still named": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_lb.main").after.security_groups = ["sg-2"];
      },
      says: "aws_security_group.old is deleted, and aws_lb.main goes on using it. Take it out of aws_lb.main first, or keep it.",
    },
  },
  plan(
    { address: "aws_security_group.old", actions: ["delete"], before: { id: "sg-1" } },
    { address: "aws_lb.main", before: { id: "lb", security_groups: ["sg-1", "sg-2"] } },
  ),
);

describeRule(
  "CHG-001",
  {
    "a security group that a rule made by hand names": {
      bad: (stack) => {
        stack.resource_changes.pop();
      },
      good: () => {},
      says: "aws_security_group.cache is deleted, and aws_security_group.app goes on using it. Take it out of aws_security_group.app first, or keep it.",
    },
  },
  plan(
    { address: "aws_security_group.cache", actions: ["delete"], before: { id: "sg-1" } },
    {
      address: "aws_security_group.app",
      before: {
        id: "sg-2",
        egress: [{ protocol: "tcp", from_port: 6379, to_port: 6379, security_groups: ["sg-1"], self: false }],
      },
    },
    {
      address: "aws_vpc_security_group_egress_rule.app_to_cache",
      actions: ["delete"],
      before: {
        id: "sgr-1",
        security_group_id: "sg-2",
        referenced_security_group_id: "sg-1",
        ip_protocol: "tcp",
        from_port: 6379,
        to_port: 6379,
      },
    },
  ),
);

describe("CHG-001", () => {
  it("gives what is removed another cause than what is replaced", async () => {
    const causes = async (...changes: Changed[]) =>
      (await findingsOf(planOfChanges(changes))).filter(({ id }) => id === "CHG-001").map(({ cause }) => cause);
    const user: Changed = { address: "aws_lb.main", before: { id: "lb", security_groups: ["sg-1"] } };
    const removed = await causes(
      { address: "aws_security_group.old", actions: ["delete"], before: { id: "sg-1" } },
      user,
    );
    expect(removed).toEqual([expect.stringMatching(/^Terraform deletes it, and leaves what uses it as it is\. /)]);
    expect(await causes(TARGETS, LISTENER)).toEqual([expect.stringMatching(/^Terraform deletes the old one first, /)]);
  });
});

describeRule(
  "CHG-002",
  {
    "a name that is kept": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_lb_target_group.main").after.name = "shop-8080";
        planned(stack, "aws_lb_target_group.main").values.name = "shop-8080";
      },
      says: 'aws_lb_target_group.main is created before the old one is deleted, and keeps name = "shop". Write name_prefix instead of name, or a name that changes with what replaces it.',
    },
    "a name that is kept, where another one is made up": {
      bad: keep,
      good: (stack) => {
        delete change(stack, "aws_lb_target_group.main").after.name;
      },
      says: 'aws_lb_target_group.main is created before the old one is deleted, and keeps name = "shop". Write name_prefix instead of name, or a name that changes with what replaces it.',
    },
  },
  plan({ ...TARGETS, actions: REPLACED_AFTER }),
);

describeRule(
  "CHG-002",
  {
    "a security group of the same VPC": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_security_group.app").after.vpc_id = "vpc-2";
      },
      says: 'aws_security_group.app is created before the old one is deleted, and keeps name = "app". Write name_prefix instead of name, or a name that changes with what replaces it.',
    },
    "a subnet of the same addresses": {
      bad: (stack) => {
        stack.resource_changes[0].change.actions = REPLACED;
        change(stack, "aws_subnet.a").actions = REPLACED_AFTER;
      },
      good: (stack) => {
        stack.resource_changes[0].change.actions = REPLACED;
      },
      says: 'aws_subnet.a is created before the old one is deleted, and keeps cidr_block = "10.0.0.0/24". Take another cidr_block, or leave create_before_destroy out.',
    },
  },
  plan(
    {
      address: "aws_security_group.app",
      actions: REPLACED_AFTER,
      before: { id: "sg-1", vpc_id: "vpc-1", name: "app" },
      after: { vpc_id: "vpc-1", name: "app" },
    },
    {
      address: "aws_subnet.a",
      actions: REPLACED,
      before: { id: "subnet-1", vpc_id: "vpc-1", cidr_block: "10.0.0.0/24" },
      after: { vpc_id: "vpc-1", cidr_block: "10.0.0.0/24" },
    },
  ),
);

const SECRET = { name: "shop/key", recovery_window_in_days: 30 };

describeRule(
  "CHG-003",
  {
    "a secret that is replaced under its name": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_secretsmanager_secret.key").before.recovery_window_in_days = 0;
      },
      says: 'aws_secretsmanager_secret.key is replaced, and created with name = "shop/key", which the old one keeps while it waits for its deletion. Give the secret another name, or set recovery_window_in_days to 0 in an apply before this one.',
    },
  },
  plan({ address: "aws_secretsmanager_secret.key", actions: REPLACED, before: SECRET, after: SECRET }),
);

describeRule(
  "CHG-003",
  {
    "a secret that is made at another address": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_secretsmanager_secret.new").after.name = "shop/other";
      },
      says: 'aws_secretsmanager_secret.new is created with name = "shop/key", which aws_secretsmanager_secret.old has, and that is deleted in the same plan. Add a moved block from aws_secretsmanager_secret.old to aws_secretsmanager_secret.new, or take another name.',
    },
  },
  plan(
    { address: "aws_secretsmanager_secret.old", actions: ["delete"], before: SECRET },
    { address: "aws_secretsmanager_secret.new", actions: ["create"], after: { ...SECRET } },
  ),
);

describeRule(
  "CHG-003",
  {
    "a role that moves without a moved block": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_iam_role.old").actions = ["forget"];
        change(stack, "aws_iam_role.new").actions = ["update"];
      },
      says: 'aws_iam_role.new is created with name = "shop", which aws_iam_role.old has, and that is deleted in the same plan. Add a moved block from aws_iam_role.old to aws_iam_role.new, or take another name.',
    },
  },
  plan(
    { address: "aws_iam_role.old", actions: ["delete"], before: { name: "shop" } },
    { address: "aws_iam_role.new", actions: ["create"], after: { name: "shop" } },
  ),
);

describeRule(
  "CHG-004",
  {
    "a database that is deleted": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").before.deletion_protection = false;
      },
      says: "aws_db_instance.main is deleted, and has deletion_protection = true. Switch deletion_protection off in an apply before this one, or keep the resource.",
    },
    "a database that Terraform forgets": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").actions = ["forget"];
      },
      says: "aws_db_instance.main is deleted, and has deletion_protection = true. Switch deletion_protection off in an apply before this one, or keep the resource.",
    },
  },
  plan({ address: "aws_db_instance.main", actions: ["delete"], before: { deletion_protection: true } }),
);

describeRule(
  "CHG-004",
  {
    "a load balancer that is replaced": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_lb.main").actions = ["update"];
      },
      says: "aws_lb.main is replaced because of internal, and has enable_deletion_protection = true. Switch enable_deletion_protection off in an apply before this one, or keep the resource.",
    },
  },
  plan({
    address: "aws_lb.main",
    actions: REPLACED,
    before: { enable_deletion_protection: true, internal: false },
    after: { enable_deletion_protection: false, internal: true },
    replacePaths: [["internal"]],
  }),
);

const upgrade = (engine: string, from: string, to: string, more: Json = {}): Changed => ({
  address: "aws_db_instance.main",
  actions: ["update"],
  before: { engine, engine_version: from },
  after: { engine, engine_version: to, ...more },
});

describeRule(
  "CHG-005",
  {
    "a major version": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.allow_major_version_upgrade = true;
      },
      says: "aws_db_instance.main goes from mysql 8.0.36 to 8.4, another major version, without allow_major_version_upgrade = true. Set allow_major_version_upgrade to true, and take a parameter group for mysql 8.4.",
    },
    "a major version, where a minor one needs nothing": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "8.0.40";
      },
      says: "aws_db_instance.main goes from mysql 8.0.36 to 8.4, another major version, without allow_major_version_upgrade = true. Set allow_major_version_upgrade to true, and take a parameter group for mysql 8.4.",
    },
    "a way back": {
      bad: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "8.0.35";
      },
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "8.0";
      },
      says: 'aws_db_instance.main goes from mysql 8.0.36 back to 8.0.35. Write engine_version = "8.0.36", or restore a snapshot of the older version into a new database.',
    },
  },
  plan(upgrade("mysql", "8.0.36", "8.4")),
);

describeRule(
  "CHG-005",
  {
    "a major version of PostgreSQL, which is one number": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "15.7";
      },
      says: "aws_db_instance.main goes from postgres 15.4 to 16.1, another major version, without allow_major_version_upgrade = true. Set allow_major_version_upgrade to true, and take a parameter group for postgres 16.",
    },
  },
  plan(upgrade("postgres", "15.4", "16.1", { allow_major_version_upgrade: null })),
);

describeRule(
  "CHG-006",
  {
    "storage that shrinks": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.allocated_storage = 200;
      },
      says: "aws_db_instance.main goes from 100 to 50 GiB of allocated_storage. Write allocated_storage = 100, or move the data to a new, smaller database.",
    },
  },
  plan({
    address: "aws_db_instance.main",
    actions: ["update"],
    before: { allocated_storage: 100 },
    after: { allocated_storage: 50 },
  }),
);

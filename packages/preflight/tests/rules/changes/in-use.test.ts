import { describe, expect, it } from "vitest";
import { type Changed, planOfChanges } from "../../support/plan.ts";
import { describeRule, findingsOf } from "../../support/rules.ts";
import { change, GROUP_ARN, keep, plan, REPLACED, REPLACED_AFTER, TARGETS } from "./plans.ts";

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
      says: "aws_security_group.old is deleted, and aws_lb.main still uses it. Remove it from aws_lb.main first, or keep it.",
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
      says: "aws_security_group.cache is deleted, and aws_security_group.app still uses it. Remove it from aws_security_group.app first, or keep it.",
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

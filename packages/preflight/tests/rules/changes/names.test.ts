import { describeRule, type Json } from "../../support/rules.ts";
import { change, keep, plan, REPLACED, REPLACED_AFTER, TARGETS } from "./plans.ts";

const planned = (stack: Json, address: string) =>
  stack.planned_values.root_module.resources.find((one: Json) => one.address === address);

const SECRET = { name: "shop/key", recovery_window_in_days: 30 };

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

import { describeRule, type Json } from "../support/rules.ts";

const plan = (rule: Json) => ({
  resource: {
    aws_backup_plan: { main: { name: "daily", rule: [{ rule_name: "daily", target_vault_name: "shop", ...rule }] } },
  },
});
const rule = (stack: Json) => stack.resource.aws_backup_plan.main.rule[0];

describeRule(
  "BAK-001",
  {
    "a backup that leaves cold storage too early": {
      bad: (stack) => {
        rule(stack).lifecycle = [{ cold_storage_after: 30, delete_after: 60 }];
      },
      good: (stack) => {
        rule(stack).lifecycle = [{ cold_storage_after: 0, delete_after: 7 }];
      },
      says: "aws_backup_plan.main moves backups to cold storage after 30 days, and deletes them after 60. Set delete_after to 120 or more, or drop cold_storage_after.",
    },
    "a continuous backup in cold storage": {
      bad: (stack) => {
        Object.assign(rule(stack), {
          enable_continuous_backup: true,
          lifecycle: [{ cold_storage_after: 730, delete_after: 2555 }],
        });
      },
      good: (stack) => {
        rule(stack).lifecycle = [{ cold_storage_after: 730, delete_after: 2555 }];
      },
      says: "aws_backup_plan.main backs up continuously, and moves backups to cold storage after 730 days. Drop cold_storage_after, or enable_continuous_backup.",
    },
    "a continuous backup that is kept for too long": {
      bad: (stack) => {
        Object.assign(rule(stack), { enable_continuous_backup: true, lifecycle: [{ delete_after: 36 }] });
      },
      good: (stack) => {
        Object.assign(rule(stack), { enable_continuous_backup: true, lifecycle: [{ delete_after: 35 }] });
      },
      says: "aws_backup_plan.main backs up continuously, and keeps backups for 36 days. Set delete_after to 35 or less, or make the long-lived backups by a rule of their own.",
    },
  },
  () => plan({}),
);

describeRule(
  "BAK-002",
  {
    "cron of Unix": {
      bad: (stack) => {
        rule(stack).schedule = "cron(0 5 * * *)";
      },
      good: (stack) => {
        rule(stack).schedule = "cron(0 5 ? * * *)";
      },
      says: 'aws_backup_plan.main has schedule = "cron(0 5 * * *)": cron has 5 fields instead of 6. AWS has six fields, with the year at the end and ? for the days that the other field says. Write "cron(0 5 * * ? *)".',
    },
    "a time to end before the time to start": {
      bad: (stack) => {
        rule(stack).completion_window = 120;
      },
      good: (stack) => {
        Object.assign(rule(stack), { start_window: 60, completion_window: 120 });
      },
      says: "aws_backup_plan.main has completion_window = 120, and start_window = 480. Set completion_window to 540 or more.",
    },
  },
  () => plan({}),
);

const trusted = (service: string) => (stack: Json) => {
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } };
  stack.resource.aws_iam_role = {
    main: { assume_role_policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) },
  };
  stack.resource.aws_backup_selection = { main: { name: "all", iam_role_arn: "${aws_iam_role.main.arn}" } };
};

describeRule(
  "BAK-003",
  {
    "a role of tasks": {
      bad: trusted("ecs-tasks.amazonaws.com"),
      good: trusted("backup.amazonaws.com"),
      says: 'aws_backup_selection.main has the role aws_iam_role.main, which ecs-tasks.amazonaws.com may assume. Write "backup.amazonaws.com" as the service in assume_role_policy of aws_iam_role.main.',
    },
  },
  () => plan({}),
);

import { describeRule, type Json } from "../../support/rules.ts";
import { rule, schedule, target, withSchedules } from "./stack.ts";

const transformed = (input_template: string) => (stack: Json) => {
  stack.resource.aws_cloudwatch_event_target.nightly.input_transformer = {
    input_paths: { task: "$.detail.taskArn" },
    input_template,
  };
};

const logged = (more: Json) => (stack: Json) => {
  stack.resource.aws_cloudwatch_log_group = {
    ...stack.resource.aws_cloudwatch_log_group,
    events: { name: "/aws/events/a" },
  };
  stack.resource.aws_cloudwatch_event_target.logged = {
    rule: "${aws_cloudwatch_event_rule.nightly.name}",
    arn: "${aws_cloudwatch_log_group.events.arn}",
  };
  Object.assign(stack.resource, more);
};

describeRule(
  "SCH-005",
  {
    "the ARN of a role": {
      bad: (stack) => {
        target(stack).ecs_target.task_definition_arn = "${aws_iam_role.events.arn}";
      },
      good: (stack) => {
        target(stack).ecs_target.task_definition_arn = "${aws_ecs_task_definition.app.arn_without_revision}";
      },
      says: "aws_cloudwatch_event_target.nightly has the arn of aws_iam_role.events as task_definition_arn. Pass the ARN of an aws_ecs_task_definition.",
    },
    "the family of a task definition": {
      bad: (stack) => {
        schedule(stack).target.ecs_parameters.task_definition_arn = "${aws_ecs_task_definition.app.family}";
      },
      good: (stack) => {
        schedule(stack).target.ecs_parameters.task_definition_arn = "${var.task}";
      },
      says: "aws_scheduler_schedule.hourly has the family of aws_ecs_task_definition.app as task_definition_arn. Pass the ARN of an aws_ecs_task_definition.",
    },
    "a task definition as the target": {
      bad: (stack) => {
        target(stack).arn = "${aws_ecs_task_definition.app.arn}";
      },
      good: (stack) => {
        target(stack).arn = "${aws_ecs_cluster.main.id}";
      },
      says: "aws_cloudwatch_event_target.nightly starts a task, and has the arn of aws_ecs_task_definition.app as arn. Pass the ARN of the aws_ecs_cluster.",
    },
    "a cluster by its name": {
      bad: (stack) => {
        schedule(stack).target.arn = "shop";
      },
      good: (stack) => {
        schedule(stack).target.arn = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop";
      },
      says: 'aws_scheduler_schedule.hourly starts a task, and has "shop" as arn. Pass the ARN of the aws_ecs_cluster.',
    },
    "no role": {
      bad: (stack) => delete target(stack).role_arn,
      says: "aws_cloudwatch_event_target.nightly starts a task, and has no role_arn. Set role_arn to a role that trusts events.amazonaws.com, and is allowed to call ecs:RunTask and iam:PassRole.",
    },
  },
  withSchedules,
);

describeRule(
  "SCH-006",
  {
    "a task without a network": {
      bad: (stack) => delete target(stack).ecs_target.network_configuration,
      good: (stack) => {
        delete target(stack).ecs_target.network_configuration;
        stack.resource.aws_ecs_task_definition.app.network_mode = "bridge";
      },
      says: "aws_cloudwatch_event_target.nightly starts aws_ecs_task_definition.app, whose network_mode is awsvpc, without network_configuration. Add network_configuration with subnets and security_groups.",
    },
    "a task that would be started on instances": {
      bad: (stack) => delete schedule(stack).target.ecs_parameters.launch_type,
      good: (stack) => {
        delete schedule(stack).target.ecs_parameters.launch_type;
        stack.resource.aws_ecs_cluster_capacity_providers = {
          main: { default_capacity_provider_strategy: { capacity_provider: "FARGATE" } },
        };
      },
      says: 'aws_scheduler_schedule.hourly starts aws_ecs_task_definition.app, which is for Fargate only, without a launch_type. Set launch_type to "FARGATE".',
    },
    "a task that is started on instances": {
      bad: (stack) => {
        target(stack).ecs_target.launch_type = "EC2";
      },
      good: (stack) => {
        target(stack).ecs_target.launch_type = "EC2";
        stack.resource.aws_ecs_task_definition.app.requires_compatibilities.push("EC2");
      },
      says: 'aws_cloudwatch_event_target.nightly starts aws_ecs_task_definition.app, which is for Fargate only, with launch_type = "EC2". Set launch_type to "FARGATE".',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-007",
  {
    "a rule by its ARN": {
      bad: (stack) => {
        target(stack).rule = "${aws_cloudwatch_event_rule.nightly.arn}";
      },
      good: (stack) => {
        target(stack).rule = "${aws_cloudwatch_event_rule.nightly.id}";
      },
      says: "aws_cloudwatch_event_target.nightly names its rule by an ARN, that of aws_cloudwatch_event_rule.nightly. Write ${aws_cloudwatch_event_rule.nightly.name}.",
    },
    "six targets": {
      bad: (stack) => {
        for (const name of ["b", "c", "d", "e", "f"]) {
          stack.resource.aws_cloudwatch_event_target[name] = { rule: target(stack).rule, arn: "arn:aws:sqs:::x" };
        }
      },
      good: (stack) => {
        for (const name of ["b", "c", "d", "e"]) {
          stack.resource.aws_cloudwatch_event_target[name] = { rule: target(stack).rule, arn: "arn:aws:sqs:::x" };
        }
      },
      says: "aws_cloudwatch_event_rule.nightly has 6 targets. Add another rule for what is above five.",
    },
  },
  withSchedules,
);

describeRule(
  "SCH-008",
  {
    "a value that is no list": {
      bad: (stack) => {
        rule(stack).event_pattern = JSON.stringify({ source: "aws.ecs", detail: { state: ["STOPPED"], group: "x" } });
      },
      good: (stack) => {
        rule(stack).event_pattern = JSON.stringify({ source: ["aws.ecs"], detail: { code: [{ numeric: [">", 0] }] } });
      },
      says: 'aws_cloudwatch_event_rule.nightly has an event_pattern in which "source", "group" are no lists. Write "source": […], "group": […].',
    },
    "a text that is no JSON": {
      bad: (stack) => {
        rule(stack).event_pattern = "source = aws.ecs";
      },
      says: "aws_cloudwatch_event_rule.nightly has an event_pattern that is no JSON object. Write jsonencode({ … }).",
    },
  },
  withSchedules,
);

describeRule(
  "SCH-009",
  {
    "a placeholder that is not defined": {
      bad: transformed('{"task": <taskArn>, "rule": <aws.events.rule-arn>}'),
      good: transformed('{"task": <task>, "rule": <aws.events.rule-arn>}'),
      says: 'aws_cloudwatch_event_target.nightly has an input_template with "<taskArn>", which input_paths does not define. Add "taskArn" to input_paths.',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-017",
  {
    "a log group that lets nobody in": {
      bad: logged({}),
      good: logged({
        aws_cloudwatch_log_resource_policy: { main: { policy_name: "a", policy_document: "${var.policy}" } },
      }),
      says: "aws_cloudwatch_event_target.logged writes to aws_cloudwatch_log_group.events, and there is no aws_cloudwatch_log_resource_policy. Let events.amazonaws.com and delivery.logs.amazonaws.com call logs:CreateLogStream and logs:PutLogEvents in one.",
    },
  },
  withSchedules,
);

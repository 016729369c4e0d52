import type { Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";

export const trust = (...services: string[]) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { Service: services }, Action: "sts:AssumeRole" }] });

export const allow = (...Statement: Json[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: Statement.map((one) => ({ Effect: "Allow", ...one })) });

export const RUN = { Action: "ecs:RunTask", Resource: "${aws_ecs_task_definition.app.arn_without_revision}:*" };
export const PASS = {
  Action: "iam:PassRole",
  Resource: ["${aws_iam_role.app_execution.arn}", "${aws_iam_role.app.arn}"],
};
const NETWORK = {
  subnets: ["${aws_subnet.private_a.id}"],
  security_groups: ["${aws_security_group.app.id}"],
};

/** The working stack with a nightly task, by a rule of EventBridge and by a schedule. */
export function withSchedules(): Json {
  const stack = workingStack();
  Object.assign(stack.resource, {
    aws_cloudwatch_event_rule: { nightly: { name: "nightly", schedule_expression: "cron(0 18 * * ? *)" } },
    aws_cloudwatch_event_target: {
      nightly: {
        rule: "${aws_cloudwatch_event_rule.nightly.name}",
        arn: "${aws_ecs_cluster.main.arn}",
        role_arn: "${aws_iam_role.events.arn}",
        ecs_target: {
          launch_type: "FARGATE",
          task_definition_arn: "${aws_ecs_task_definition.app.arn}",
          network_configuration: NETWORK,
        },
      },
    },
    aws_scheduler_schedule: {
      hourly: {
        name: "hourly",
        schedule_expression: "rate(1 hours)",
        schedule_expression_timezone: "Asia/Tokyo",
        flexible_time_window: { mode: "OFF" },
        target: {
          arn: "${aws_ecs_cluster.main.arn}",
          role_arn: "${aws_iam_role.scheduler.arn}",
          ecs_parameters: {
            launch_type: "FARGATE",
            task_definition_arn: "${aws_ecs_task_definition.app.arn}",
            network_configuration: NETWORK,
          },
        },
      },
    },
  });
  Object.assign(stack.resource.aws_iam_role, {
    events: { name: "events", assume_role_policy: trust("events.amazonaws.com") },
    scheduler: { name: "scheduler", assume_role_policy: trust("scheduler.amazonaws.com") },
  });
  for (const name of ["events", "scheduler"]) {
    stack.resource.aws_iam_role_policy[name] = { role: `\${aws_iam_role.${name}.id}`, policy: allow(RUN, PASS) };
  }
  return stack;
}

export const rule = (stack: Json) => stack.resource.aws_cloudwatch_event_rule.nightly;
export const target = (stack: Json) => stack.resource.aws_cloudwatch_event_target.nightly;
export const schedule = (stack: Json) => stack.resource.aws_scheduler_schedule.hourly;

import { planOfStack } from "../support/plan.ts";
import { describeRule, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const trust = (...services: string[]) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { Service: services }, Action: "sts:AssumeRole" }] });
const allow = (...Statement: Json[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: Statement.map((one) => ({ Effect: "Allow", ...one })) });
const RUN = { Action: "ecs:RunTask", Resource: "${aws_ecs_task_definition.app.arn_without_revision}:*" };
const PASS = { Action: "iam:PassRole", Resource: ["${aws_iam_role.app_execution.arn}", "${aws_iam_role.app.arn}"] };
const NETWORK = {
  subnets: ["${aws_subnet.private_a.id}"],
  security_groups: ["${aws_security_group.app.id}"],
};

/** The working stack with a nightly task, by a rule of EventBridge and by a schedule. */
function withSchedules(): Json {
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

const rule = (stack: Json) => stack.resource.aws_cloudwatch_event_rule.nightly;
const target = (stack: Json) => stack.resource.aws_cloudwatch_event_target.nightly;
const schedule = (stack: Json) => stack.resource.aws_scheduler_schedule.hourly;
const policyOf = (stack: Json, name: string, ...statements: Json[]) => {
  stack.resource.aws_iam_role_policy[name].policy = allow(...statements);
};

const expression = (written: string, why: string, good: string, fix: string) => ({
  [written]: {
    bad: (stack: Json) => {
      rule(stack).schedule_expression = written;
    },
    good: (stack: Json) => {
      rule(stack).schedule_expression = good;
    },
    says: `aws_cloudwatch_event_rule.nightly has schedule_expression = "${written}": ${why}. ${fix}`,
  },
});
const FIVE = 'Write cron(minutes hours day month weekday year), such as "cron(0 18 * * ? *)".';
const unix = (form: string) =>
  `AWS has six fields, with the year at the end and ? for the days that the other field says. Write "${form}".`;
const RATE = 'Write a whole number and a unit, such as "rate(1 hour)" or "rate(5 minutes)".';
const DAYS = "Write ? in one of the two, and the days in the other.";

describeRule(
  "SCH-001",
  {
    ...expression(
      "cron(0 18 * * *)",
      "cron has 5 fields instead of 6",
      "cron(0/15 8-17 ? * MON-FRI *)",
      unix("cron(0 18 * * ? *)"),
    ),
    ...expression("0 9 * * 1-5", "it is cron as Unix writes it", "rate(7 days)", unix("cron(0 9 ? * MON-FRI *)")),
    ...expression("*/10 0 1 */2 *", "it is cron as Unix writes it", "rate(3 days)", unix("cron(*/10 0 1 */2 ? *)")),
    ...expression("cron(0 18 1 * 1)", "cron has 5 fields instead of 6", "cron(0 22-4/2 ? * FRI-MON *)", FIVE),
    ...expression(
      "cron(0 18 * * * *)",
      "neither of day of the month and day of the week is ?",
      "cron(15 10 L * ? *)",
      DAYS,
    ),
    ...expression(
      "cron(0 18 ? * ? *)",
      "both of day of the month and day of the week are ?",
      "cron(0 9 ? * 2#1 2030-2040)",
      DAYS,
    ),
    ...expression(
      "cron(0 9 ? * 0 *)",
      '"0" is no day of the week',
      "cron(*/5 * 1,15 JAN-MAR ? *)",
      "Write day of the week as 1 to 7 or SUN to SAT, a list, a range or *.",
    ),
    ...expression(
      "cron(0 24 * * ? *)",
      '"24" is no hours',
      "cron(0 0-23/2 * * ? *)",
      "Write hours as 0 to 23, a list, a range or *.",
    ),
    ...expression("rate(1 days)", "the unit of 1 is in the plural", "rate(1 day)", RATE),
    ...expression("rate(5 minute)", "the unit of 5 is in the singular", "rate(5 minutes)", RATE),
    ...expression("rate(30 seconds)", '"30 seconds" is no number of minutes, hours or days', "rate(2 hours)", RATE),
    ...expression(
      "at(2030-01-01T00:00:00)",
      "it is not cron(…) or rate(…)",
      "${var.expression}",
      'Write cron(…) or rate(…), such as "rate(1 hour)".',
    ),
    "a time with a zone": {
      bad: (stack) => {
        schedule(stack).schedule_expression = "at(2030-01-01T00:00:00Z)";
      },
      good: (stack) => {
        schedule(stack).schedule_expression = "at(2030-01-01T00:00:00)";
      },
      says: 'aws_scheduler_schedule.hourly has schedule_expression = "at(2030-01-01T00:00:00Z)": "2030-01-01T00:00:00Z" is no time. Write it without a zone, such as "at(2030-01-31T09:00:00)".',
    },
    "the schedule of a scaling action": {
      bad: (stack) => {
        stack.resource.aws_appautoscaling_scheduled_action = { night: { schedule: "0 20 * * ? *" } };
      },
      good: (stack) => {
        stack.resource.aws_appautoscaling_scheduled_action = { night: { schedule: "cron(0 20 * * ? *)" } };
      },
      says: 'aws_appautoscaling_scheduled_action.night has schedule = "0 20 * * ? *": it is not cron(…), rate(…) or at(…). Write cron(…), rate(…) or at(…), such as "rate(1 hour)".',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-002",
  {
    "an abbreviation": {
      bad: (stack) => {
        schedule(stack).schedule_expression_timezone = "JST";
      },
      good: (stack) => {
        schedule(stack).schedule_expression_timezone = "UTC";
      },
      says: 'aws_scheduler_schedule.hourly has schedule_expression_timezone = "JST". Write a name of the IANA, such as "Asia/Tokyo" or "UTC".',
    },
    "an offset": {
      bad: (stack) => {
        schedule(stack).schedule_expression_timezone = "+09:00";
      },
      good: (stack) => {
        schedule(stack).schedule_expression_timezone = "${var.zone}";
      },
      says: 'aws_scheduler_schedule.hourly has schedule_expression_timezone = "+09:00". Write a name of the IANA, such as "Asia/Tokyo" or "UTC".',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-003",
  {
    "a window without a length": {
      bad: (stack) => {
        schedule(stack).flexible_time_window = { mode: "FLEXIBLE" };
      },
      good: (stack) => {
        schedule(stack).flexible_time_window = { mode: "FLEXIBLE", maximum_window_in_minutes: 15 };
      },
      says: 'aws_scheduler_schedule.hourly has flexible_time_window with mode = "FLEXIBLE" and no maximum_window_in_minutes. Set maximum_window_in_minutes, from 1 to 1440.',
    },
    "a length without a window": {
      bad: (stack) => {
        schedule(stack).flexible_time_window.maximum_window_in_minutes = 15;
      },
      good: (stack) => {
        schedule(stack).flexible_time_window.maximum_window_in_minutes = null;
      },
      says: 'aws_scheduler_schedule.hourly has flexible_time_window with mode = "OFF" and a maximum_window_in_minutes. Write mode = "FLEXIBLE", or take maximum_window_in_minutes out.',
    },
  },
  withSchedules,
);

describeRule(
  "SCH-004",
  {
    "a rule that never fires": {
      bad: (stack) => delete rule(stack).schedule_expression,
      good: (stack) => {
        stack.resource.aws_cloudwatch_event_rule.nightly = { event_pattern: '{"source":["aws.ecs"]}' };
      },
      says: "aws_cloudwatch_event_rule.nightly has neither a schedule_expression nor an event_pattern. Set one of them.",
    },
    "a schedule on another bus": {
      bad: (stack) => {
        rule(stack).event_bus_name = "orders";
      },
      good: (stack) => {
        rule(stack).event_bus_name = "default";
      },
      says: "aws_cloudwatch_event_rule.nightly has a schedule_expression on the bus orders. Take event_bus_name out, or use an aws_scheduler_schedule.",
    },
  },
  withSchedules,
);

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

const PASSES =
  "is not allowed to call iam:PassRole on aws_iam_role.app_execution, the execution_role of aws_ecs_task_definition.app, which aws_cloudwatch_event_target.nightly starts with it. Allow iam:PassRole on aws_iam_role.app_execution in a policy of this role.";

describeRule(
  "SCH-010",
  {
    "a role that may not pass the task's": {
      bad: (stack) => policyOf(stack, "events", RUN),
      good: (stack) => policyOf(stack, "events", RUN, { Action: "iam:PassRole", Resource: "*" }),
      says: [
        "aws_iam_role.events is not allowed to call iam:PassRole on aws_iam_role.app, the task_role of aws_ecs_task_definition.app, which aws_cloudwatch_event_target.nightly starts with it. Allow iam:PassRole on aws_iam_role.app in a policy of this role.",
        `aws_iam_role.events ${PASSES}`,
      ],
    },
    "a role that may pass one of two": {
      bad: (stack) => policyOf(stack, "events", RUN, { ...PASS, Resource: "${aws_iam_role.app.arn}" }),
      good: (stack) =>
        policyOf(stack, "events", RUN, { ...PASS, Resource: "arn:aws:iam::123456789012:role/shop-app*" }),
      says: `aws_iam_role.events ${PASSES}`,
    },
    "a role that may run the cluster, and not the task": {
      bad: (stack) =>
        policyOf(stack, "scheduler", { Action: "ecs:RunTask", Resource: "${aws_ecs_cluster.main.arn}" }, PASS),
      good: (stack) =>
        policyOf(stack, "scheduler", { Action: "ecs:*", Resource: "arn:aws:ecs:*:*:task-definition/shop-app:*" }, PASS),
      says: "aws_iam_role.scheduler is not allowed to call ecs:RunTask on aws_ecs_task_definition.app, which aws_scheduler_schedule.hourly starts with it. Allow ecs:RunTask on aws_ecs_task_definition.app in a policy of this role.",
    },
    "a role without any policy": {
      bad: (stack) => {
        delete stack.resource.aws_iam_role_policy.scheduler;
        stack.resource.aws_ecs_task_definition.app.execution_role_arn = null;
        stack.resource.aws_ecs_task_definition.app.task_role_arn = null;
      },
      good: (stack) => {
        delete stack.resource.aws_iam_role_policy.scheduler;
        stack.resource.aws_iam_role_policy_attachment.scheduler = {
          role: "${aws_iam_role.scheduler.name}",
          policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceEventsRole",
        };
      },
      says: "aws_iam_role.scheduler is not allowed to call ecs:RunTask on aws_ecs_task_definition.app, which aws_scheduler_schedule.hourly starts with it. Allow ecs:RunTask on aws_ecs_task_definition.app in a policy of this role.",
    },
  },
  withSchedules,
);

describeRule(
  "SCH-011",
  {
    "a role for the other service": {
      bad: (stack) => {
        stack.resource.aws_iam_role.scheduler.assume_role_policy = trust("events.amazonaws.com");
      },
      good: (stack) => {
        stack.resource.aws_iam_role.scheduler.assume_role_policy = trust(
          "events.amazonaws.com",
          "scheduler.amazonaws.com",
        );
      },
      says: 'aws_iam_role.scheduler is the role of aws_scheduler_schedule.hourly, and trusts events.amazonaws.com. Name the service "scheduler.amazonaws.com" as Principal in assume_role_policy.',
    },
    "a role for tasks": {
      bad: (stack) => {
        stack.resource.aws_iam_role.events.assume_role_policy = trust("ecs-tasks.amazonaws.com");
      },
      good: (stack) => {
        stack.resource.aws_iam_role.events.assume_role_policy = "${var.trust}";
      },
      says: 'aws_iam_role.events is the role of aws_cloudwatch_event_target.nightly, and trusts ecs-tasks.amazonaws.com. Name the service "events.amazonaws.com" as Principal in assume_role_policy.',
    },
  },
  withSchedules,
);

const withFunction = (stack: Json, principal: string) => {
  stack.resource.aws_lambda_function = { main: { function_name: "sweep" } };
  stack.resource.aws_lambda_permission = { main: { function_name: "sweep", principal } };
  stack.resource.aws_cloudwatch_event_target.nightly = {
    rule: "${aws_cloudwatch_event_rule.nightly.name}",
    arn: "${aws_lambda_function.main.arn}",
  };
};

describeRule(
  "SCH-012",
  {
    "a function that others may call": {
      bad: (stack) => withFunction(stack, "apigateway.amazonaws.com"),
      good: (stack) => withFunction(stack, "events.amazonaws.com"),
      says: 'aws_cloudwatch_event_target.nightly calls aws_lambda_function.main, which has no aws_lambda_permission for events.amazonaws.com. Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "events.amazonaws.com" and the rule\'s ARN as source_arn.',
    },
  },
  withSchedules,
);

const withQueue = (stack: Json, principal: string) => {
  const send = { Principal: { Service: principal }, Action: "sqs:SendMessage", Resource: "*" };
  stack.resource.aws_sqs_queue = { main: { name: "jobs" } };
  stack.resource.aws_sqs_queue_policy = { main: { queue_url: "${aws_sqs_queue.main.url}", policy: allow(send) } };
  stack.resource.aws_cloudwatch_event_target.nightly = {
    rule: "${aws_cloudwatch_event_rule.nightly.name}",
    arn: "${aws_sqs_queue.main.arn}",
  };
};

describeRule(
  "SCH-013",
  {
    "a queue that lets another service in": {
      bad: (stack) => withQueue(stack, "s3.amazonaws.com"),
      good: (stack) => withQueue(stack, "events.amazonaws.com"),
      says: "aws_cloudwatch_event_target.nightly writes to aws_sqs_queue.main, whose policy does not name events.amazonaws.com. Let the service events.amazonaws.com call sqs:SendMessage in a policy of aws_sqs_queue.main.",
    },
    "a queue without a policy": {
      bad: (stack) => {
        withQueue(stack, "events.amazonaws.com");
        delete stack.resource.aws_sqs_queue_policy;
      },
      good: (stack) => {
        withQueue(stack, "events.amazonaws.com");
        stack.resource.aws_sqs_queue_policy = { main: { queue_url: "${var.queue}" } };
      },
      says: "aws_cloudwatch_event_target.nightly writes to aws_sqs_queue.main, which has no policy. Let the service events.amazonaws.com call sqs:SendMessage in a policy of aws_sqs_queue.main.",
    },
  },
  withSchedules,
);

const callingFunction = (stack: Json, statement: Json) => {
  stack.resource.aws_lambda_function = { main: { function_name: "sweep" } };
  const [role_arn, arn] = ["${aws_iam_role.scheduler.arn}", "${aws_lambda_function.main.arn}"];
  stack.resource.aws_scheduler_schedule.hourly.target = { arn, role_arn };
  policyOf(stack, "scheduler", statement);
};

describeRule(
  "SCH-014",
  {
    "a role for another function": {
      bad: (stack) =>
        callingFunction(stack, { Action: "lambda:InvokeFunction", Resource: "arn:aws:lambda:*:*:function:other" }),
      good: (stack) =>
        callingFunction(stack, { Action: "lambda:InvokeFunction", Resource: "arn:aws:lambda:*:*:function:sweep" }),
      says: "aws_iam_role.scheduler is not allowed to call lambda:InvokeFunction on aws_lambda_function.main, which aws_scheduler_schedule.hourly does with it. Allow lambda:InvokeFunction on aws_lambda_function.main in a policy of this role.",
    },
    "a role for something else": {
      bad: (stack) => callingFunction(stack, RUN),
      good: (stack) => callingFunction(stack, { Action: "lambda:*", Resource: "${aws_lambda_function.main.arn}*" }),
      says: "aws_iam_role.scheduler is not allowed to call lambda:InvokeFunction on aws_lambda_function.main, which aws_scheduler_schedule.hourly does with it. Allow lambda:InvokeFunction on aws_lambda_function.main in a policy of this role.",
    },
  },
  withSchedules,
);

/** A state machine that redeploys the service of nginx. */
const withStateMachine = (): Json => {
  const stack = withSchedules();
  stack.resource.aws_iam_role.states = { name: "states", assume_role_policy: trust("states.amazonaws.com") };
  stack.resource.aws_iam_role_policy.states = {
    role: "${aws_iam_role.states.id}",
    policy: allow({ Action: "ecs:UpdateService", Resource: "${aws_ecs_service.nginx.id}" }),
  };
  const redeploy = { Type: "Task", Resource: "arn:aws:states:::aws-sdk:ecs:updateService", End: true };
  stack.resource.aws_sfn_state_machine = {
    redeploy: {
      name: "redeploy",
      role_arn: "${aws_iam_role.states.arn}",
      definition: JSON.stringify({
        StartAt: "All",
        States: {
          All: { Type: "Parallel", End: true, Branches: [{ StartAt: "nginx", States: { nginx: redeploy } }] },
        },
      }),
    },
  };
  policyOf(stack, "events", { Action: "states:StartExecution", Resource: "${aws_sfn_state_machine.redeploy.arn}" });
  stack.resource.aws_cloudwatch_event_target.nightly = {
    rule: "${aws_cloudwatch_event_rule.nightly.name}",
    arn: "${aws_sfn_state_machine.redeploy.arn}",
    role_arn: "${aws_iam_role.events.arn}",
  };
  return stack;
};

describeRule(
  "SCH-015",
  {
    "a state machine without a role": {
      bad: (stack) => {
        target(stack).role_arn = undefined;
      },
      good: (stack) => {
        target(stack).arn = "${aws_sns_topic.told.arn}";
        target(stack).role_arn = undefined;
        stack.resource.aws_sns_topic = { told: { name: "told" } };
      },
      says: "aws_cloudwatch_event_target.nightly calls aws_sfn_state_machine.redeploy and has no role_arn. Pass the ARN of a role that events.amazonaws.com may take on, and that may call states:StartExecution.",
    },
  },
  withStateMachine,
);

const SERVICE_ARN = "arn:aws:ecs:ap-northeast-1:123456789012:service/main/app";

describeRule(
  "SCH-016",
  {
    "a call that the role may not make": {
      bad: (stack) => policyOf(stack, "states", { Action: "ecs:DescribeServices", Resource: "*" }),
      good: (stack) => policyOf(stack, "states", { Action: "ecs:Update*", Resource: "*" }),
      says: "aws_iam_role.states is not allowed to call ecs:UpdateService, which aws_sfn_state_machine.redeploy does with it. Allow ecs:UpdateService in a policy of this role.",
    },
    "another call for a service that is written out": {
      bad: (stack) => policyOf(stack, "states", { Action: "ecs:DescribeServices", Resource: SERVICE_ARN }),
      good: (stack) => policyOf(stack, "states", { Action: "ecs:UpdateService", Resource: SERVICE_ARN }),
      says: "aws_iam_role.states is not allowed to call ecs:UpdateService, which aws_sfn_state_machine.redeploy does with it. Allow ecs:UpdateService in a policy of this role.",
    },
    "another call for what has an ARN that AWS makes up": {
      bad: (stack) =>
        policyOf(stack, "states", { Action: "ecs:DescribeServices", Resource: "${aws_ecs_cluster.main.arn}" }),
      good: (stack) =>
        policyOf(stack, "states", { Action: "ecs:UpdateService", Resource: "${aws_ecs_cluster.main.arn}" }),
      says: "aws_iam_role.states is not allowed to call ecs:UpdateService, which aws_sfn_state_machine.redeploy does with it. Allow ecs:UpdateService in a policy of this role.",
    },
  },
  withStateMachine,
);

/** The working stack, with a service that is scaled by requests. */
function withScaling(): Json {
  const stack = workingStack();
  stack.resource.aws_ecs_service.nginx.lifecycle = { ignore_changes: ["desired_count"] };
  Object.assign(stack.resource, {
    aws_appautoscaling_target: {
      nginx: {
        min_capacity: 1,
        max_capacity: 4,
        service_namespace: "ecs",
        scalable_dimension: "ecs:service:DesiredCount",
        resource_id: "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.nginx.name}",
      },
    },
    aws_appautoscaling_policy: {
      nginx: {
        name: "requests",
        policy_type: "TargetTrackingScaling",
        service_namespace: "${aws_appautoscaling_target.nginx.service_namespace}",
        scalable_dimension: "${aws_appautoscaling_target.nginx.scalable_dimension}",
        resource_id: "${aws_appautoscaling_target.nginx.resource_id}",
        target_tracking_scaling_policy_configuration: {
          target_value: 100,
          predefined_metric_specification: {
            predefined_metric_type: "ALBRequestCountPerTarget",
            resource_label: "${aws_lb.main.arn_suffix}/${aws_lb_target_group.nginx.arn_suffix}",
          },
        },
      },
    },
  });
  return stack;
}
const scaled = (stack: Json) => stack.resource.aws_appautoscaling_target.nginx;
const policy = (stack: Json) => stack.resource.aws_appautoscaling_policy.nginx;
const metric = (stack: Json) =>
  policy(stack).target_tracking_scaling_policy_configuration.predefined_metric_specification;
const LABEL = "Write ${aws_lb.<name>.arn_suffix}/${aws_lb_target_group.<name>.arn_suffix}.";
const wrongLabel = (written: string, what: string) => ({
  bad: (stack: Json) => {
    metric(stack).resource_label = written;
  },
  good: (stack: Json) => {
    metric(stack).resource_label = "${var.label}";
  },
  says: `aws_appautoscaling_policy.nginx has ${what} as resource_label. ${LABEL}`,
});

describeRule(
  "SCH-020",
  {
    "no label": {
      bad: (stack) => delete metric(stack).resource_label,
      good: (stack) => {
        metric(stack).resource_label = "app/shop/778d41231b141a0f/targetgroup/shop/943f017f100becff";
      },
      says: `aws_appautoscaling_policy.nginx scales by ALBRequestCountPerTarget, and has no resource_label. ${LABEL}`,
    },
    "ARNs in a label": wrongLabel("${aws_lb.main.arn}/${aws_lb_target_group.nginx.arn}", "the arn of aws_lb.main"),
    "a label the wrong way round": wrongLabel(
      "${aws_lb_target_group.nginx.arn_suffix}/${aws_lb.main.arn_suffix}",
      "the target group before the load balancer",
    ),
    "half a label": wrongLabel(
      "${aws_lb_target_group.nginx.arn_suffix}",
      "only the arn_suffix of aws_lb_target_group.nginx",
    ),
    "a label without its slash": wrongLabel(
      "${aws_lb.main.arn_suffix}${aws_lb_target_group.nginx.arn_suffix}",
      '"" between the two',
    ),
    "a label that is written out wrongly": wrongLabel("shop/shop-nginx", '"shop/shop-nginx"'),
    "a label for another metric": {
      bad: (stack) => {
        metric(stack).predefined_metric_type = "ECSServiceAverageCPUUtilization";
      },
      good: (stack) => {
        metric(stack).predefined_metric_type = "ECSServiceAverageCPUUtilization";
        delete metric(stack).resource_label;
      },
      says: "aws_appautoscaling_policy.nginx has a resource_label with ECSServiceAverageCPUUtilization. Take resource_label out.",
    },
    "no label for a group of instances": {
      bad: (stack) => {
        const predefined_metric_specification = { predefined_metric_type: "ALBRequestCountPerTarget" };
        stack.resource.aws_autoscaling_policy = {
          main: { target_tracking_configuration: { target_value: 1, predefined_metric_specification } },
        };
      },
      says: `aws_autoscaling_policy.main scales by ALBRequestCountPerTarget, and has no resource_label. ${LABEL}`,
    },
  },
  withScaling,
);

describeRule(
  "SCH-020",
  {
    "no label, in a plan": {
      bad: () => {},
      says: `aws_appautoscaling_policy.nginx scales by ALBRequestCountPerTarget, and has no resource_label. ${LABEL}`,
    },
  },
  () => {
    const stack = withScaling();
    delete metric(stack).resource_label;
    return planOfStack(stack);
  },
);

describeRule(
  "SCH-021",
  {
    "a service that can't be scaled": {
      bad: (stack) => {
        scaled(stack).service_namespace = "fargate";
      },
      good: (stack) => {
        scaled(stack).service_namespace = "${var.namespace}";
      },
      says: [
        'aws_appautoscaling_policy.nginx has service_namespace = "fargate". Write the namespace of a service, such as "ecs".',
        'aws_appautoscaling_target.nginx has service_namespace = "fargate". Write the namespace of a service, such as "ecs".',
      ],
    },
    "the dimension of another service": {
      bad: (stack) => {
        policy(stack).scalable_dimension = "ecs:service:desiredCount";
      },
      good: (stack) => {
        policy(stack).scalable_dimension = "ecs:service:DesiredCount";
      },
      says: 'aws_appautoscaling_policy.nginx has scalable_dimension = "ecs:service:desiredCount" with service_namespace = "ecs". Write "ecs:service:DesiredCount".',
    },
    "an id of another form": {
      bad: (stack) => {
        policy(stack).resource_id = "shop/nginx";
        policy(stack).depends_on = ["aws_appautoscaling_target.nginx"];
      },
      good: (stack) => {
        policy(stack).resource_id = "service/shop/nginx";
      },
      says: 'aws_appautoscaling_policy.nginx has resource_id = "shop/nginx" with service_namespace = "ecs". Take resource_id of the aws_appautoscaling_target, or write it as the namespace has it.',
    },
    "a metric of instances": {
      bad: (stack) => {
        metric(stack).predefined_metric_type = "ASGAverageCPUUtilization";
      },
      good: (stack) => {
        metric(stack).predefined_metric_type = "ECSServiceAverageMemoryUtilization";
      },
      says: 'aws_appautoscaling_policy.nginx has predefined_metric_type = "ASGAverageCPUUtilization" with service_namespace = "ecs". Write "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization" or "ALBRequestCountPerTarget".',
    },
  },
  withScaling,
);

describeRule(
  "SCH-022",
  {
    "a target that does not wait for its service": {
      bad: (stack) => {
        scaled(stack).resource_id = "service/shop/nginx";
      },
      good: (stack) => {
        scaled(stack).resource_id = "service/other/nginx";
      },
      says: 'aws_appautoscaling_target.nginx scales aws_ecs_service.nginx, and does not wait for it. Write ${aws_ecs_service.nginx.name} in resource_id, or add depends_on = ["aws_ecs_service.nginx"].',
    },
    "a policy that does not wait for its target": {
      bad: (stack) => {
        policy(stack).resource_id = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.nginx.name}";
        policy(stack).service_namespace = "ecs";
        policy(stack).scalable_dimension = "ecs:service:DesiredCount";
      },
      good: (stack) => {
        policy(stack).resource_id = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.nginx.name}";
      },
      says: "aws_appautoscaling_policy.nginx is for what aws_appautoscaling_target.nginx registers, and does not wait for it. Write ${aws_appautoscaling_target.nginx.resource_id} as resource_id.",
    },
    "a policy without a target": {
      bad: (stack) => {
        delete stack.resource.aws_appautoscaling_target;
        Object.assign(policy(stack), {
          resource_id: "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.nginx.name}",
          service_namespace: "ecs",
          scalable_dimension: "ecs:service:DesiredCount",
        });
      },
      good: (stack) => {
        delete stack.resource.aws_appautoscaling_target;
        policy(stack).resource_id = "service/other/nginx";
      },
      says: "aws_appautoscaling_policy.nginx scales aws_ecs_service.nginx, which no aws_appautoscaling_target registers. Add an aws_appautoscaling_target for the service, and take its resource_id.",
    },
  },
  withScaling,
);

describeRule(
  "SCH-023",
  {
    "a policy of the wrong type": {
      bad: (stack) => delete policy(stack).policy_type,
      good: (stack) => {
        policy(stack).policy_type = "${var.type}";
      },
      says: 'aws_appautoscaling_policy.nginx has target_tracking_scaling_policy_configuration, and the policy_type StepScaling, the default. Set policy_type to "TargetTrackingScaling".',
    },
    "two policies of one metric": {
      bad: (stack) => {
        metric(stack).predefined_metric_type = "ECSServiceAverageCPUUtilization";
        stack.resource.aws_appautoscaling_policy.again = { ...policy(stack), name: "again" };
      },
      good: (stack) => {
        stack.resource.aws_appautoscaling_policy.again = structuredClone(policy(stack));
        metric(stack).predefined_metric_type = "ECSServiceAverageCPUUtilization";
      },
      says: "aws_appautoscaling_policy.again follows the same metric as aws_appautoscaling_policy.nginx, of the same resource. Keep one of the two.",
    },
  },
  withScaling,
);

const transformed = (input_template: string) => (stack: Json) => {
  stack.resource.aws_cloudwatch_event_target.nightly.input_transformer = {
    input_paths: { task: "$.detail.taskArn" },
    input_template,
  };
};

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

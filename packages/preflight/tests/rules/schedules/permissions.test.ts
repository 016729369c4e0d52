import { describeRule, type Json } from "../../support/rules.ts";
import { allow, PASS, RUN, target, trust, withSchedules } from "./stack.ts";

const policyOf = (stack: Json, name: string, ...statements: Json[]) => {
  stack.resource.aws_iam_role_policy[name].policy = allow(...statements);
};

const PASSES =
  "is not allowed to call iam:PassRole on aws_iam_role.app_execution, the execution_role of aws_ecs_task_definition.app, which aws_cloudwatch_event_target.nightly starts with it. Allow iam:PassRole on aws_iam_role.app_execution in a policy of this role.";

const withFunction = (stack: Json, principal: string) => {
  stack.resource.aws_lambda_function = { main: { function_name: "sweep" } };
  stack.resource.aws_lambda_permission = { main: { function_name: "sweep", principal } };
  stack.resource.aws_cloudwatch_event_target.nightly = {
    rule: "${aws_cloudwatch_event_rule.nightly.name}",
    arn: "${aws_lambda_function.main.arn}",
  };
};

const withQueue = (stack: Json, principal: string) => {
  const send = { Principal: { Service: principal }, Action: "sqs:SendMessage", Resource: "*" };
  stack.resource.aws_sqs_queue = { main: { name: "jobs" } };
  stack.resource.aws_sqs_queue_policy = { main: { queue_url: "${aws_sqs_queue.main.url}", policy: allow(send) } };
  stack.resource.aws_cloudwatch_event_target.nightly = {
    rule: "${aws_cloudwatch_event_rule.nightly.name}",
    arn: "${aws_sqs_queue.main.arn}",
  };
};

const callingFunction = (stack: Json, statement: Json) => {
  stack.resource.aws_lambda_function = { main: { function_name: "sweep" } };
  const [role_arn, arn] = ["${aws_iam_role.scheduler.arn}", "${aws_lambda_function.main.arn}"];
  stack.resource.aws_scheduler_schedule.hourly.target = { arn, role_arn };
  policyOf(stack, "scheduler", statement);
};

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

const SERVICE_ARN = "arn:aws:ecs:ap-northeast-1:123456789012:service/main/app";

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

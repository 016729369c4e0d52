import { expect, it } from "vitest";
import { describeRule, editContainers, findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const options = (change: (options: Json) => void) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => change(app.logConfiguration.options));

describeRule("ECS-020", {
  "the ARN of a group": {
    bad: options((all) => {
      all["awslogs-group"] = "${aws_cloudwatch_log_group.app.arn}";
    }),
    good: options((all) => {
      all["awslogs-group"] = "${aws_cloudwatch_log_group.app.id}";
    }),
    says: "aws_ecs_task_definition.app has the ARN of a log group as awslogs-group of the container app. Write ${aws_cloudwatch_log_group.app.name}.",
  },
  "the region of another group": {
    bad: options((all) => {
      all["awslogs-region"] = "us-east-1";
    }),
    good: options((all) => {
      all["awslogs-region"] = "${var.region}";
    }),
    says: "aws_ecs_task_definition.app logs the container app to us-east-1, and aws_cloudwatch_log_group.app is in ap-northeast-1. Set awslogs-region to ap-northeast-1.",
  },
});

describeRule("ECS-021", {
  "a driver that Fargate does not have": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.logConfiguration = { logDriver: "json-file" };
      }),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.logConfiguration = { logDriver: "awsfirelens" };
      }),
    says: 'aws_ecs_task_definition.app has the log driver json-file on the container app. Set logDriver to "awslogs", with awslogs-group, awslogs-region and awslogs-stream-prefix.',
  },
});

describeRule("ECS-022", {
  "no stream prefix": {
    bad: options((all) => {
      delete all["awslogs-stream-prefix"];
    }),
    good: options((all) => {
      all["awslogs-stream-prefix"] = "${var.prefix}";
    }),
    says: "aws_ecs_task_definition.app logs the container app with awslogs, without awslogs-stream-prefix. Add awslogs-stream-prefix to the options of its logConfiguration.",
  },
  "no options": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        delete app.logConfiguration.options;
      }),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.logConfiguration.options = "${var.options}";
      }),
    says: "aws_ecs_task_definition.app logs the container app with awslogs, without awslogs-group and awslogs-region and awslogs-stream-prefix. Add awslogs-group and awslogs-region and awslogs-stream-prefix to the options of its logConfiguration.",
  },
});

const elsewhere = options((all) => {
  all["awslogs-group"] = "/shop/elsewhere";
});

describeRule("ECS-023", {
  "a group that nothing makes": {
    bad: elsewhere,
    good: (stack) => {
      elsewhere(stack);
      stack.resource.aws_cloudwatch_log_group.more = { name: "/shop/elsewhere" };
    },
    says: "aws_ecs_task_definition.app logs the container app to the group /shop/elsewhere, which nothing here makes; aws_cloudwatch_log_group.app makes /shop/app, which no task logs to. Write ${aws_cloudwatch_log_group.app.name} as its awslogs-group.",
  },
  "a group by its name, where the driver may not make it": {
    bad: elsewhere,
    good: (stack) => {
      elsewhere(stack);
      options((all) => {
        all["awslogs-create-group"] = "true";
      })(stack);
    },
    says: "aws_ecs_task_definition.app logs the container app to the group /shop/elsewhere, which nothing here makes; aws_cloudwatch_log_group.app makes /shop/app, which no task logs to. Write ${aws_cloudwatch_log_group.app.name} as its awslogs-group.",
  },
});

it("takes a log group from elsewhere for a likely mistake, and for a sure one where a group is made that no task logs to", async () => {
  const severities = async (change: (stack: Json) => void) => {
    const stack = workingStack();
    change(stack);
    return (await findingsOf(stack)).filter(({ id }) => id === "ECS-023").map(({ severity }) => severity);
  };
  expect(await severities(elsewhere)).toEqual(["error"]); // /shop/app is left over
  const without = (stack: Json) => {
    elsewhere(stack);
    delete stack.resource.aws_cloudwatch_log_group.app;
    stack.resource.aws_iam_role_policy.app_execution.policy = "{}";
  };
  expect(await severities(without)).toEqual(["warning"]);
});

it("says nothing where a log group has a name that can't be known", async () => {
  const stack = workingStack();
  elsewhere(stack);
  stack.resource.aws_cloudwatch_log_group.more = { name_prefix: "/shop/" };
  expect((await findingsOf(stack)).filter(({ id }) => id === "ECS-023")).toEqual([]);
});

describeRule("ECS-032", {
  "fifteen days": {
    bad: (stack) => {
      stack.resource.aws_cloudwatch_log_group.app.retention_in_days = 15;
    },
    good: (stack) => {
      stack.resource.aws_cloudwatch_log_group.app.retention_in_days = "14";
    },
    says: "aws_cloudwatch_log_group.app has a retention_in_days of 15. Set retention_in_days to 30.",
  },
});

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
  },
  "the region of another group": {
    bad: options((all) => {
      all["awslogs-region"] = "us-east-1";
    }),
    good: options((all) => {
      all["awslogs-region"] = "${var.region}";
    }),
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
  },
});

const elsewhere = options((all) => {
  all["awslogs-group"] = "/shop/elsewhere";
});

describeRule("ECS-023", {
  "a group that nothing makes": {
    at: "aws_ecs_task_definition.app",
    bad: elsewhere,
    good: (stack) => {
      elsewhere(stack);
      stack.resource.aws_cloudwatch_log_group.more = { name: "/shop/elsewhere" };
    },
  },
  "a group by its name, where the driver may not make it": {
    bad: elsewhere,
    good: (stack) => {
      elsewhere(stack);
      options((all) => {
        all["awslogs-create-group"] = "true";
      })(stack);
    },
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
  },
});

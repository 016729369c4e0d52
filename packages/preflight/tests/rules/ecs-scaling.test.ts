import { describeRule, type Json } from "../support/rules.ts";

const service = (stack: Json) => stack.resource.aws_ecs_service.app;
const scaled =
  (change: object = {}) =>
  (stack: Json) => {
    stack.resource.aws_appautoscaling_target = {
      app: {
        service_namespace: "ecs",
        resource_id: "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.app.name}",
        scalable_dimension: "ecs:service:DesiredCount",
        min_capacity: 1,
        max_capacity: 4,
        ...change,
      },
    };
  };

describeRule("ECS-048", {
  "a deployment that may do nothing": {
    bad: (stack) =>
      Object.assign(service(stack), { deployment_maximum_percent: 100, deployment_minimum_healthy_percent: 100 }),
    good: (stack) =>
      Object.assign(service(stack), { deployment_maximum_percent: 100, deployment_minimum_healthy_percent: 0 }),
  },
  "the default minimum": {
    bad: (stack) => {
      service(stack).deployment_maximum_percent = 100;
    },
    good: (stack) =>
      Object.assign(service(stack), {
        deployment_maximum_percent: 100,
        deployment_controller: { type: "CODE_DEPLOY" },
      }),
  },
});

describeRule("ECS-049", {
  "percentages of one task": {
    bad: (stack) => {
      service(stack).deployment_maximum_percent = 150;
    },
    good: (stack) => Object.assign(service(stack), { deployment_maximum_percent: 150, desired_count: 2 }),
  },
  "percentages of one task, unless autoscaling keeps more": {
    bad: (stack) => {
      service(stack).deployment_maximum_percent = 150;
      scaled()(stack);
    },
    good: (stack) => {
      service(stack).deployment_maximum_percent = 150;
      scaled({ min_capacity: 2 })(stack);
    },
  },
});

describeRule("ECS-053", {
  "a number that autoscaling changes too": {
    at: "aws_ecs_service.app",
    bad: scaled(),
    good: (stack) => {
      scaled()(stack);
      service(stack).lifecycle = { ignore_changes: ["desired_count"] };
    },
  },
  "a service by its name": {
    bad: scaled({ resource_id: "service/shop/app" }),
    good: scaled({ resource_id: "service/shop/other" }),
  },
});

describeRule("ECS-054", {
  "a maximum below the minimum": {
    bad: scaled({ min_capacity: 4, max_capacity: 2 }),
    good: scaled({ min_capacity: 2, max_capacity: 2 }),
  },
});

describeRule("ECS-058", {
  "the id of the cluster, which is its ARN": {
    bad: scaled({ resource_id: "service/${aws_ecs_cluster.main.id}/${aws_ecs_service.app.name}" }),
    good: scaled(),
  },
  "a text without the cluster": {
    bad: scaled({ resource_id: "service/app" }),
    good: scaled({ resource_id: "service/${var.cluster}/app" }),
  },
});

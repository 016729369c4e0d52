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
    says: "aws_ecs_service.app has a deployment_minimum_healthy_percent of 100 and a deployment_maximum_percent of 100. Set deployment_maximum_percent to 200.",
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
    says: "aws_ecs_service.app has a deployment_minimum_healthy_percent of 100 and a deployment_maximum_percent of 100. Set deployment_maximum_percent to 200.",
  },
});

describeRule("ECS-049", {
  "percentages of one task": {
    bad: (stack) => {
      service(stack).deployment_maximum_percent = 150;
    },
    good: (stack) => Object.assign(service(stack), { deployment_maximum_percent: 150, desired_count: 2 }),
    says: "aws_ecs_service.app wants 1 task, no fewer than 100 % and no more than 150 % of them during a deployment: that is 1 and 1, so that none can be replaced. Set deployment_maximum_percent to 200.",
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
    says: "aws_ecs_service.app wants 1 task, no fewer than 100 % and no more than 150 % of them during a deployment: that is 1 and 1, so that none can be replaced. Set deployment_maximum_percent to 200.",
  },
});

describeRule("ECS-053", {
  "a number that autoscaling changes too": {
    bad: scaled(),
    good: (stack) => {
      scaled()(stack);
      service(stack).lifecycle = { ignore_changes: ["desired_count"] };
    },
    says: 'aws_ecs_service.app is scaled by aws_appautoscaling_target.app, and does not ignore changes of desired_count. Add lifecycle { ignore_changes = ["desired_count"] }.',
  },
  "a service by its name": {
    bad: scaled({ resource_id: "service/shop/app" }),
    good: scaled({ resource_id: "service/shop/other" }),
    says: 'aws_ecs_service.app is scaled by aws_appautoscaling_target.app, and does not ignore changes of desired_count. Add lifecycle { ignore_changes = ["desired_count"] }.',
  },
});

describeRule("ECS-054", {
  "a maximum below the minimum": {
    bad: scaled({ min_capacity: 4, max_capacity: 2 }),
    good: scaled({ min_capacity: 2, max_capacity: 2 }),
    says: "aws_appautoscaling_target.app has a max_capacity of 2, less than its min_capacity of 4. Set max_capacity to 4 or more.",
  },
});

describeRule("ECS-058", {
  "the id of the cluster, which is its ARN": {
    bad: scaled({ resource_id: "service/${aws_ecs_cluster.main.id}/${aws_ecs_service.app.name}" }),
    good: scaled(),
    says: "aws_appautoscaling_target.app has the id of aws_ecs_cluster.main, an ARN, in its resource_id. Write service/<name of the cluster>/<name of the service>.",
  },
  "a text without the cluster": {
    bad: scaled({ resource_id: "service/app" }),
    good: scaled({ resource_id: "service/${var.cluster}/app" }),
    says: "aws_appautoscaling_target.app has service/app in its resource_id. Write service/<name of the cluster>/<name of the service>.",
  },
});

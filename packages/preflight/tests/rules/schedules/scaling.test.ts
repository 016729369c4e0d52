import { planOfStack } from "../../support/plan.ts";
import { describeRule, type Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";

const policy = (stack: Json) => stack.resource.aws_appautoscaling_policy.nginx;

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

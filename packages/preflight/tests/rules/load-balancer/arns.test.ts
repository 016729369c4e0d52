import { describeRule } from "../../support/rules.ts";
import { forward, pathRule } from "./stack.ts";

describeRule("LB-010", {
  "the name of a target group": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action[1].target_group_arn = "${aws_lb_target_group.nginx.name}";
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.https.default_action[1].target_group_arn = "${aws_lb_target_group.nginx.id}";
    },
    says: "aws_lb_listener.https has the name of aws_lb_target_group.nginx as target_group_arn. Pass the ARN of the aws_lb_target_group.",
  },
  "the ARN of the load balancer instead of its targets'": {
    bad: ({ resource }) => {
      resource.aws_ecs_service.nginx.load_balancer.target_group_arn = "${aws_lb.main.arn}";
    },
    good: ({ data, resource }) => {
      data.aws_lb_target_group = { nginx: { name: "shop-nginx" } };
      resource.aws_ecs_service.nginx.load_balancer.target_group_arn = "${data.aws_lb_target_group.nginx.arn}";
    },
    says: "aws_ecs_service.nginx has the arn of aws_lb.main as target_group_arn. Pass the ARN of the aws_lb_target_group.",
  },
  "the name of a role": {
    bad: ({ resource }) => {
      resource.aws_ecs_task_definition.app.task_role_arn = "shop-app";
    },
    good: ({ resource }) => {
      resource.aws_ecs_task_definition.app.task_role_arn = "arn:aws:iam::123456789012:role/shop-app";
    },
    says: 'aws_ecs_task_definition.app has "shop-app", which is no ARN, as task_role_arn. Pass the ARN of the aws_iam_role.',
  },
  "the id of a role, which is its name": {
    bad: ({ resource }) => {
      resource.aws_ecs_task_definition.app.execution_role_arn = "${aws_iam_role.app_execution.id}";
    },
    good: (stack) => {
      stack.variable.role = {};
      stack.resource.aws_ecs_task_definition.app.execution_role_arn = "${var.role}";
    },
    says: "aws_ecs_task_definition.app has the id of aws_iam_role.app_execution as execution_role_arn. Pass the ARN of the aws_iam_role.",
  },
  "the ARN of a load balancer instead of a listener's": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { listener_arn: "${aws_lb.main.arn}" }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10) };
    },
    says: "aws_lb_listener_rule.all has the arn of aws_lb.main as listener_arn. Pass the ARN of the aws_lb_listener.",
  },
});

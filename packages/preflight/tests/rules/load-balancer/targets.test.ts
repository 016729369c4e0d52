import { describeRule, type Json } from "../../support/rules.ts";
import { pathRule } from "./stack.ts";

const notFound = { type: "fixed-response", fixed_response: { content_type: "text/plain", status_code: "404" } };

describeRule("LB-002", {
  "targets that are instances": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.target_type = "instance";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.target_type = "instance";
      for (const service of Object.values<Json>(resource.aws_ecs_service)) service.launch_type = "EC2";
      for (const task of Object.values<Json>(resource.aws_ecs_task_definition)) task.network_mode = "bridge";
    },
    says: 'aws_lb_target_group.nginx has target_type = "instance", and aws_ecs_service.nginx registers its tasks there. Set target_type to "ip".',
  },
  "targets whose type is not written": {
    bad: ({ resource }) => {
      delete resource.aws_lb_target_group.nginx.target_type;
    },
    good: (stack) => {
      stack.variable.kind = {};
      stack.resource.aws_lb_target_group.nginx.target_type = "${var.kind}";
    },
    says: 'aws_lb_target_group.nginx has target_type = "instance", and aws_ecs_service.nginx registers its tasks there. Set target_type to "ip".',
  },
  "instances with network interfaces of the tasks' own": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.target_type = "instance";
      resource.aws_ecs_service.nginx.launch_type = "EC2"; // the network mode is still awsvpc
    },
    says: 'aws_lb_target_group.nginx has target_type = "instance", and aws_ecs_service.nginx registers its tasks there. Set target_type to "ip".',
  },
});

describeRule("LB-003", {
  "a service that may come before the listener": {
    bad: ({ resource }) => {
      resource.aws_ecs_service.nginx.depends_on = ["aws_lb.main"];
    },
    good: ({ resource }) => {
      resource.aws_ecs_service.nginx.depends_on = ["aws_route53_record.alias"];
      resource.aws_route53_record.alias.depends_on = ["aws_lb_listener.https"];
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener.https"] to the service.',
  },
  "targets that no listener leads to": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = notFound;
    },
    good: (stack) => {
      stack.variable.targets = {};
      stack.resource.aws_lb_listener.https.default_action = {
        type: "forward",
        target_group_arn: "${var.targets}", // perhaps these
      };
    },
    says: "aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, to which no listener forwards. Add a listener or a listener rule that forwards to the target group.",
  },
  "a service that waits for the listener, where a rule leads to its targets": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = notFound;
      resource.aws_lb_listener_rule = { all: pathRule(10) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = notFound;
      resource.aws_lb_listener_rule = { all: pathRule(10) };
      resource.aws_ecs_service.nginx.depends_on.push("aws_lb_listener_rule.all");
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener_rule.all"] to the service.',
  },
  "a weighted forward that the service does not wait for": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = {
        type: "forward",
        forward: { target_group: [{ arn: "${aws_lb_target_group.nginx.arn}", weight: 1 }] },
      };
      delete resource.aws_ecs_service.nginx.depends_on;
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = {
        type: "forward",
        forward: { target_group: [{ arn: "${aws_lb_target_group.nginx.arn}", weight: 1 }] },
      };
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener.https"] to the service.',
  },
  "a service, unless it waits by a chain of references": {
    bad: ({ resource }) => {
      delete resource.aws_ecs_service.nginx.depends_on;
    },
    good: ({ resource }) => {
      delete resource.aws_ecs_service.nginx.depends_on;
      resource.aws_ssm_parameter = { listener: { name: "l", type: "String", value: "${aws_lb_listener.https.arn}" } };
      resource.aws_ecs_service.nginx.tags = { listener: "${aws_ssm_parameter.listener.value}" };
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener.https"] to the service.',
  },
});

describeRule("LB-005", {
  "targets in another VPC than the load balancer": {
    bad: ({ resource }) => {
      resource.aws_vpc.other = { cidr_block: "10.1.0.0/16" };
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_vpc.other.id}";
    },
    good: ({ data, resource }) => {
      data.aws_vpc = { main: { id: "${aws_vpc.main.id}" } };
      resource.aws_lb_target_group.nginx.vpc_id = "${data.aws_vpc.main.id}"; // perhaps the same
    },
    says: "aws_lb_target_group.nginx is in aws_vpc.other, and aws_lb.main, which forwards to it, in aws_vpc.main. Put both into one VPC.",
  },
});

describeRule("LB-016", {
  "targets that speak TCP": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "TCP";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "TCP";
      resource.aws_lb.main.load_balancer_type = "network";
    },
    says: 'aws_lb_target_group.nginx has protocol = "TCP", and belongs to the application load balancer aws_lb.main. Set the protocol to "HTTP".',
  },
});

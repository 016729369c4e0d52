import { expect, it } from "vitest";
import { describeRule, findingsOf, type Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";
import { ANSWERS, ANY_PORT, acl, aclRule, change, HTTPS, PRIVATE_SUBNETS, withoutNat } from "./changes.ts";

function forwardByRule(resource: Json): void {
  resource.aws_lb_listener.https.default_action = { type: "fixed-response", fixed_response: { status_code: "404" } };
  resource.aws_lb_listener_rule = {
    all: {
      listener_arn: "${aws_lb_listener.https.arn}",
      condition: { path_pattern: { values: ["/*"] } },
      action: {
        type: "forward",
        forward: { target_group: [{ arn: "${aws_lb_target_group.nginx.arn}", weight: 100 }] },
      },
    },
  };
  resource.aws_ecs_service.nginx.depends_on.push("aws_lb_listener_rule.all");
}

describeRule("NET-110", {
  "a load balancer that is not let out to its targets": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
      resource.aws_security_group.alb.egress = [
        { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
    says: "aws_lb.main can't reach the tasks of aws_ecs_service.nginx on 8080: aws_security_group.alb lets nothing out to a task of aws_ecs_service.nginx on 8080. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "targets that do not let the load balancer in": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.nginx_from_alb, { from_port: 80, to_port: 80 });
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.nginx_from_alb.cidr_ipv4 = "10.0.0.0/23"; // its subnets
      delete resource.aws_vpc_security_group_ingress_rule.nginx_from_alb.referenced_security_group_id;
    },
    says: "aws_lb.main can't reach the tasks of aws_ecs_service.nginx on 8080: aws_security_group.nginx does not let aws_security_group.alb in on 8080. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "a health check on a port that no rule lets pass": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = "9000";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = "traffic-port";
    },
    says: "aws_lb.main can't reach the tasks of aws_ecs_service.nginx on 9000: aws_security_group.alb lets nothing out to a task of aws_ecs_service.nginx on 9000. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "targets of a weighted forward in a listener rule": {
    bad: ({ resource }) => {
      forwardByRule(resource);
      delete resource.aws_vpc_security_group_ingress_rule.nginx_from_alb;
    },
    good: ({ resource }) => forwardByRule(resource),
    says: "aws_lb.main can't reach the tasks of aws_ecs_service.nginx on 8080: aws_security_group.nginx does not let aws_security_group.alb in on 8080. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "a network ACL that lets no answers out to the load balancer": {
    bad: acl(ANY_PORT, [aclRule(100, "allow", 443, 443), aclRule(110, "allow", 3000, 6379)]),
    good: acl(ANY_PORT, ANY_PORT),
    says: "aws_lb.main can't reach the tasks of aws_ecs_service.nginx on 8080: aws_network_acl.main refuses 95 % of ports 1024–65535 out of aws_subnet.private_a (answers to aws_security_group.alb). Let the network ACL pass the port, and ports 1024–65535 back.",
  },
  "a network load balancer with a group": {
    bad: ({ resource }) => {
      resource.aws_lb.main.load_balancer_type = "network";
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
    },
    good: ({ resource }) => {
      resource.aws_lb.main.load_balancer_type = "network";
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
      delete resource.aws_lb.main.security_groups;
      const rule = resource.aws_vpc_security_group_ingress_rule.nginx_from_alb;
      rule.cidr_ipv4 = "0.0.0.0/0";
      delete rule.referenced_security_group_id;
    },
    says: "aws_lb.main can't reach the tasks of aws_ecs_service.nginx on 8080: aws_security_group.alb lets nothing out to a task of aws_ecs_service.nginx on 8080. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
});

describeRule("NET-111", {
  "a load balancer that lets nothing in": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.alb_from_internet;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "203.0.113.0/24"; // a choice
    },
    says: "aws_lb.main can't be reached from the internet on 443: aws_security_group.alb lets nothing in on 443. Put it into subnets that route 0.0.0.0/0 to the internet gateway, and let the port in; or set internal to true.",
  },
  "a load balancer that lets other ports in": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.alb_from_internet, { from_port: 80, to_port: 80 });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.alb_from_internet, { from_port: 80, to_port: 443 });
    },
    says: "aws_lb.main can't be reached from the internet on 443: aws_security_group.alb lets nothing in on 443. Put it into subnets that route 0.0.0.0/0 to the internet gateway, and let the port in; or set internal to true.",
  },
  "a load balancer that lets private addresses in only": {
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "10.0.0.0/8";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "10.0.0.0/8";
      resource.aws_lb.main.internal = true;
    },
    says: "aws_lb.main can't be reached from the internet on 443: aws_security_group.alb lets no public address in on 443. Put it into subnets that route 0.0.0.0/0 to the internet gateway, and let the port in; or set internal to true.",
  },
  "a load balancer in private subnets": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = PRIVATE_SUBNETS;
    },
    good: ({ resource }) => {
      delete resource.aws_lb.main.subnets;
      resource.aws_lb.main.subnet_mapping = [
        { subnet_id: "${aws_subnet.public_a.id}" },
        { subnet_id: "${aws_subnet.public_c.id}" },
      ];
    },
    says: "aws_lb.main can't be reached from the internet on 443: aws_route_table.private has no route to an internet gateway, and aws_lb.main stands in aws_subnet.private_a. Put it into subnets that route 0.0.0.0/0 to the internet gateway, and let the port in; or set internal to true.",
  },
  "public subnets that are only called so": {
    bad: ({ resource }) => {
      delete resource.aws_route_table_association.public_c;
    },
    good: ({ resource }) => {
      delete resource.aws_route_table_association.public_c;
      resource.aws_route.main = {
        route_table_id: "${aws_vpc.main.main_route_table_id}",
        destination_cidr_block: "0.0.0.0/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
    },
    says: "aws_lb.main can't be reached from the internet on 443: the main route table of aws_vpc.main has no route to an internet gateway, and aws_lb.main stands in aws_subnet.public_c. Put it into subnets that route 0.0.0.0/0 to the internet gateway, and let the port in; or set internal to true.",
  },
  "a network ACL that lets no answers out": {
    bad: acl(ANY_PORT, [HTTPS], ["${aws_subnet.public_a.id}"]),
    good: acl(ANY_PORT, [HTTPS, ANSWERS], ["${aws_subnet.public_a.id}"]),
    says: "aws_lb.main can't be reached from the internet on 443: aws_network_acl.main refuses ports 1024–65535 out of aws_subnet.public_a (answers to the internet). Put it into subnets that route 0.0.0.0/0 to the internet gateway, and let the port in; or set internal to true.",
  },
});

describeRule("NET-112", {
  "a load balancer that may not go out to log people in": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_internet;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_internet;
      resource.aws_lb_listener.https.default_action = {
        type: "forward",
        target_group_arn: "${aws_lb_target_group.nginx.arn}",
      };
    },
    says: "aws_lb.main can't reach Cognito on 443: aws_security_group.alb lets nothing out to Cognito on 443. Give the VPC a NAT gateway, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "a log-in in a listener rule": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_internet;
      resource.aws_lb_listener.https.default_action.shift();
      resource.aws_lb_listener_rule = {
        login: {
          listener_arn: "${aws_lb_listener.https.arn}",
          condition: { path_pattern: { values: ["/admin/*"] } },
          action: [
            { order: 1, type: "authenticate-cognito" },
            { order: 2, type: "forward", target_group_arn: "${aws_lb_target_group.nginx.arn}" },
          ],
        },
      };
    },
    says: "aws_lb.main can't reach Cognito on 443: aws_security_group.alb lets nothing out to Cognito on 443. Give the VPC a NAT gateway, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "an internal load balancer in subnets without NAT": {
    bad: change(withoutNat, ({ resource }) => {
      Object.assign(resource.aws_lb.main, { internal: true, subnets: PRIVATE_SUBNETS });
    }),
    good: ({ resource }) => {
      Object.assign(resource.aws_lb.main, { internal: true, subnets: PRIVATE_SUBNETS });
    },
    says: "aws_lb.main can't reach Cognito on 443: aws_route_table.private has no route out of aws_subnet.private_a to Cognito. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC a NAT gateway.",
  },
});

it.each<[string, number, object, string]>([
  ["an error where the other port only redirects there", 443, { from_port: 80, to_port: 80 }, "error"],
  ["a warning where another port answers", 80, { from_port: 443, to_port: 443 }, "warning"],
])("NET-111 is %s", async (_, closed, open, severity) => {
  const stack = workingStack();
  const { resource } = stack;
  resource.aws_lb_listener.redirect = {
    load_balancer_arn: "${aws_lb.main.arn}",
    port: 80,
    protocol: "HTTP",
    default_action: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } }],
  };
  Object.assign(resource.aws_vpc_security_group_ingress_rule.alb_from_internet, open);
  const found = (await findingsOf(stack)).filter(({ id }) => id === "NET-111");
  expect(found).toMatchObject([{ severity, message: expect.stringContaining(`on ${closed}:`) }]);
});

it("NET-111 is a warning where a group lets private addresses in, which may be meant", async () => {
  const stack = workingStack();
  stack.resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "10.0.0.0/8";
  const found = (await findingsOf(stack)).filter(({ id }) => id === "NET-111");
  expect(found).toMatchObject([{ severity: "warning" }]);
});

import { ANY_PORT, acl, aclRule, change, otherVpc, withoutNat } from "../rules/reachability/changes.ts";
import { type Change, describeRows, routeFor } from "./rows.ts";

const APP = "aws_ecs_service.app";
const LB = "aws_lb.main";
const DATABASE = "aws_db_instance.main";
const PUBLIC_SUBNETS = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"];
const answersIn = (...rules: object[]) => acl(rules, ANY_PORT);
const publicTask: Change = ({ resource }) => {
  Object.assign(resource.aws_ecs_service.app.network_configuration, {
    subnets: PUBLIC_SUBNETS,
    assign_public_ip: true,
  });
  resource.aws_vpc_security_group_ingress_rule.app_from_nginx.cidr_ipv4 = "0.0.0.0/0";
  delete resource.aws_vpc_security_group_ingress_rule.app_from_nginx.referenced_security_group_id;
};

const publicDatabase: Change = ({ resource }) => {
  resource.aws_db_instance.main.publicly_accessible = true;
  resource.aws_db_subnet_group.main.subnet_ids = PUBLIC_SUBNETS;
  const rule = resource.aws_vpc_security_group_ingress_rule.database_from_app;
  delete rule.referenced_security_group_id;
  rule.cidr_ipv4 = "0.0.0.0/0";
};

const mail =
  (port: number): Change =>
  ({ resource }) => {
    Object.assign(resource.aws_vpc_security_group_egress_rule.app_to_internet, { from_port: port, to_port: port });
  };

const throughVpn =
  (...gateways: object[]): Change =>
  ({ resource }) => {
    resource.aws_route.internet = { ...resource.aws_route.internet, gateway_id: "vgw-0123456789abcdef0" };
    resource.aws_internet_gateway = Object.fromEntries(gateways.map((gateway, index) => [`g${index}`, gateway]));
  };

const NAT = { nat_gateway_id: "${aws_nat_gateway.main.id}" };
const halves = change(withoutNat, routeFor("0.0.0.0/1", NAT), routeFor("128.0.0.0/1", NAT));
const egress =
  (...blocks: string[]): Change =>
  ({ resource }) => {
    delete resource.aws_vpc_security_group_egress_rule.app_to_internet;
    for (const [index, cidr_ipv4] of blocks.entries())
      resource.aws_vpc_security_group_egress_rule[`app_to_${index}`] = {
        security_group_id: "${aws_security_group.app.id}",
        ip_protocol: "tcp",
        from_port: 443,
        to_port: 443,
        cidr_ipv4,
      };
  };

describeRows("the internet", [
  ["reaches a load balancer that faces it", "internet", LB, () => {}, "open"],
  [
    "does not reach an internal one",
    "internet",
    LB,
    ({ resource }) => {
      resource.aws_lb.main.internal = true;
    },
    "blocked",
    "aws_lb.main is internal: it has private addresses only",
  ],
  ["reaches a task with a public address", "internet", `${APP}:3000`, publicTask, "open"],
  [
    "does not reach one without",
    "internet",
    APP,
    change(publicTask, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.assign_public_ip = false;
    }),
    "blocked",
    "aws_ecs_service.app has no public address",
  ],
  ["reaches a database that is publicly accessible", "internet", DATABASE, publicDatabase, "open"],
  [
    "does not reach one that is not",
    "internet",
    DATABASE,
    change(publicDatabase, ({ resource }) => {
      resource.aws_db_instance.main.publicly_accessible = false;
    }),
    "blocked",
    "aws_db_instance.main has no public address",
  ],
  [
    "does not reach a cache",
    "internet",
    "aws_elasticache_replication_group.main",
    () => {},
    "blocked",
    "aws_elasticache_replication_group.main has no public address",
  ],
]);

describeRows("a load balancer that faces the internet, from a task", [
  ["is reached through a NAT gateway", APP, LB, () => {}, "open"],
  [
    "is not reached without one",
    APP,
    LB,
    withoutNat,
    "blocked",
    "aws_route_table.private has no route out of aws_subnet.private_a to the public addresses of aws_lb.main",
  ],
  [
    "does not know the group of the task",
    APP,
    LB,
    ({ resource }) => {
      const rule = resource.aws_vpc_security_group_ingress_rule.alb_from_internet;
      delete rule.cidr_ipv4;
      rule.referenced_security_group_id = "${aws_security_group.app.id}";
    },
    "blocked",
    "aws_security_group.alb lets no public address in on 443",
  ],
  [
    "is reached inside the VPC where it is internal",
    APP,
    LB,
    change(withoutNat, ({ resource }) => {
      resource.aws_lb.main.internal = true;
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "10.0.0.0/16";
    }),
    "open",
  ],
]);

describeRows("an internet gateway", [
  [
    "serves no VPC but the one that it is attached to",
    "internet",
    LB,
    change(otherVpc, ({ resource }) => {
      resource.aws_internet_gateway.main.vpc_id = "${aws_vpc.other.id}";
    }),
    "blocked",
    "aws_route_table.public routes aws_subnet.public_a to aws_internet_gateway.main, which is not attached to the VPC of aws_subnet.public_a",
  ],
]);

describeRows("a VPC without an internet gateway", [
  [
    "is not entered, whatever takes the answers",
    "internet",
    LB,
    throughVpn({ tags: { Name: "not attached" } }),
    "blocked",
    "aws_vpc.main has no internet gateway, and aws_lb.main stands in it",
  ],
  ["is not known for one where it may be", "internet", LB, throughVpn({ vpc_id: "${var.vpc}" }), "unknown"],
  [
    "is another than one whose answers go elsewhere",
    "internet",
    LB,
    throughVpn({ vpc_id: "${aws_vpc.main.id}" }),
    "unknown",
  ],
]);

describeRows("mail to the internet", [
  [
    "may be stopped by AWS on the port that servers use",
    APP,
    "internet:25",
    mail(25),
    "unknown",
    "AWS lets nothing out to public addresses on 25, unless the account has asked for it",
  ],
  ["leaves on the port for programs", APP, "internet:587", mail(587), "open"],
]);

describeRows("parts of the internet", [
  ["are added up in routes", APP, "internet", halves, "open"],
  [
    "are not all of it where one is missing",
    APP,
    "internet",
    change(withoutNat, routeFor("0.0.0.0/1", NAT)),
    "unknown",
  ],
  [
    "that lead nowhere lead nowhere together",
    APP,
    "internet",
    change(halves, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.private_c.id}";
    }),
    "blocked",
  ],
  ["are added up in groups", APP, "internet", egress("0.0.0.0/1", "128.0.0.0/1"), "open"],
  ["are a part in groups", APP, "internet", egress("0.0.0.0/1"), "unknown"],
  [
    "are added up in ACLs",
    APP,
    "internet",
    answersIn(aclRule(100, "allow", 0, 65535, "0.0.0.0/1"), aclRule(110, "allow", 0, 65535, "128.0.0.0/1")),
    "open",
  ],
  [
    "that are small change nothing, such as a network of one's own behind a VPN",
    APP,
    "internet",
    routeFor("203.0.113.0/24", { gateway_id: "vgw-0123456789abcdef0" }),
    "open",
  ],
  [
    "that a group lets in and no route leads to are none",
    "internet",
    LB,
    change(({ resource }) => {
      resource.aws_route.internet.destination_cidr_block = "128.0.0.0/1";
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "52.0.0.0/8";
    }),
    "blocked",
  ],
]);

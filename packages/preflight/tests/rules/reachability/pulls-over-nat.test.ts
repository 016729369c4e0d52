import { describeRule, type Json } from "../../support/rules.ts";
import { ANSWERS, ANY_PORT, acl, aclRule, both, change, HTTPS, withoutEndpoints, withoutNat } from "./changes.ts";

/** What keeps both services from their images. */
const neitherPulls = (why: string) =>
  both(`can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): ${why}`);

const noWayOut = (routeTable: string, subnet = "aws_subnet.private_a") =>
  neitherPulls(
    `${routeTable} has no route out of ${subnet} to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.`,
  );

describeRule("NET-101", {
  "a service by the family and the revision of its task definition": {
    bad: change(withoutNat, withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_service.app.task_definition =
        "${aws_ecs_task_definition.app.family}:${aws_ecs_task_definition.app.revision}";
    }),
    good: change(withoutNat, withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.nginx;
      resource.aws_ecs_service.app.task_definition = "${aws_ecs_task_definition.app.family}:12"; // whatever that was
    }),
    says: noWayOut("aws_route_table.private"),
  },
  "a service by the highest revision of its task definition": {
    bad: change(withoutNat, withoutEndpoints, ({ data, resource }) => {
      data.aws_ecs_task_definition = { app: { task_definition: "${aws_ecs_task_definition.app.family}" } };
      resource.aws_ecs_service.app.task_definition =
        "${aws_ecs_task_definition.app.family}:${max(aws_ecs_task_definition.app.revision, data.aws_ecs_task_definition.app.revision)}";
    }),
    says: noWayOut("aws_route_table.private"),
  },
  "containers by a template that is given a repository": {
    bad: change(withoutNat, withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_task_definition.app.container_definitions =
        '${templatefile("app.json", { image = aws_ecr_repository.app.repository_url })}';
    }),
    good: change(withoutNat, withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.nginx;
      resource.aws_ecs_task_definition.app.container_definitions =
        '${templatefile("app.json", { registry = aws_ecr_repository.app.registry_id })}';
    }),
    says: noWayOut("aws_route_table.private"),
  },
  "tasks without a group in a VPC whose default group was emptied": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_default_security_group = { main: { vpc_id: "${aws_vpc.main.id}" } };
      delete resource.aws_ecs_service.app.network_configuration.security_groups;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.app.network_configuration.security_groups; // AWS's own lets everything out
    }),
    says: "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_default_security_group.main lets nothing out to ecr.api on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "tasks in subnets that keep the main route table": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
      resource.aws_main_route_table_association = {
        main: { vpc_id: "${aws_vpc.main.id}", route_table_id: "${aws_route_table.private.id}" },
      };
    }),
    says: noWayOut("the main route table of aws_vpc.main"),
  },
  "tasks in subnets with a default route table of one's own": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
      resource.aws_default_route_table = {
        main: { default_route_table_id: "${aws_vpc.main.default_route_table_id}" },
      };
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
      resource.aws_default_route_table = {
        main: {
          default_route_table_id: "${aws_vpc.main.default_route_table_id}",
          route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.main.id}" }],
        },
      };
    }),
    says: noWayOut("aws_default_route_table.main"),
  },
  "a NAT gateway in a private subnet": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.private_a.id}";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.public_c.id}";
    }),
    says: neitherPulls(
      "aws_nat_gateway.main stands in aws_subnet.private_a, which has no route to an internet gateway: a NAT gateway needs a public subnet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
    ),
  },
  "a private NAT gateway": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.connectivity_type = "private";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.connectivity_type = "public";
    }),
    says: neitherPulls(
      "aws_nat_gateway.main is a private NAT gateway, which does not lead to the internet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
    ),
  },
  "a NAT gateway in a subnet whose route to the internet is missing": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route.internet;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route.internet;
      resource.aws_route_table.public.route = [
        { cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.main.id}" },
      ];
    }),
    says: neitherPulls(
      "aws_nat_gateway.main stands in aws_subnet.public_a, which has no route to an internet gateway: a NAT gateway needs a public subnet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
    ),
  },
  "a route to NAT for some addresses only": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "10.0.0.0/8";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "${var.destination}";
    }),
    says: noWayOut("aws_route_table.private"),
  },
  "tasks in public subnets without public addresses": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.subnets = ["${aws_subnet.public_a.id}"];
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      Object.assign(resource.aws_ecs_service.app.network_configuration, {
        subnets: ["${aws_subnet.public_a.id}"],
        assign_public_ip: true,
      });
    }),
    says: "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): the network interface has no public address, and an internet gateway takes nothing else to ecr.api. Set assign_public_ip to true, or use subnets that route to a NAT gateway.",
  },
  "tasks with public addresses in private subnets": {
    bad: change(withoutEndpoints, withoutNat, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.assign_public_ip = true;
    }),
    says: noWayOut("aws_route_table.private"),
  },
  "one of the subnets without a way out": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
      for (const service of Object.values<Json>(resource.aws_ecs_service)) {
        service.network_configuration.subnets = ["${aws_subnet.private_a.id}"];
      }
    }),
    says: noWayOut("the main route table of aws_vpc.main", "aws_subnet.private_c"),
  },
  "a network ACL that lets answers in on 443 only": {
    bad: change(withoutEndpoints, acl([HTTPS], ANY_PORT)),
    good: change(withoutEndpoints, acl([ANSWERS], ANY_PORT)),
    says: neitherPulls(
      "aws_network_acl.main refuses ports 32768–60999 into aws_subnet.private_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ),
  },
  "a network ACL that lets nothing out": {
    bad: change(withoutEndpoints, acl(ANY_PORT, [])),
    good: change(withoutEndpoints, acl(ANY_PORT, [HTTPS, ANSWERS])),
    says: neitherPulls(
      "aws_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ),
  },
  "a network ACL that refuses before it allows": {
    bad: change(withoutEndpoints, acl(ANY_PORT, [aclRule(50, "deny", 443, 443), ...ANY_PORT])),
    good: change(withoutEndpoints, acl(ANY_PORT, [...ANY_PORT, aclRule(200, "deny", 443, 443)])),
    says: neitherPulls(
      "aws_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ),
  },
  "a network ACL of the NAT gateway's subnet that takes no answers": {
    bad: change(
      withoutEndpoints,
      acl([aclRule(100, "allow", 0, 65535, "10.0.0.0/16")], ANY_PORT, ["${aws_subnet.public_a.id}"]),
    ),
    good: change(withoutEndpoints, acl(ANY_PORT, ANY_PORT, ["${aws_subnet.public_a.id}"])),
    says: neitherPulls(
      "aws_network_acl.main refuses ports 1024–65535 into aws_subnet.public_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ),
  },
  "a network ACL whose rules are resources of their own": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_association = {
        a: { network_acl_id: "${aws_network_acl.main.id}", subnet_id: "${aws_subnet.private_a.id}" },
      };
      const rule = {
        network_acl_id: "${aws_network_acl.main.id}",
        rule_number: 100,
        rule_action: "allow",
        protocol: "tcp",
        from_port: 443,
        to_port: 443,
        cidr_block: "0.0.0.0/0",
      };
      resource.aws_network_acl_rule = { out: { ...rule, egress: true }, in: { ...rule, egress: false } };
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_association = {
        a: { network_acl_id: "${aws_network_acl.main.id}", subnet_id: "${aws_subnet.private_a.id}" },
      };
      const rule = {
        network_acl_id: "${aws_network_acl.main.id}",
        rule_number: 100,
        rule_action: "allow",
        protocol: "-1",
        cidr_block: "0.0.0.0/0",
      };
      resource.aws_network_acl_rule = { out: { ...rule, egress: true }, in: { ...rule, egress: false } };
    }),
    says: neitherPulls(
      "aws_network_acl.main refuses ports 32768–60999 into aws_subnet.private_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ),
  },
  "a default network ACL that was emptied": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_default_network_acl = {
        main: { default_network_acl_id: "${aws_vpc.main.default_network_acl_id}" },
      };
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_default_network_acl = {
        main: {
          default_network_acl_id: "${aws_vpc.main.default_network_acl_id}",
          ingress: [
            { rule_no: 100, action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: "0.0.0.0/0" },
          ],
          egress: [
            { rule_no: 100, action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: "0.0.0.0/0" },
          ],
        },
      };
    }),
    says: neitherPulls(
      "aws_default_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ),
  },
});

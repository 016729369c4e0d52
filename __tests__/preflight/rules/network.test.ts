import { describeRule, type Json } from "../../support/preflight.ts";

/** A second VPC with a subnet in it. */
function addOtherVpc({ resource }: Json): void {
  resource.aws_vpc.other = { cidr_block: "10.0.0.0/16", enable_dns_support: true, enable_dns_hostnames: true };
  resource.aws_subnet.other = {
    vpc_id: "${aws_vpc.other.id}",
    cidr_block: "10.0.10.0/24",
    availability_zone: "ap-northeast-1a",
  };
}

/** An interface endpoint beside those of the stack. */
function endpoint(service: string, more: object = {}): object {
  return {
    vpc_id: "${aws_vpc.main.id}",
    service_name: `com.amazonaws.ap-northeast-1.${service}`,
    vpc_endpoint_type: "Interface",
    private_dns_enabled: true,
    subnet_ids: ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"],
    security_group_ids: ["${aws_security_group.endpoints.id}"],
    ...more,
  };
}

describeRule("NET-001", {
  "::/0 to a NAT gateway": {
    at: "aws_route.ipv6",
    bad: ({ resource }) => {
      resource.aws_route.ipv6 = {
        route_table_id: "${aws_route_table.private.id}",
        destination_ipv6_cidr_block: "::/0",
        nat_gateway_id: "${aws_nat_gateway.main.id}",
      };
    },
    good: ({ resource }) => {
      resource.aws_egress_only_internet_gateway = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_route.ipv6 = {
        route_table_id: "${aws_route_table.private.id}",
        destination_ipv6_cidr_block: "::/0",
        egress_only_gateway_id: "${aws_egress_only_internet_gateway.main.id}",
      };
    },
  },
  "an IPv6 block as destination_cidr_block": {
    at: "aws_route.nat",
    bad: ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "::/0";
    },
  },
  "::/0 to a NAT gateway in a route table itself": {
    at: "aws_route_table.private",
    bad: ({ resource }) => {
      resource.aws_route_table.private.route = [
        { ipv6_cidr_block: "::/0", nat_gateway_id: "${aws_nat_gateway.main.id}" },
      ];
    },
    good: ({ resource }) => {
      resource.aws_route_table.private.route = [
        { ipv6_cidr_block: "64:ff9b::/96", nat_gateway_id: "${aws_nat_gateway.main.id}" },
      ];
    },
  },
  "::/0 to a NAT gateway that is called a gateway": {
    bad: ({ resource }) => {
      resource.aws_route_table.private.route = {
        ipv6_cidr_block: "::/0",
        gateway_id: "${aws_nat_gateway.main.id}",
      };
    },
    good: ({ resource }) => {
      resource.aws_route_table.public.route = {
        ipv6_cidr_block: "::/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
    },
  },
});

describeRule("NET-002", {
  "a CIDR block instead of a VPC": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "10.0.0.0/16";
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "vpc-0123456789abcdef0";
    },
  },
  "the block of a VPC instead of its id": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "${aws_vpc.main.cidr_block}";
    },
    good: ({ data, resource }) => {
      data.aws_vpc = { main: { default: true } };
      resource.aws_security_group.app.vpc_id = "${data.aws_vpc.main.id}";
    },
  },
  "the ARN of a VPC": {
    at: "aws_lb_target_group.nginx",
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_vpc.main.arn}";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_subnet.private_a.vpc_id}";
    },
  },
  "a subnet instead of a VPC": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "${aws_subnet.private_a.id}";
    },
  },
  "the name of a security group in a block": {
    at: "aws_ecs_service.app",
    bad: ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.security_groups = ["${aws_security_group.app.name}"];
    },
    good: ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.security_groups = ["sg-0123456789abcdef0"];
    },
  },
  "a group that is named, in a list": {
    at: "aws_db_instance.main",
    bad: ({ resource }) => {
      resource.aws_db_instance.main.vpc_security_group_ids.push("shop-database");
    },
    good: ({ resource }) => {
      resource.aws_db_instance.main.vpc_security_group_ids.push("${aws_vpc.main.default_security_group_id}");
    },
  },
  "a block among subnets": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.cidr_block}"];
    },
    good: (stack) => {
      stack.variable.subnets = {};
      stack.resource.aws_lb.main.subnets = "${var.subnets}";
    },
  },
  "the address of an elastic IP instead of its id": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      resource.aws_nat_gateway.main.allocation_id = "${aws_eip.nat.public_ip}";
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.main.allocation_id = "${aws_eip.nat.allocation_id}";
    },
  },
});

describeRule("NET-003", {
  "private DNS in a VPC without host names": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      delete resource.aws_vpc.main.enable_dns_hostnames;
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_hostnames = "true";
      delete resource.aws_vpc.main.enable_dns_support; // on where it is not written
    },
  },
  "private DNS in a VPC without DNS": {
    bad: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_support = false;
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_support = false;
      for (const one of Object.values<Json>(resource.aws_vpc_endpoint)) one.private_dns_enabled = false;
    },
  },
  "private DNS that is a resource of its own": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_hostnames = false;
      for (const one of Object.values<Json>(resource.aws_vpc_endpoint)) delete one.private_dns_enabled;
      resource.aws_vpc_endpoint_private_dns = {
        logs: { vpc_endpoint_id: "${aws_vpc_endpoint.logs.id}", private_dns_enabled: true },
      };
    },
  },
  "private DNS where a variable's default turns DNS off": {
    bad: (stack) => {
      stack.variable.dns = { default: false };
      stack.resource.aws_vpc.main.enable_dns_support = "${var.dns}";
    },
    good: (stack) => {
      stack.variable.dns = {};
      stack.resource.aws_vpc.main.enable_dns_support = "${var.dns}";
    },
  },
});

describeRule("NET-004", {
  "a VPC without an internet gateway": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      delete resource.aws_internet_gateway;
    },
    good: ({ resource }) => {
      resource.aws_internet_gateway.main = {};
      resource.aws_internet_gateway_attachment = {
        main: { internet_gateway_id: "${aws_internet_gateway.main.id}", vpc_id: "${aws_vpc.main.id}" },
      };
    },
  },
  "an internet gateway of another VPC": {
    at: "aws_lb.main",
    bad: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_internet_gateway.main.vpc_id = "${aws_vpc.other.id}";
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_internet_gateway.other = { vpc_id: "${aws_vpc.other.id}" };
    },
  },
  "a load balancer that faces the internet, unless it is internal": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      delete resource.aws_internet_gateway;
      delete resource.aws_nat_gateway;
      delete resource.aws_lb.main.internal;
    },
    good: ({ resource }) => {
      delete resource.aws_internet_gateway;
      resource.aws_nat_gateway.main.connectivity_type = "private";
      resource.aws_lb.main.internal = true;
    },
  },
});

describeRule("NET-005", {
  "a NAT gateway that may come before the internet gateway": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      delete resource.aws_nat_gateway.main.depends_on;
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.main.depends_on = ["aws_route.internet"]; // which names the gateway
    },
  },
  "a load balancer that may come before it": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      resource.aws_lb.main.depends_on = ["aws_s3_bucket_policy.logs"];
    },
    good: ({ resource }) => {
      resource.aws_lb.main.internal = true;
      resource.aws_lb.main.depends_on = ["aws_s3_bucket_policy.logs"];
    },
  },
  "a NAT gateway, unless it waits by what it names": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      resource.aws_nat_gateway.main.depends_on = ["aws_vpc.main"];
    },
    good: ({ resource }) => {
      delete resource.aws_nat_gateway.main.depends_on;
      resource.aws_eip.nat.depends_on = ["aws_internet_gateway.main"];
    },
  },
});

describeRule("NET-006", {
  "two subnets with one block": {
    at: "aws_subnet.private_c",
    bad: ({ resource }) => {
      resource.aws_subnet.private_c.cidr_block = "10.0.10.0/24";
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_subnet.other.cidr_block = "10.0.10.0/24";
    },
  },
  "a subnet inside another": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.8.0/22";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.8.0/23";
      resource.aws_subnet.private_c.cidr_block = "10.0.10.0/23";
    },
  },
  "a subnet inside one that another lies between": {
    at: "aws_subnet.third",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.16.0/20";
      resource.aws_subnet.private_c.cidr_block = "10.0.16.0/24";
      resource.aws_subnet.third = { ...resource.aws_subnet.private_c, cidr_block: "10.0.31.0/24" };
    },
  },
  "blocks that are computed": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "${cidrsubnet(aws_vpc.main.cidr_block, 8, 0)}";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "${cidrsubnet(aws_vpc.main.cidr_block, 8, 12)}";
    },
  },
  "instances of count with one block": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_subnet.private_a, { count: 2, cidr_block: "10.0.20.0/24" });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_subnet.private_a, { count: 2, cidr_block: "10.0.2${count.index}.0/24" });
    },
  },
});

describeRule("NET-007", {
  "a subnet outside of its VPC": {
    at: "aws_subnet.private_a",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.1.10.0/24";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.1.10.0/24";
      resource.aws_vpc_ipv4_cidr_block_association = {
        more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.1.0.0/16" },
      };
    },
  },
  "a subnet that begins before its VPC": {
    at: "aws_subnet.public_a",
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.8.0/21";
    },
    good: (stack) => {
      stack.variable.cidr = {};
      stack.resource.aws_vpc.main.cidr_block = "${var.cidr}";
    },
  },
});

describeRule("NET-008", {
  "a VPC larger than a /16": {
    at: "aws_vpc.main",
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.0.0/8";
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.0.0/16";
    },
  },
  "a subnet smaller than a /28": {
    at: "aws_subnet.private_a",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.0/29";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.0/28";
    },
  },
  "a second block larger than a /16": {
    at: "aws_vpc_ipv4_cidr_block_association.more",
    bad: ({ resource }) => {
      resource.aws_vpc_ipv4_cidr_block_association = {
        more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "100.64.0.0/10" },
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_ipv4_cidr_block_association = {
        more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "100.64.0.0/16" },
      };
    },
  },
});

/** An inline rule that names a group. */
const fromGroup = (name: string) => ({
  from_port: 80,
  to_port: 80,
  protocol: "tcp",
  security_groups: [`\${aws_security_group.${name}.id}`],
});

describeRule("NET-009", {
  "two groups that name each other": {
    bad: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
      resource.aws_security_group.alb.egress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
    },
  },
  "three groups in a circle": {
    bad: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
      resource.aws_security_group.alb.ingress = fromGroup("app");
      resource.aws_security_group.app.ingress = fromGroup("nginx");
    },
    good: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
      resource.aws_security_group.app.ingress = [fromGroup("nginx"), fromGroup("alb")];
    },
  },
});

describeRule("NET-010", {
  "a gateway endpoint for a service that has none": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.vpc_endpoint_type = "Gateway";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.dynamodb = {
        vpc_id: "${aws_vpc.main.id}",
        service_name: "com.amazonaws.ap-northeast-1.dynamodb",
      };
      resource.aws_vpc_endpoint.s3express = {
        vpc_id: "${aws_vpc.main.id}",
        service_name: "com.amazonaws.ap-northeast-1.s3express",
      };
    },
  },
  "an endpoint whose type is not written": {
    at: "aws_vpc_endpoint.ecr_api",
    bad: ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api.vpc_endpoint_type;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3.vpc_endpoint_type;
    },
  },
  "a service whose name holds a region that is looked up": {
    at: "aws_vpc_endpoint.ecr_api",
    bad: ({ data, resource }) => {
      data.aws_region = { here: {} };
      delete resource.aws_vpc_endpoint.ecr_api.vpc_endpoint_type;
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.${data.aws_region.here.name}.ecr.api";
    },
    good: ({ data, resource }) => {
      data.aws_region = { here: {} };
      delete resource.aws_vpc_endpoint.s3.vpc_endpoint_type;
      resource.aws_vpc_endpoint.s3.service_name = "com.amazonaws.${data.aws_region.here.name}.s3";
    },
  },
});

describeRule("NET-011", {
  "the service of another region": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.service_name = "com.amazonaws.us-east-1.logs";
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_endpoint.logs, {
        service_name: "com.amazonaws.us-east-1.logs",
        service_region: "us-east-1",
      });
    },
  },
  "a service of the default provider's region, where the endpoint has another": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ provider, resource }) => {
      provider.aws.push({ alias: "virginia", region: "us-east-1" });
      resource.aws_vpc_endpoint.logs.provider = "aws.virginia";
    },
    good: ({ provider, resource }) => {
      provider.aws.push({ alias: "virginia", region: "us-east-1" });
      Object.assign(resource.aws_vpc_endpoint.logs, {
        provider: "aws.virginia",
        service_name: "com.amazonaws.us-east-1.logs",
      });
    },
  },
  "the service of another region, where the zones tell the own": {
    bad: ({ provider, resource }) => {
      provider.aws = [{}];
      resource.aws_vpc_endpoint.logs.service_name = "com.amazonaws.us-east-1.logs";
    },
    good: ({ provider }) => {
      provider.aws = [{}];
    },
  },
});

describeRule("NET-012", {
  "two subnets in one zone": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.subnet_ids = ["${aws_subnet.private_a.id}", "${aws_subnet.public_a.id}"];
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.subnet_ids = ["${aws_subnet.private_a.id}", "${aws_subnet.public_c.id}"];
    },
  },
  "two subnets of one zone by its id, unless AWS chooses their zones": {
    bad: ({ resource }) => {
      for (const name of ["private_a", "private_c"]) {
        delete resource.aws_subnet[name].availability_zone;
        resource.aws_subnet[name].availability_zone_id = "apne1-az4";
      }
    },
    good: ({ resource }) => {
      for (const name of ["private_a", "private_c"]) delete resource.aws_subnet[name].availability_zone;
    },
  },
});

describeRule("NET-013", {
  "two endpoints that answer to the same names": {
    at: "aws_vpc_endpoint.twice",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("logs");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("logs", { private_dns_enabled: false });
    },
  },
  "instances of for_each beside one": {
    at: 'aws_vpc_endpoint.each["logs"]',
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.each = {
        ...endpoint("${each.key}"),
        for_each: '${toset(["logs", "sqs"])}',
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.each = { ...endpoint("${each.key}"), for_each: '${toset(["sns", "sqs"])}' };
    },
  },
  "a second endpoint, unless it is in another VPC": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("ecr.api");
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_vpc_endpoint.twice = endpoint("ecr.api", {
        vpc_id: "${aws_vpc.other.id}",
        subnet_ids: ["${aws_subnet.other.id}"],
      });
    },
  },
});

describeRule("NET-014", {
  "a subnet with two route tables": {
    bad: ({ resource }) => {
      resource.aws_route_table_association.twice = {
        subnet_id: "${aws_subnet.private_a.id}",
        route_table_id: "${aws_route_table.public.id}",
      };
    },
    good: ({ resource }) => {
      resource.aws_route_table_association.gateway = {
        gateway_id: "${aws_internet_gateway.main.id}",
        route_table_id: "${aws_route_table.public.id}",
      };
    },
  },
  "one subnet for all instances of an association": {
    bad: ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
      Object.assign(resource.aws_route_table_association.private_a, { count: 2 });
    },
    good: ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
      Object.assign(resource.aws_route_table_association.private_a, {
        count: 2,
        subnet_id: "${element([aws_subnet.private_a.id, aws_subnet.private_c.id], count.index)}",
      });
    },
  },
});

describeRule("NET-015", {
  "two routes to one destination": {
    bad: ({ resource }) => {
      resource.aws_route.twice = { ...resource.aws_route.nat, gateway_id: "${aws_internet_gateway.main.id}" };
      delete resource.aws_route.twice.nat_gateway_id;
    },
    good: ({ resource }) => {
      resource.aws_route.twice = { ...resource.aws_route.nat, destination_cidr_block: "203.0.113.0/24" };
    },
  },
  "a route beside the one in the table itself": {
    bad: ({ resource }) => {
      resource.aws_route_table.private.route = [
        { cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.main.id}" },
      ];
    },
    good: ({ resource }) => {
      resource.aws_route_table.other = {
        vpc_id: "${aws_vpc.main.id}",
        route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.main.id}" }],
      };
    },
  },
  "two routes to one IPv6 destination": {
    bad: ({ resource }) => {
      const route = {
        route_table_id: "${aws_route_table.public.id}",
        destination_ipv6_cidr_block: "::/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
      Object.assign(resource.aws_route, { first: route, second: route });
    },
  },
});

describeRule("NET-016", {
  "ports of all protocols": {
    at: "aws_vpc_security_group_egress_rule.app_to_internet",
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_internet.ip_protocol = "-1";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_internet = {
        security_group_id: "${aws_security_group.app.id}",
        ip_protocol: "-1",
        cidr_ipv4: "0.0.0.0/0",
      };
    },
  },
  "ports of all protocols in a group itself": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.egress = [
        { from_port: 443, to_port: 443, protocol: "all", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.egress = [
        { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
  },
  "ports that go backwards": {
    at: "aws_security_group_rule.app",
    bad: ({ resource }) => {
      resource.aws_security_group_rule = {
        app: {
          security_group_id: "${aws_security_group.app.id}",
          type: "egress",
          from_port: 65535,
          to_port: 1024,
          protocol: "tcp",
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
    good: ({ resource }) => {
      resource.aws_security_group_rule = {
        app: {
          security_group_id: "${aws_security_group.app.id}",
          type: "egress",
          from_port: 8, // the type and code of an ICMP message, which are no ports
          to_port: 0,
          protocol: "icmp",
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
  },
});

describeRule("NET-017", {
  "a description in Japanese": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.description = "アプリ";
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.description = "a-z A-Z 0-9 . _-:/()#,@[]+=&;{}!$*";
    },
  },
  "an apostrophe in a rule": {
    at: "aws_vpc_security_group_egress_rule.app_to_cache",
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_cache.description = "the app's cache";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_cache.description = "";
    },
  },
  "a description of 256 characters in an inline rule": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.ingress = { ...fromGroup("nginx"), description: "a".repeat(256) };
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.ingress = { ...fromGroup("nginx"), description: "a".repeat(255) };
    },
  },
});

describeRule("NET-018", {
  "rules beside inline ones": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.ingress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_security_group.app, {
        ingress: [fromGroup("nginx")],
        lifecycle: { ignore_changes: ["ingress"] },
      });
    },
  },
  "rules of the one direction beside inline ones of the same": {
    bad: ({ resource }) => {
      resource.aws_security_group.endpoints.ingress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      resource.aws_security_group.endpoints.egress = [fromGroup("nginx")];
    },
  },
});

describeRule("NET-019", {
  "a block that does not begin a network": {
    at: "aws_subnet.private_a",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.5/24";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.128/25";
    },
  },
  "a VPC whose block does not": {
    at: "aws_vpc.main",
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.1.0/16";
    },
  },
});

describeRule("NET-020", {
  "a zone of another region": {
    at: "aws_subnet.private_c",
    bad: ({ resource }) => {
      resource.aws_subnet.private_c.availability_zone = "us-east-1c";
    },
    good: ({ provider, resource }) => {
      provider.aws.push({ alias: "virginia", region: "us-east-1" });
      Object.assign(resource.aws_subnet.private_c, { availability_zone: "us-east-1c", provider: "aws.virginia" });
    },
  },
  "a zone of a region whose name begins alike": {
    bad: ({ provider, resource }) => {
      provider.aws[0].region = "us-east-1";
      for (const subnet of Object.values<Json>(resource.aws_subnet)) subnet.availability_zone = "us-east-1a";
      resource.aws_subnet.private_c.availability_zone = "us-east-2a";
    },
    good: (stack) => {
      stack.variable.region = {};
      stack.provider.aws = [{ region: "${var.region}" }];
    },
  },
});

describeRule("NET-021", {
  "a rule that is there twice": {
    at: "aws_vpc_security_group_ingress_rule.twice",
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.twice = {
        ...resource.aws_vpc_security_group_ingress_rule.database_from_app,
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.twice = {
        ...resource.aws_vpc_security_group_ingress_rule.database_from_app,
        to_port: 3307,
      };
    },
  },
  "a rule that is written in the older way beside it": {
    bad: ({ resource }) => {
      resource.aws_security_group_rule = {
        twice: {
          security_group_id: "${aws_security_group.app.id}",
          type: "egress",
          protocol: "6",
          from_port: 443,
          to_port: 443,
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
    good: ({ resource }) => {
      resource.aws_security_group_rule = {
        other: {
          security_group_id: "${aws_security_group.app.id}",
          type: "ingress",
          protocol: "6",
          from_port: 443,
          to_port: 443,
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
  },
});

const aclRule = (rule_no: number) => ({
  rule_no,
  action: "allow",
  protocol: "-1",
  from_port: 0,
  to_port: 0,
  cidr_block: "0.0.0.0/0",
});
const separateAclRule = (rule_number: number, egress: boolean) => ({
  network_acl_id: "${aws_network_acl.main.id}",
  rule_number,
  egress,
  rule_action: "allow",
  protocol: "-1",
  cidr_block: "0.0.0.0/0",
});

describeRule("NET-022", {
  "two rules of a network ACL with one number": {
    at: "aws_network_acl.main",
    bad: ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}", ingress: [aclRule(100), aclRule(100)] } };
    },
    good: ({ resource }) => {
      resource.aws_network_acl = {
        main: { vpc_id: "${aws_vpc.main.id}", ingress: [aclRule(100)], egress: [aclRule(100)] },
      };
    },
  },
  "two rules of their own with one number": {
    bad: ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_rule = { first: separateAclRule(100, true), second: separateAclRule(100, true) };
    },
    good: ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_rule = { first: separateAclRule(100, true), second: separateAclRule(100, false) };
    },
  },
});

describeRule("NET-023", {
  "a public NAT gateway without an address": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      delete resource.aws_nat_gateway.main.allocation_id;
    },
    good: ({ resource }) => {
      delete resource.aws_nat_gateway.main.allocation_id;
      resource.aws_nat_gateway.main.connectivity_type = "private";
    },
  },
});

describeRule("NET-024", {
  "a hyphen where AWS writes a dot": {
    at: "aws_vpc_endpoint.ecr_api",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.ap-northeast-1.ecr-api";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.ap-northeast-1.rds-data";
    },
  },
  "a hyphen where AWS writes none": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.service_name = "com.amazonaws.ap-northeast-1.secrets-manager";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.service_name = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789";
    },
  },
});

import { describe, expect, it } from "vitest";
import { findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

interface Case {
  /** What breaks the stack, as far as the file tells. */
  readonly breaks: (stack: Json) => void;
  /** What may fix it, and can't be looked into. */
  readonly hides: (stack: Json) => void;
}

const handToModule =
  (...values: string[]) =>
  (stack: Json) => {
    stack.module = { other: { source: "./other", given: values } };
  };

function withoutEgressOfNginx({ resource }: Json): void {
  for (const name of ["nginx_to_endpoints", "nginx_to_s3"]) delete resource.aws_vpc_security_group_egress_rule[name];
}

function withoutWayOut({ resource }: Json): void {
  delete resource.aws_vpc_endpoint;
  delete resource.aws_route.nat;
  delete resource.aws_vpc_security_group_egress_rule.nginx_to_s3;
  resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints = {
    ...resource.aws_vpc_security_group_egress_rule.app_to_internet,
    security_group_id: "${aws_security_group.nginx.id}",
  };
}

function routeToTransitGateway({ resource }: Json, table: string): void {
  resource.aws_route.transit = {
    route_table_id: `\${aws_route_table.${table}.id}`,
    destination_cidr_block: "10.0.0.0/8",
    transit_gateway_id: "tgw-0123456789abcdef0",
  };
}

const CASES: Readonly<Record<string, Case>> = {
  "rules of a group that a module is given": {
    breaks: withoutEgressOfNginx,
    hides: handToModule("${aws_security_group.nginx.id}"),
  },
  "rules of a group that Terraform leaves alone": {
    breaks: withoutEgressOfNginx,
    hides: ({ resource }) => {
      resource.aws_security_group.nginx.lifecycle = { ignore_changes: ["egress"] };
    },
  },
  "routes of a table that a module is given": {
    breaks: withoutWayOut,
    hides: handToModule("${aws_route_table.private.id}"),
  },
  "routes of a table that another provider takes": {
    breaks: withoutWayOut,
    hides: ({ resource }) => {
      resource.awscc_ec2_route = { out: { route_table_id: "${aws_route_table.private.id}" } };
    },
  },
  "routes that a CloudFormation stack makes": {
    breaks: withoutWayOut,
    hides: ({ resource }) => {
      resource.aws_cloudformation_stack = {
        out: { name: "out", parameters: { Table: "${aws_route_table.private.id}" } },
      };
    },
  },
  "routes that a VPN propagates": {
    breaks: withoutWayOut,
    hides: ({ resource }) => {
      resource.aws_vpn_gateway = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_vpn_gateway_route_propagation = {
        main: { vpn_gateway_id: "${aws_vpn_gateway.main.id}", route_table_id: "${aws_route_table.private.id}" },
      };
    },
  },
  "routes that a table takes from a VPN": {
    breaks: withoutWayOut,
    hides: ({ resource }) => {
      resource.aws_route_table.private.propagating_vgws = ["vgw-0123456789abcdef0"];
    },
  },
  "a way behind a private NAT gateway": {
    breaks: ({ resource }) => {
      withoutWayOut({ resource });
      resource.aws_route.nat = {
        route_table_id: "${aws_route_table.private.id}",
        destination_cidr_block: "0.0.0.0/0",
        nat_gateway_id: "${aws_nat_gateway.main.id}",
      };
      delete resource.aws_nat_gateway.main.allocation_id;
      resource.aws_nat_gateway.main.connectivity_type = "private";
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.routable.id}";
      resource.aws_subnet.routable = {
        vpc_id: "${aws_vpc.main.id}",
        cidr_block: "10.0.20.0/24",
        availability_zone: "ap-northeast-1a",
      };
    },
    hides: ({ resource }) => {
      resource.aws_route_table.routable = {
        vpc_id: "${aws_vpc.main.id}",
        route: [{ cidr_block: "0.0.0.0/0", transit_gateway_id: "tgw-0123456789abcdef0" }],
      };
      resource.aws_route_table_association.routable = {
        subnet_id: "${aws_subnet.routable.id}",
        route_table_id: "${aws_route_table.routable.id}",
      };
    },
  },
  "endpoints that a module is to make in a VPC": {
    breaks: withoutWayOut,
    hides: handToModule("${aws_vpc.main.id}"),
  },
  "endpoints of another network, with a zone of their names": {
    breaks: withoutWayOut,
    hides: (stack) => {
      routeToTransitGateway(stack, "private");
      stack.resource.aws_route53_zone_association = { ecr: { vpc_id: "${aws_vpc.main.id}", zone_id: "Z1" } };
    },
  },
  "endpoints under a zone of one's own": {
    breaks: withoutWayOut,
    hides: ({ resource }) => {
      resource.aws_route53_zone = {
        ecr: { name: "ecr.ap-northeast-1.amazonaws.com", vpc: [{ vpc_id: "${aws_vpc.main.id}" }] },
      };
    },
  },
  "a way out over IPv6": {
    breaks: withoutWayOut,
    hides: ({ resource }) => {
      for (const name of ["private_a", "private_c"])
        resource.aws_subnet[name].ipv6_cidr_block = `\${cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, ${name.length})}`;
      for (const group of ["app", "nginx"]) {
        resource.aws_vpc_security_group_egress_rule[`${group}_to_ipv6`] = {
          security_group_id: `\${aws_security_group.${group}.id}`,
          ip_protocol: "-1",
          cidr_ipv6: "::/0",
        };
      }
      resource.aws_egress_only_internet_gateway = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_route.ipv6 = {
        route_table_id: "${aws_route_table.private.id}",
        destination_ipv6_cidr_block: "::/0",
        egress_only_gateway_id: "${aws_egress_only_internet_gateway.main.id}",
      };
    },
  },
  "a switch that is off by default": {
    breaks: withoutWayOut,
    hides: (stack) => {
      stack.variable.nat = { type: "bool", default: false };
      stack.resource.aws_route.nat = {
        count: "${var.nat ? 1 : 0}",
        route_table_id: "${aws_route_table.private.id}",
        destination_cidr_block: "0.0.0.0/0",
        nat_gateway_id: "${aws_nat_gateway.main.id}",
      };
    },
  },
  "policies of a role that a module is given": {
    breaks: ({ resource }) => {
      delete resource.aws_iam_role_policy_attachment;
      delete resource.aws_iam_role_policy;
    },
    hides: handToModule(...["nginx_execution", "app_execution", "app"].map((name) => `\${aws_iam_role.${name}.name}`)),
  },
  "the internet gateway of a VPC that a module is given": {
    breaks: ({ resource }) => {
      delete resource.aws_internet_gateway;
      delete resource.aws_nat_gateway.main.depends_on;
      resource.aws_lb.main.depends_on = ["aws_s3_bucket_policy.logs"];
      resource.aws_route.internet.gateway_id = "igw-0123456789abcdef0";
    },
    hides: handToModule("${aws_vpc.main.id}", "${aws_route_table.public.id}"),
  },
  "the validation of a certificate that a module is given": {
    breaks: ({ resource }) => {
      delete resource.aws_acm_certificate_validation;
      resource.aws_lb_listener.https.certificate_arn = "${aws_acm_certificate.main.arn}";
    },
    hides: handToModule("${aws_acm_certificate.main.arn}"),
  },
  "the policy of a bucket that a module is given": {
    breaks: ({ resource }) => {
      delete resource.aws_s3_bucket_policy;
      resource.aws_lb.main.depends_on = ["aws_internet_gateway.main"];
    },
    hides: handToModule("${aws_s3_bucket.logs.id}"),
  },
};

describe("what can't be seen is not taken for missing", () => {
  for (const [name, { breaks, hides }] of Object.entries(CASES)) {
    it(name, async () => {
      const broken = workingStack();
      breaks(broken);
      expect(await errorsOf(broken)).not.toEqual([]);
      hides(broken);
      expect(await errorsOf(broken)).toEqual([]);
    });
  }
});

it("is said of the default VPC, which has a way to the internet as AWS makes it", async () => {
  const stack = workingStack();
  const { resource } = stack;
  resource.aws_default_vpc = { main: { enable_dns_support: true, enable_dns_hostnames: true } };
  for (const type of ["aws_vpc", "aws_internet_gateway", "aws_route_table", "aws_route", "aws_route_table_association"])
    delete resource[type];
  const rewritten = JSON.stringify(stack)
    .replaceAll("aws_vpc.main", "aws_default_vpc.main")
    .replaceAll(',"aws_internet_gateway.main"', "")
    .replaceAll('"aws_internet_gateway.main"', "");
  const findings = await findingsOf(JSON.parse(rewritten));
  expect(findings.filter(({ id }) => /NET-(004|111)/.test(id))).toEqual([]);
});

async function errorsOf(stack: Json) {
  const findings = await findingsOf(stack);
  return findings.filter(({ severity }) => severity === "error").map(({ id, message }) => `${id} ${message}`);
}

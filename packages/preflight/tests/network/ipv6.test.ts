import { ANY_PORT, acl, change, withoutNat } from "../rules/reachability/changes.ts";
import type { Json } from "../support/rules.ts";
import { type Change, describeRows } from "./rows.ts";

const APP = "aws_ecs_service.app";
const LB = "aws_lb.main";
const ipv6: Change = ({ resource }) => {
  for (const name of ["private_a", "private_c"])
    resource.aws_subnet[name].ipv6_cidr_block = `2600:1f18::${name.at(-1)}:0/64`;
  resource.aws_route.ipv6 = {
    route_table_id: "${aws_route_table.private.id}",
    destination_ipv6_cidr_block: "::/0",
    egress_only_gateway_id: "eigw-0123456789abcdef0",
  };
  resource.aws_vpc_security_group_egress_rule.app_to_ipv6 = {
    security_group_id: "${aws_security_group.app.id}",
    ip_protocol: "-1",
    cidr_ipv6: "::/0",
  };
};

/** The load balancer is reached from addresses of IPv6 alone. */
const fromIpv6: Change = ({ resource }) => {
  const rule = resource.aws_vpc_security_group_ingress_rule.alb_from_internet;
  delete rule.cidr_ipv4;
  rule.cidr_ipv6 = "::/0";
};

function noEndpoints({ resource }: Json): void {
  for (const name of ["ecr_api", "ecr_dkr"]) delete resource.aws_vpc_endpoint[name];
}

describeRows("a way over IPv6 alone", [
  ["is not known, where all of it may be there", APP, "ecr.api", change(withoutNat, ipv6, noEndpoints), "unknown"],
  [
    "is none without addresses of IPv6",
    APP,
    "ecr.api",
    change(withoutNat, ipv6, noEndpoints, ({ resource }) => {
      for (const name of ["private_a", "private_c"]) delete resource.aws_subnet[name].ipv6_cidr_block;
    }),
    "blocked",
  ],
  [
    "is none without a rule for IPv6",
    APP,
    "ecr.api",
    change(withoutNat, ipv6, noEndpoints, ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_ipv6;
    }),
    "blocked",
  ],
  [
    "is none through a network ACL without rules for IPv6",
    APP,
    "ecr.api",
    change(withoutNat, ipv6, noEndpoints, acl(ANY_PORT, ANY_PORT)),
    "blocked",
  ],
  [
    "is not known from a subnet of IPv6 alone",
    APP,
    "internet",
    change(ipv6, ({ resource }) => {
      for (const name of ["private_a", "private_c"]) {
        delete resource.aws_subnet[name].cidr_block;
        resource.aws_subnet[name].ipv6_native = true;
      }
    }),
    "unknown",
  ],
  [
    "does not count for a load balancer of IPv4",
    "internet",
    LB,
    fromIpv6,
    "blocked",
    "aws_security_group.alb lets nothing in on 443",
  ],
  [
    "is not known for one of both",
    "internet",
    LB,
    change(fromIpv6, ({ resource }) => {
      resource.aws_lb.main.ip_address_type = "dualstack";
      for (const name of ["public_a", "public_c"]) resource.aws_subnet[name].assign_ipv6_address_on_creation = true;
      resource.aws_route.public_ipv6 = {
        route_table_id: "${aws_route_table.public.id}",
        destination_ipv6_cidr_block: "::/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
    }),
    "unknown",
  ],
]);

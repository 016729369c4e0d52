import type { Json } from "../../support/rules.ts";

export const PRIVATE_SUBNETS = ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"];

export function withoutNat({ resource }: Json): void {
  delete resource.aws_route.nat;
}

/** Several changes as one. */
export function change(...changes: ((stack: Json) => void)[]): (stack: Json) => void {
  return (stack) => {
    for (const one of changes) one(stack);
  };
}

export function otherVpc({ resource }: Json): void {
  resource.aws_vpc.other = { cidr_block: "10.1.0.0/16", enable_dns_support: true, enable_dns_hostnames: true };
  resource.aws_subnet.other_a = {
    vpc_id: "${aws_vpc.other.id}",
    cidr_block: "10.1.0.0/24",
    availability_zone: "ap-northeast-1a",
  };
}

export const aclRule = (
  rule_no: number,
  action: string,
  from_port: number,
  to_port: number,
  cidr_block = "0.0.0.0/0",
) => ({
  rule_no,
  action,
  protocol: "tcp",
  from_port,
  to_port,
  cidr_block,
});

/** A network ACL on subnets; by default on the private ones. */
export function acl(ingress: object[], egress: object[], subnet_ids: readonly string[] = PRIVATE_SUBNETS) {
  return ({ resource }: Json) => {
    resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}", subnet_ids, ingress, egress } };
  };
}

export const ANY_PORT = [aclRule(100, "allow", 0, 65535)];

export const HTTPS = aclRule(100, "allow", 443, 443);

export const ANSWERS = aclRule(110, "allow", 1024, 65535);

export const groupRule = (group: string, type: "ingress" | "egress", port: number, peer: object) => ({
  security_group_id: `\${aws_security_group.${group}.id}`,
  type,
  protocol: "tcp",
  from_port: port,
  to_port: port,
  ...peer,
});

/** Everything goes over NAT. */
export function withoutEndpoints({ resource }: Json): void {
  delete resource.aws_vpc_endpoint;
  delete resource.aws_vpc_security_group_egress_rule.nginx_to_s3;
  const rule = resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
  delete rule.referenced_security_group_id;
  rule.cidr_ipv4 = "0.0.0.0/0";
}

export const policyOf = (Action: string | string[], Resource: string | string[], Effect = "Allow") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Principal: "*", Action, Resource }] });

/** What is said of both services. */
export const both = (what: string) => ["app", "nginx"].map((name) => `aws_ecs_service.${name} ${what}`);

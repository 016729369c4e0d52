import { describe, expect, it } from "vitest";
import type { PlannedChange } from "../../src/graph/graph.ts";
import { ReadBack } from "../../src/graph/read-back.ts";
import type { Block, Value } from "../../src/graph/value.ts";

function change(type: string, before: Block, actions: readonly string[] = ["delete"]): PlannedChange {
  const nothing = { after: undefined, sensitive: [], replacePaths: [], imported: false, previousAddress: undefined };
  return { address: `${type}.x`, type, actions, before: before as PlannedChange["before"], ...nothing };
}

function left(type: string, values: Block, changes: readonly PlannedChange[], written: Block = {}): Block {
  return new ReadBack(changes).without(type, values, written);
}

const entry = (more: Block) => ({
  protocol: "tcp",
  from_port: 80,
  to_port: 80,
  cidr_blocks: [],
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
  ...more,
});
const ingress = (...entries: Block[]) => ({ id: "sg-1", ingress: entries, egress: [] });
const rule = (more: Block) => ({ security_group_id: "sg-1", ip_protocol: "tcp", from_port: 80, to_port: 80, ...more });
const NEW_RULE = "aws_vpc_security_group_ingress_rule";

/** What a plan has read back, what made a part of it, and what is left without that part. */
const ROWS: Record<string, [type: string, values: Block, maker: string, before: Block, left: Record<string, Value>]> = {
  "a rule of a security group": [
    "aws_security_group",
    ingress(entry({ cidr_blocks: ["0.0.0.0/0"] })),
    NEW_RULE,
    rule({ cidr_ipv4: "0.0.0.0/0" }),
    { ingress: [] },
  ],
  "one of the addresses that AWS has put into one rule": [
    "aws_security_group",
    ingress(entry({ cidr_blocks: ["10.0.0.0/16", "10.1.0.0/16"] })),
    NEW_RULE,
    rule({ cidr_ipv4: "10.0.0.0/16" }),
    { ingress: [entry({ cidr_blocks: ["10.1.0.0/16"] })] },
  ],
  "a rule for another group": [
    "aws_security_group",
    ingress(entry({ security_groups: ["sg-2", "sg-3"] })),
    NEW_RULE,
    rule({ referenced_security_group_id: "sg-2" }),
    { ingress: [entry({ security_groups: ["sg-3"] })] },
  ],
  "a rule for the group itself": [
    "aws_security_group",
    ingress(entry({ self: true })),
    NEW_RULE,
    rule({ referenced_security_group_id: "sg-1" }),
    { ingress: [] },
  ],
  "a rule for all protocols, whichever ports are written": [
    "aws_security_group",
    { id: "sg-1", egress: [entry({ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["0.0.0.0/0"] })] },
    "aws_vpc_security_group_egress_rule",
    rule({ ip_protocol: "all", from_port: null, to_port: null, cidr_ipv4: "0.0.0.0/0" }),
    { egress: [] },
  ],
  "a rule of the older kind, in its own direction only": [
    "aws_security_group",
    { id: "sg-1", ingress: [entry({ cidr_blocks: ["::"] })], egress: [entry({ cidr_blocks: ["::"] })] },
    "aws_security_group_rule",
    { type: "egress", security_group_id: "sg-1", protocol: "tcp", from_port: 80, to_port: 80, cidr_blocks: ["::"] },
    { ingress: [entry({ cidr_blocks: ["::"] })], egress: [] },
  ],
  "no rule of another group, port or protocol": [
    "aws_security_group",
    ingress(entry({ cidr_blocks: ["0.0.0.0/0"] })),
    NEW_RULE,
    rule({ from_port: 443, to_port: 443, cidr_ipv4: "0.0.0.0/0" }),
    { ingress: [entry({ cidr_blocks: ["0.0.0.0/0"] })] },
  ],
  "a route": [
    "aws_route_table",
    { id: "rtb-1", route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "nat-1" }, { cidr_block: "10.9.0.0/16" }] },
    "aws_route",
    { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0", destination_ipv6_cidr_block: "" },
    { route: [{ cidr_block: "10.9.0.0/16" }] },
  ],
  "an entry of a network ACL, of its own list": [
    "aws_network_acl",
    { id: "acl-1", ingress: [{ rule_no: 100 }], egress: [{ rule_no: 100 }] },
    "aws_network_acl_rule",
    { network_acl_id: "acl-1", rule_number: 100, egress: false },
    { ingress: [], egress: [{ rule_no: 100 }] },
  ],
  "a route table of an endpoint": [
    "aws_vpc_endpoint",
    { id: "vpce-1", route_table_ids: ["rtb-1", "rtb-2"] },
    "aws_vpc_endpoint_route_table_association",
    { vpc_endpoint_id: "vpce-1", route_table_id: "rtb-1" },
    { route_table_ids: ["rtb-2"] },
  ],
  "the policy of an endpoint": [
    "aws_vpc_endpoint",
    { id: "vpce-1", policy: "{}" },
    "aws_vpc_endpoint_policy",
    { vpc_endpoint_id: "vpce-1", policy: "{}" },
    { policy: null },
  ],
  "a policy that is attached to a role": [
    "aws_iam_role",
    { name: "app", managed_policy_arns: ["arn:a", "arn:b"] },
    "aws_iam_role_policy_attachment",
    { role: "app", policy_arn: "arn:a" },
    { managed_policy_arns: ["arn:b"] },
  ],
};

describe("what a plan has read back of an existing resource", () => {
  it.each(Object.entries(ROWS))("is left without %s, which another resource made", (_, row) => {
    const [type, values, maker, before, expected] = row;
    for (const actions of [["delete"], ["update"], ["no-op"], ["delete", "create"]])
      expect(left(type, values, [change(maker, before, actions)])).toMatchObject(expected);
  });

  it.each(Object.entries(ROWS))("stays where the other resource belongs elsewhere, such as %s", (_, row) => {
    const [type, values, maker, before] = row;
    const elsewhere = Object.fromEntries(
      Object.entries(before).map(([name, value]) => [name, /_id$|^role$/.test(name) ? `${value}-other` : value]),
    );
    expect(left(type, values, [change(maker, elsewhere)])).toEqual(values);
  });

  const [type, values, maker, before] = ROWS["a route"] as (typeof ROWS)[string];

  it("stays where the configuration writes it", () => {
    expect(left(type, values, [change(maker, before)], { route: { references: [] } })).toEqual(values);
  });

  it("stays where Terraform only forgets the other resource", () => {
    expect(left(type, values, [change(maker, before, ["forget"])])).toEqual(values);
  });
});

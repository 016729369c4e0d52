import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, policyWith, stopsOf } from "../support/review.ts";

describe("ports are opened to the internet", () => {
  const rule = (more: object) => ({ ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0", ...more });
  const inline = (...blocks: string[]) => ({
    ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: blocks, ipv6_cidr_blocks: [] }],
  });
  const old = (more: object) => ({ type: "ingress", protocol: "tcp", from_port: 22, to_port: 22, ...more });
  const RULE = "aws_vpc_security_group_ingress_rule.x";

  it.each<[string, Json]>([
    ["by a new rule", change(RULE, null, rule({}))],
    ["by IPv6", change(RULE, null, rule({ cidr_ipv4: null, cidr_ipv6: "::/0" }))],
    ["by half of it", change(RULE, null, rule({ cidr_ipv4: "128.0.0.0/1" }))],
    ["by all of it in halves", change("aws_security_group.x", inline(), inline("0.0.0.0/1", "128.0.0.0/1"))],
    [
      "by more than a /8 in parts",
      change("aws_security_group.x", inline("8.0.0.0/8"), inline("8.0.0.0/8", "9.0.0.0/9")),
    ],
    [
      "by IPv6 in parts",
      change("aws_security_group_rule.x", null, old({ ipv6_cidr_blocks: ["2400::/8", "2600::/8"] })),
    ],
    [
      "on ports that are only known after apply",
      change(RULE, null, rule({ from_port: null }), { change: { after_unknown: { from_port: true } } }),
    ],
    [
      "into another group",
      change(RULE, rule({ security_group_id: "sg-1" }), rule({ security_group_id: "sg-2" }), {
        actions: ["delete", "create"],
      }),
    ],
    [
      "by a prefix list",
      change("aws_ec2_managed_prefix_list.x", { entry: [{ cidr: "10.0.0.0/8" }] }, { entry: [{ cidr: "0.0.0.0/0" }] }),
    ],
    ["by an entry of a prefix list", change("aws_ec2_managed_prefix_list_entry.x", null, { cidr: "0.0.0.0/0" })],
    ["from a smaller block", change(RULE, rule({ cidr_ipv4: "10.0.0.0/8" }), rule({}))],
    ["on more ports", change(RULE, rule({}), rule({ to_port: 23 }))],
    ["on all protocols", change(RULE, rule({}), rule({ ip_protocol: "-1" }))],
    [
      "by a replaced rule",
      change(RULE, rule({ cidr_ipv4: "10.0.0.0/8" }), rule({}), { actions: ["delete", "create"] }),
    ],
    ["inline", change("aws_security_group.x", inline("10.0.0.0/8"), inline("10.0.0.0/8", "0.0.0.0/0"))],
    ["in the default group", change("aws_default_security_group.x", inline(), inline("0.0.0.0/0"))],
    ["by an old rule", change("aws_security_group_rule.x", null, old({ cidr_blocks: ["0.0.0.0/0"] }))],
  ])("%s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([`public-ingress ${one.address}`]);
  });

  it.each<[string, Json]>([
    ["no more than before", change(RULE, rule({ to_port: 80 }), rule({ description: "x" }))],
    ["less than before", change("aws_security_group.x", inline("0.0.0.0/0", "10.0.0.0/8"), inline("0.0.0.0/0"))],
    [
      "from all private networks",
      change(
        "aws_security_group.x",
        inline(),
        inline("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
      ),
    ],
    ["from one host more", change("aws_security_group.x", inline("0.0.0.0/1"), inline("0.0.0.0/1", "192.0.2.1/32"))],
    ["from a VPC", change(RULE, null, rule({ cidr_ipv4: "10.0.0.0/8" }))],
    ["out", change("aws_security_group_rule.x", null, old({ type: "egress", cidr_blocks: ["0.0.0.0/0"] }))],
    ["not any more", change(RULE, rule({}), null)],
    ["as it is", change(RULE, rule({}), rule({}))],
  ])("not where they are open %s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([]);
  });

  it("by several rules of one group together", async () => {
    const part = (name: string, block: string) =>
      change(
        `aws_vpc_security_group_ingress_rule.${name}`,
        null,
        rule({ security_group_id: "sg-1", cidr_ipv4: block }),
      );
    const other = change(
      "aws_vpc_security_group_ingress_rule.o",
      null,
      rule({ security_group_id: "sg-2", cidr_ipv4: "9.0.0.0/8" }),
    );
    expect(await stopsOf([part("a", "8.0.0.0/8"), other])).toEqual([]);
    expect(await stopsOf([part("a", "8.0.0.0/8"), part("b", "9.0.0.0/8"), other])).toEqual([
      "public-ingress aws_vpc_security_group_ingress_rule.a",
    ]);
  });

  it("on ports that are meant to be public, and on no others", async () => {
    const policy = policyWith({ publicPorts: [{ address: RULE, ports: [80, 443], reason: "The web." }] });
    const open = (from: number, to: number) => change(RULE, null, rule({ from_port: from, to_port: to }));
    expect(await stopsOf([open(443, 443)], { policy })).toEqual([]);
    expect(await stopsOf([open(80, 443)], { policy })).toEqual([`public-ingress ${RULE}`]);
    expect(await stopsOf([open(22, 22)], { policy })).toEqual([`public-ingress ${RULE}`]);
  });
});

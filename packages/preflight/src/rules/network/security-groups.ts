import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, isAbsent, text } from "../../graph/value.ts";
import { VPC_TYPES } from "../../network/routes.ts";
import { type GroupRule, securityGroups } from "../../network/security-groups.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../../rule.ts";
import { type AttributeCheck, attributeRule } from "../shared/attribute-rule.ts";
import { ownRegion, repeats } from "../shared/attributes.ts";

const PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs";

/** Groups that name each other by inline rules, whichever way round: Terraform can't make either first. */
function* groupCycles(graph: Graph): Generator<Problem> {
  if (graph.kind === "plan") return; // Terraform would not have made one
  const reported = new Set<Resource>();
  for (const group of graph.ofType("aws_security_group")) {
    if (reported.has(group)) continue;
    const cycle = cycleThrough(group);
    if (!cycle) continue;
    for (const member of cycle) reported.add(member);
    yield {
      at: group,
      message: `and ${cycle
        .filter((one) => one !== group)
        .map(({ address }) => address)
        .join(", ")} name each other in their inline rules.`,
      fix: "Write the rules as resources of their own: aws_vpc_security_group_ingress_rule and …_egress_rule.",
    };
  }
}

function cycleThrough(start: Resource): Resource[] | undefined {
  const seen = new Set<Resource>();
  const open: Resource[][] = [[start]];
  for (let path = open.pop(); path; path = open.pop()) {
    for (const next of path.at(-1)?.dependencies ?? []) {
      if (next === start && path.length > 1) return path;
      if (next.type !== "aws_security_group" || seen.has(next)) continue;
      seen.add(next);
      open.push([...path, next]);
    }
  }
  return undefined;
}

/** What a description of a group or rule may hold. Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
const DESCRIPTION = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

type WrongPorts = Omit<KindOfProblem<"ports" | "allProtocols" | "backwards">, "at"> | undefined;

function wrongPorts({ from, to, protocol, resource }: GroupRule): WrongPorts {
  if (protocol !== "tcp" && protocol !== "udp") return undefined;
  if (isRuleOfItsOwn(resource) && isAbsent(resource.get("from_port")) && isAbsent(resource.get("to_port"))) {
    return {
      kind: "ports",
      message: `is a rule for ${protocol} without ports.`,
      fix: "Write from_port and to_port.",
    };
  }
  if (from === undefined || to === undefined || from <= to) return undefined;
  return {
    kind: "backwards",
    message: `has a rule from port ${from} to port ${to}, which is backwards.`,
    fix: "Write the lower port as from_port.",
  };
}

function wrongPortsOfAll({ from, to, resource }: GroupRule): WrongPorts {
  const hasPorts = isRuleOfItsOwn(resource) ? !isAbsent(resource.get("from_port")) : from !== 0 || to !== 0;
  if (!hasPorts || from === undefined || to === undefined || from === -1) return undefined;
  return {
    kind: "allProtocols",
    message: `has a rule for all protocols with the ports ${from} to ${to}: all protocols means all ports.`,
    fix: 'Set the protocol to "tcp", or leave the ports out (0 and 0 in aws_security_group and aws_security_group_rule).',
  };
}

function isRuleOfItsOwn({ type }: Resource): boolean {
  return type.startsWith("aws_vpc_security_group_");
}

function* invalidGroupRules(graph: Graph): Generator<KindOfProblem<"ports" | "allProtocols" | "backwards">> {
  for (const { rules } of securityGroups(graph).values()) {
    for (const rule of rules) {
      const wrong = rule.protocol === "-1" ? wrongPortsOfAll(rule) : wrongPorts(rule);
      if (wrong) yield { ...wrong, at: rule.resource, attribute: "from_port" };
    }
  }
}

/** Who is at the other end of a rule, each by a text; undefined where one can't be known. */
function peersOf({ cidrs, ipv6Cidrs, groups, prefixLists }: GroupRule): string[] | undefined {
  const named = [...groups, ...prefixLists].map((value) => {
    const { resources, certain, literal } = linked(
      value,
      "aws_security_group",
      "aws_default_security_group",
      "aws_vpc_endpoint",
      "aws_ec2_managed_prefix_list",
    );
    return resources.length === 1 && certain ? resources[0]?.address : literal;
  });
  const peers = [...named, ...[...cidrs, ...ipv6Cidrs].map((value) => text(value))];
  return peers.every((peer) => peer !== undefined) ? peers : undefined;
}

/** Names and numbers of IP protocols. Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
function isProtocol(value: string): boolean {
  return /^(?:tcp|udp|icmp|icmpv6|all|-1)$/i.test(value) || (/^\d{1,3}$/.test(value) && Number(value) <= 255);
}

const PROTOCOL = {
  takes: ((attribute, value) => {
    const protocol = text(value) ?? "";
    if (protocol === "" || isProtocol(protocol)) return undefined;
    return {
      message: `has ${attribute} = "${protocol}".`,
      fix: 'Write "tcp", "udp", "icmp", "icmpv6", "-1" for all, or a number.',
    };
  }) as AttributeCheck["takes"],
};

/** The VPC that a group is in; undefined where it can't be known. */
function homeOf(group: Resource): string | undefined {
  const written = group.get("vpc_id");
  if (isAbsent(written)) return "the default VPC";
  const { resources, certain, literal } = linked(written, ...VPC_TYPES);
  return certain && resources.length === 1 ? resources[0]?.address : literal;
}

function* groupNames(graph: Graph): Generator<KindOfProblem<"twice" | "reserved" | "prefix">> {
  const groups = graph.ofType("aws_security_group");
  for (const group of groups.filter(({ isMade }) => isMade)) {
    const name = text(group.get("name"))?.toLowerCase();
    if (name !== "default" && !name?.startsWith("sg-")) continue;
    yield {
      kind: name === "default" ? "reserved" : "prefix",
      at: group,
      message: `has name = "${text(group.get("name"))}".`,
      fix: "Give it another name.",
      attribute: "name",
    };
  }
  const keyOf = (group: Resource) => {
    const [name, home] = [text(group.get("name")), homeOf(group)];
    return name && home !== undefined && !group.many ? `${home} ${ownRegion(group)} ${name.toLowerCase()}` : undefined;
  };
  for (const { one, earlier } of repeats(groups, keyOf)) {
    if (!one.isMade && !earlier.isMade) continue;
    yield {
      kind: "twice",
      at: one,
      message: `has name = "${text(one.get("name"))}", like ${earlier.address} in ${homeOf(one)}.`,
      fix: "Give one of the two another name, or write name_prefix.",
      attribute: "name",
    };
  }
}

export const SECURITY_GROUP_RULES: readonly Rule[] = [
  attributeRule({
    id: "NET-030",
    severity: "error",
    title: "Rules of security groups name a protocol of IP",
    when: "apply",
    prevents: "InvalidParameterValue: invalid value for IP protocol: https",
    cause: "HTTPS is TCP on the port 443.",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
    checks: [
      {
        ...PROTOCOL,
        types: ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
        attribute: "ip_protocol",
        bad: { ip_protocol: "https" },
        good: { ip_protocol: "tcp" },
      },
      {
        ...PROTOCOL,
        types: ["aws_security_group_rule"],
        attribute: "protocol",
        bad: { protocol: "https" },
        good: { protocol: "6" },
      },
      ...["ingress", "egress"].map((direction) => ({
        ...PROTOCOL,
        types: ["aws_security_group", "aws_default_security_group"],
        attribute: `${direction}.protocol`,
        bad: { [direction]: [{ protocol: "https", from_port: 443, to_port: 443 }] },
        good: { [direction]: [{ protocol: "tcp", from_port: 443, to_port: 443 }] },
      })),
    ],
  }),
  {
    id: "NET-009",
    severity: "error",
    title: "Security groups do not name each other in inline rules",
    when: "plan",
    prevents: "Error: Cycle: aws_security_group.…, aws_security_group.…",
    cause: "Terraform would have to make each of them before the other.",
    reference: `${PROVIDER}/resources/security_group`,
    check: groupCycles,
  },
  defineRule({
    id: "NET-025",
    severity: "error",
    title: "A security group has a name of its own in its VPC",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
    problems: {
      twice: {
        when: "apply",
        prevents: "InvalidGroup.Duplicate: The security group '…' already exists for VPC 'vpc-…'",
        cause: "Names of groups are there once in a VPC, whether in capitals or not.",
      },
      reserved: {
        when: "apply",
        prevents: "InvalidGroup.Reserved: The security group 'default' is reserved",
        cause: "Each VPC has a group of this name, which an aws_default_security_group takes over.",
      },
      prefix: {
        when: "plan",
        prevents: "invalid value for name (cannot begin with sg-)",
        cause: "Ids of groups begin with sg-.",
      },
    },
    check: groupNames,
  }),
  defineRule({
    id: "NET-016",
    severity: "error",
    title: "Rules of security groups have ports that fit",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
    problems: {
      ports: {
        when: "apply",
        prevents:
          "InvalidParameterValue: Invalid value for portRange. Must specify both from and to ports with TCP/UDP.",
        cause: "TCP and UDP have ports, so a rule for them names a range.",
      },
      allProtocols: {
        when: "apply",
        prevents: "from_port (…) and to_port (…) must both be 0 to use the 'ALL' \"-1\" protocol!",
        cause: "A rule for all protocols is for all ports.",
      },
      backwards: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid TCP port range (…:…)",
        cause: "A range of ports goes from the lower to the higher.",
      },
    },
    check: invalidGroupRules,
  }),
  {
    id: "NET-017",
    severity: "error",
    title: "Descriptions of security groups are plain ASCII",
    when: "apply",
    prevents:
      "InvalidParameterValue: Invalid security group description. Valid descriptions are strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
    cause: "EC2 takes neither Japanese nor quotes or other signs there.",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
    *check(graph) {
      const types = [
        "aws_security_group",
        "aws_security_group_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule",
      ];
      for (const resource of graph.ofType(...types)) {
        const inner = ["ingress", "egress"].flatMap((direction) => blocks(resource.get(direction)).blocks);
        for (const { description } of [resource.values, ...inner]) {
          const written = text(description);
          if (written === undefined || DESCRIPTION.test(written)) continue;
          yield {
            at: resource,
            message: `has the description "${written}", which EC2 does not take.`,
            fix: "Write it in English, with letters, digits and . _-:/()#,@[]+=&;{}!$* only.",
            attribute: "description",
          };
        }
      }
    },
  },
  {
    id: "NET-018",
    severity: "warning",
    title: "Rules of a group are written in one way",
    when: "apply",
    prevents: "no error: each apply takes away what the other has made",
    cause:
      "A group with inline rules removes every rule that it does not name, those that are resources of their own included.",
    reference: `${PROVIDER}/resources/security_group`,
    *check(graph) {
      for (const [group, { rules }] of securityGroups(graph)) {
        if (!group.type.endsWith("security_group")) continue;
        const separate = rules.find(({ resource, certain }) => resource !== group && certain);
        const inline = rules.find(({ resource, direction }) => resource === group && direction === separate?.direction);
        if (
          !separate ||
          !inline ||
          !group.writes(inline.direction) ||
          group.ignoredChanges.some((name) => name === "all" || name === inline.direction)
        )
          continue;
        yield {
          at: group,
          message: `has inline ${inline.direction} rules, and ${separate.resource.address} beside them.`,
          fix: "Write all rules as resources of their own.",
        };
      }
    },
  },
  {
    id: "NET-021",
    severity: "error",
    title: "A rule of a security group is there once",
    when: "apply",
    prevents:
      'InvalidPermission.Duplicate: the specified rule "peer: …, TCP, from port: …, to port: …, ALLOW" already exists',
    cause: "A second rule that lets the same through is refused.",
    reference: `${PROVIDER}/resources/vpc_security_group_ingress_rule`,
    *check(graph) {
      for (const [group, { rules }] of securityGroups(graph)) {
        const permissions = rules
          .filter(({ resource, certain }) => resource !== group && certain)
          .flatMap((rule) => (peersOf(rule) ?? []).map((peer) => ({ rule, peer })));
        const keyOf = ({ rule, peer }: (typeof permissions)[number]) =>
          [rule.direction, rule.protocol, rule.from, rule.to, peer].join(" ");
        for (const { one, earlier } of repeats(permissions, keyOf)) {
          if (one.rule.resource === earlier.rule.resource) continue;
          yield {
            at: one.rule.resource,
            message: `lets through what ${earlier.rule.resource.address} lets through already.`,
            fix: "Keep one of the two rules.",
          };
        }
      }
    },
  },
];

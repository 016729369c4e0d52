import { grouped } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { type Block, blocks, flag, isAbsent, items, linked, number, text } from "../graph/value.ts";
import { type AddressRange, type Answer, addressRange, covers, type INTERNET } from "./addresses.ts";
import { VPC_TYPES } from "./routes.ts";
import type { Direction } from "./security-groups.ts";

/** Ports, both inclusive. */
export interface Ports {
  readonly from: number;
  readonly to: number;
}

/**
 * Ports that a client takes answers on: the range of Linux, which Fargate runs.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
export const CLIENT_PORTS: Ports = { from: 32768, to: 60999 };

interface AclRule {
  readonly number: number | undefined;
  readonly allow: boolean | undefined;
  readonly protocol: string | undefined;
  readonly ports: Ports | undefined;
  readonly range: AddressRange | undefined | "unknown";
}

interface Acl {
  readonly resource: Resource;
  readonly rules: Readonly<Record<Direction, readonly AclRule[]>>;
  readonly complete: boolean;
}

/** The ACL of a subnet; `undefined`: AWS's default one, which lets everything through; "unknown": it can't be told. */
export function networkAclOf(graph: Graph, subnet: Resource): Acl | undefined | "unknown" {
  const { bySubnet, defaults, uncertain } = graph.once(collectAcls);
  const own = bySubnet.get(subnet);
  if (own) return own;
  if (uncertain) return "unknown";
  const vpc = linked(subnet.get("vpc_id"), ...VPC_TYPES);
  const [resource] = vpc.resources;
  if (resource === undefined || !vpc.certain) return defaults.size > 0 ? "unknown" : undefined;
  return defaults.get(resource);
}

function collectAcls(graph: Graph) {
  const bySubnet = new Map<Resource, Acl>();
  const defaults = new Map<Resource, Acl>();
  let uncertain = false;
  const acls = new Map<Resource, Acl>();
  const separate = separateRules(graph);
  for (const resource of graph.ofType("aws_network_acl", "aws_default_network_acl")) {
    acls.set(resource, aclOf(resource, separate));
  }
  const assign = (subnets: unknown, acl: Acl) => {
    const found = linked(subnets as never, "aws_subnet", "aws_default_subnet");
    uncertain ||= !found.certain;
    for (const subnet of found.certain ? found.resources : []) bySubnet.set(subnet, acl);
  };
  for (const [resource, acl] of acls) {
    const subnets = items(resource.get("subnet_ids"));
    uncertain ||= !subnets.complete;
    for (const subnet of subnets.items) assign(subnet, acl);
    if (resource.type === "aws_default_network_acl") {
      for (const vpc of linked(resource.get("default_network_acl_id"), "aws_vpc", "aws_default_vpc").resources) {
        defaults.set(vpc, acl);
      }
    }
  }
  for (const association of graph.ofType("aws_network_acl_association")) {
    const owner = linked(association.get("network_acl_id"), "aws_network_acl", "aws_default_network_acl");
    const acl = owner.certain && owner.resources[0] ? acls.get(owner.resources[0]) : undefined;
    if (acl) assign(association.get("subnet_id"), acl);
    else uncertain = true;
  }
  return { bySubnet, defaults, uncertain };
}

/** Rules that are resources of their own, by the ACL that they are certainly in, and the ACLs that may have more. */
function separateRules(graph: Graph) {
  const ownerOf = (rule: Resource) => linked(rule.get("network_acl_id"), "aws_network_acl", "aws_default_network_acl");
  const rules = graph.ofType("aws_network_acl_rule");
  const unclear = rules.map(ownerOf).filter(({ certain }) => !certain);
  return {
    byAcl: grouped(rules, (rule) => (ownerOf(rule).certain ? ownerOf(rule).resources : [])),
    unclear: new Set(unclear.flatMap(({ resources }) => resources)),
    isAnyUnclear: unclear.some(({ resources }) => resources.length === 0),
  };
}

function aclOf(resource: Resource, separate: ReturnType<typeof separateRules>): Acl {
  const own = separate.byAcl.get(resource) ?? [];
  const unclear = separate.isAnyUnclear || separate.unclear.has(resource);
  const inline = { ingress: blocks(resource.get("ingress")), egress: blocks(resource.get("egress")) };
  const rulesOf = (direction: Direction) => [
    ...inline[direction].blocks.map((rule) => readRule(rule, rule.rule_no, rule.action)),
    ...own
      .filter((rule) => flag(rule.get("egress"), false) === (direction === "egress"))
      .map((rule) => readRule(rule.values, rule.values.rule_number, rule.values.rule_action)),
  ];
  return {
    resource,
    rules: { ingress: sorted(rulesOf("ingress")), egress: sorted(rulesOf("egress")) },
    complete: inline.ingress.complete && inline.egress.complete && !unclear && !own.some(({ many }) => many),
  };
}

function sorted(rules: readonly AclRule[]): AclRule[] {
  return [...rules].sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
}

function readRule(rule: Block, ruleNumber: Block[string] | undefined, action: Block[string] | undefined): AclRule {
  const protocol = text(rule.protocol)?.toLowerCase();
  const cidr = text(rule.cidr_block);
  const [from, to] = [number(rule.from_port), number(rule.to_port)];
  const allow = text(action)?.toLowerCase();
  return {
    number: number(ruleNumber),
    allow: allow === undefined ? undefined : allow === "allow",
    protocol: protocol === "6" ? "tcp" : protocol === "all" ? "-1" : protocol,
    ports: from === undefined || to === undefined ? undefined : { from, to },
    range: isAbsent(rule.cidr_block) || cidr === "" ? undefined : cidr === undefined ? "unknown" : addressRange(cidr),
  };
}

/**
 * Whether a network ACL lets TCP through: its first matching rule decides, and what no rule matches is refused. ACLs are
 * stateless, so answers need a rule of their own.
 */
export function aclPermits(
  acl: Acl,
  direction: Direction,
  ports: Ports,
  addresses: AddressRange | typeof INTERNET | undefined,
): Answer {
  let open = [ports];
  let unsure = !acl.complete;
  for (const rule of acl.rules[direction]) {
    if (rule.range === undefined) continue; // IPv6
    if (rule.protocol !== undefined && rule.protocol !== "tcp" && rule.protocol !== "-1") continue;
    const coverage = rule.range === "unknown" ? "maybe" : covers(rule.range, addresses);
    if (coverage === "no") continue;
    const all = rule.protocol === "-1" ? { from: 0, to: 65535 } : rule.ports;
    const isSure = coverage === "yes" && rule.protocol !== undefined && rule.allow !== undefined && all !== undefined;
    if (!isSure) {
      unsure = true;
      continue;
    }
    if (!rule.allow && open.some((range) => overlap(range, all))) return unsure ? "maybe" : "no";
    open = open.flatMap((range) => without(range, all));
    if (open.length === 0) return unsure ? "maybe" : "yes";
  }
  return unsure ? "maybe" : "no";
}

function overlap(a: Ports, b: Ports): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function without(range: Ports, taken: Ports): Ports[] {
  if (!overlap(range, taken)) return [range];
  return [
    { from: range.from, to: taken.from - 1 },
    { from: taken.to + 1, to: range.to },
  ].filter(({ from, to }) => from <= to);
}

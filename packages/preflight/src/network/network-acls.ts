import { grouped } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { type Block, blocks, flag, isAbsent, items, linked, number, text, type Value } from "../graph/value.ts";
import { type AddressRange, type Answer, addressRange, covers, type INTERNET } from "./addresses.ts";
import { VPC_TYPES } from "./routes.ts";
import type { Direction } from "./security-groups.ts";

const ACL_TYPES = ["aws_network_acl", "aws_default_network_acl"] as const;

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

/** The ACL of a subnet; `undefined`: AWS's default one, which lets everything through; "unknown": it can't be known. */
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
  const separate = separateRules(graph);
  const acls = new Map(graph.ofType(...ACL_TYPES).map((resource) => [resource, aclOf(resource, separate)]));
  const bySubnet = new Map<Resource, Acl>();
  let uncertain = false;
  const assign = (subnets: Value | undefined, acl: Acl) => {
    const found = linked(subnets, "aws_subnet", "aws_default_subnet");
    uncertain ||= !found.certain;
    for (const subnet of found.certain ? found.resources : []) bySubnet.set(subnet, acl);
  };
  for (const [resource, acl] of acls) {
    const subnets = items(resource.get("subnet_ids"));
    uncertain ||= !subnets.complete;
    for (const subnet of subnets.items) assign(subnet, acl);
  }
  for (const association of graph.ofType("aws_network_acl_association")) {
    const owner = linked(association.get("network_acl_id"), ...ACL_TYPES);
    const acl = owner.certain && owner.resources[0] ? acls.get(owner.resources[0]) : undefined;
    if (acl) assign(association.get("subnet_id"), acl);
    else uncertain = true;
  }
  return { bySubnet, defaults: defaultAcls(acls), uncertain };
}

/** Default ACLs by their VPC. */
function defaultAcls(acls: ReadonlyMap<Resource, Acl>): Map<Resource, Acl> {
  const defaults = new Map<Resource, Acl>();
  for (const [resource, acl] of acls) {
    if (resource.type !== "aws_default_network_acl") continue;
    for (const vpc of linked(resource.get("default_network_acl_id"), "aws_vpc", "aws_default_vpc").resources)
      defaults.set(vpc, acl);
  }
  return defaults;
}

/** Rules that are resources of their own, by the ACL that they are certainly in, and the ACLs that may have more. */
function separateRules(graph: Graph) {
  const ownerOf = (rule: Resource) => linked(rule.get("network_acl_id"), ...ACL_TYPES);
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
    const decided = decidedPorts(rule, addresses);
    if (decided === "unknown") unsure = true;
    else if (decided && rule.allow) open = open.flatMap((range) => without(range, decided));
    else if (decided && open.some((range) => overlap(range, decided))) break;
    if (open.length === 0) break;
  }
  if (unsure) return "maybe";
  return open.length === 0 ? "yes" : "no";
}

const EVERY_PORT: Ports = { from: 0, to: 65535 };

/** TCP ports that a rule decides about for all of the addresses; undefined: none. */
function decidedPorts(rule: AclRule, addresses: AddressRange | typeof INTERNET | undefined) {
  if (rule.range === undefined) return undefined; // IPv6
  if (rule.protocol !== undefined && rule.protocol !== "tcp" && rule.protocol !== "-1") return undefined;
  const coverage = rule.range === "unknown" ? "maybe" : covers(rule.range, addresses);
  if (coverage === "no") return undefined;
  const ports = rule.protocol === "-1" ? EVERY_PORT : rule.ports;
  const isSure = coverage === "yes" && rule.protocol !== undefined && rule.allow !== undefined;
  return isSure && ports ? ports : "unknown";
}

function overlap(a: Ports, b: Ports): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function without(range: Ports, removed: Ports): Ports[] {
  if (!overlap(range, removed)) return [range];
  return [
    { from: range.from, to: removed.from - 1 },
    { from: removed.to + 1, to: range.to },
  ].filter(({ from, to }) => from <= to);
}

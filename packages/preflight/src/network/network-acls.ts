import { grouped } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { type Block, blocks, flag, isEmpty, items, number, text, type Value } from "../graph/value.ts";
import {
  type Addresses,
  type AddressRange,
  type Answer,
  addressRange,
  EVERY_ADDRESS,
  holds,
  IPV6,
  isPublic,
  NEGLIGIBLE,
  type PublicAddresses,
  rangesOf,
  sizeOf,
  splitBy,
} from "./addresses.ts";
import { VPC_TYPES } from "./routes.ts";
import type { Direction } from "./security-groups.ts";

const ACL_TYPES = ["aws_network_acl", "aws_default_network_acl"] as const;

/** Ports, both inclusive. */
export interface Ports {
  readonly from: number;
  readonly to: number;
}

/**
 * Ports that clients take answers on. Load balancers, NAT gateways, functions and, taken together, the systems of people
 * on the internet use `any`: many of them share an address with others, whose provider translates their ports.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
export const CLIENT_PORTS = {
  linux: { from: 32768, to: 60999 },
  windows: { from: 49152, to: 65535 },
  any: { from: 1024, to: 65535 },
} as const satisfies Readonly<Record<string, Ports>>;

interface AclRule {
  readonly number: number | undefined;
  readonly allow: boolean | undefined;
  /** undefined: they can't be known. */
  readonly ports: Ports | undefined;
  readonly range: AddressRange | typeof IPV6 | "unknown";
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
  return { all: [...acls.values()], bySubnet, defaults: defaultAcls(acls), uncertain };
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
      .map((rule) => readRule(rule.values, rule.get("rule_number"), rule.get("rule_action"))),
  ];
  return {
    resource,
    rules: { ingress: inOrder(rulesOf("ingress")), egress: inOrder(rulesOf("egress")) },
    complete: inline.ingress.complete && inline.egress.complete && !unclear && !own.some(({ many }) => many),
  };
}

function inOrder(rules: readonly (AclRule | undefined)[]): AclRule[] {
  return rules.filter((rule) => rule !== undefined).sort(first);
}

function first(a: AclRule, b: AclRule): number {
  return (a.number ?? 0) - (b.number ?? 0);
}

/** undefined: a rule that is for other protocols. */
function readRule(rule: Block, ruleNumber: Value | undefined, action: Value | undefined): AclRule | undefined {
  const protocol = text(rule.protocol)?.toLowerCase();
  if (protocol !== undefined && !TCP.has(protocol) && !EVERY_PROTOCOL.has(protocol)) return undefined;
  const allow = text(action)?.toLowerCase();
  return {
    number: number(ruleNumber),
    allow: allow === undefined ? undefined : allow === "allow",
    ports: protocol === undefined ? undefined : EVERY_PROTOCOL.has(protocol) ? EVERY_PORT : portsOf(rule),
    range: rangeOf(rule),
  };
}

const TCP: ReadonlySet<string> = new Set(["tcp", "6"]);
const EVERY_PROTOCOL: ReadonlySet<string> = new Set(["-1", "all"]);
const EVERY_PORT: Ports = { from: 0, to: 65535 };

function portsOf({ from_port, to_port }: Block): Ports | undefined {
  const [from, to] = [number(from_port), number(to_port)];
  return from === undefined || to === undefined ? undefined : { from, to };
}

function rangeOf(rule: Block): AclRule["range"] {
  if (isEmpty(rule.cidr_block)) return IPV6;
  const cidr = text(rule.cidr_block);
  return (cidr === undefined ? undefined : addressRange(cidr)) ?? "unknown";
}

/** Blocks that rules of ACLs name. */
export function aclBlocks(graph: Graph): AddressRange[] {
  return graph
    .once(collectAcls)
    .all.flatMap(({ rules }) => [...rules.ingress, ...rules.egress])
    .flatMap(({ range }) => (typeof range === "object" ? [range] : []));
}

/** What a network ACL lets through. */
export interface Passage {
  readonly passes: Answer;
  /** Share of the connections that it refuses, from 0 to 1. */
  readonly refused: number;
}

/**
 * Whether a network ACL lets TCP through: its first matching rule decides, and what no rule matches is refused. ACLs are
 * stateless, so answers need a rule of their own. Of several ports, a connection uses any.
 */
export function aclPermits(acl: Acl, direction: Direction, ports: Ports, addresses: Addresses): Passage {
  if (!acl.complete) return UNCLEAR;
  if (addresses === IPV6) return overIpv6(acl.rules[direction], ports);
  const rules = acl.rules[direction].filter(({ range }) => range !== IPV6);
  if (rules.every(isClear)) return passage(rules, ports, addresses);
  // What can't be known of a rule may be for the best or for the worst, and before any other rule.
  const best = passage([...assumed(rules, true), ...rules.filter(isClear)], ports, addresses);
  const worst = passage([...assumed(rules, false), ...rules.filter(isClear)], ports, addresses);
  return best.passes === worst.passes ? worst : UNCLEAR;
}

const UNCLEAR: Passage = { passes: "maybe", refused: 0 };

/** A rule of which all is known. */
interface ClearRule {
  readonly allow: boolean;
  readonly ports: Ports;
  readonly range: AddressRange;
}

function isClear(rule: AclRule): rule is AclRule & ClearRule {
  const { number: position, allow, ports, range } = rule;
  return position !== undefined && allow !== undefined && ports !== undefined && typeof range === "object";
}

function assumed(rules: readonly AclRule[], allow: boolean): ClearRule[] {
  return rules
    .filter((rule) => !isClear(rule) && rule.allow !== !allow)
    .map(({ ports = EVERY_PORT, range }) => ({
      allow,
      ports,
      range: typeof range === "object" ? range : EVERY_ADDRESS,
    }));
}

function passage(
  rules: readonly ClearRule[],
  ports: Ports,
  addresses: AddressRange | PublicAddresses | undefined,
): Passage {
  const all = addresses === undefined ? [EVERY_ADDRESS] : rangesOf(addresses);
  const parts = splitBy(
    all,
    rules.map(({ range }) => range),
  );
  const size = sizeOf(parts);
  const refused = parts.map((part) => ({ weight: sizeOf([part]) / size, share: refusedShare(rules, ports, part) }));
  const open = refused.filter(({ share }) => share < NEGLIGIBLE).reduce((sum, { weight }) => sum + weight, 0);
  const isOpen = isPublic(addresses) ? open > 1 - NEGLIGIBLE : refused.every(({ share }) => share < NEGLIGIBLE);
  return {
    passes: isOpen ? "yes" : open === 0 ? "no" : "maybe",
    refused: refused.reduce((sum, { weight, share }) => sum + weight * share, 0),
  };
}

function refusedShare(rules: readonly ClearRule[], ports: Ports, part: AddressRange): number {
  let open = [ports];
  let refused = 0;
  for (const rule of rules) {
    if (!holds(rule.range, part)) continue;
    const left = open.flatMap((one) => withoutPorts(one, rule.ports));
    if (!rule.allow) refused += countOf(open) - countOf(left);
    open = left;
  }
  return (refused + countOf(open)) / countOf([ports]);
}

function countOf(ports: readonly Ports[]): number {
  return ports.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

function withoutPorts(range: Ports, removed: Ports): Ports[] {
  if (!overlap(range, removed)) return [range];
  return [
    { from: range.from, to: removed.from - 1 },
    { from: removed.to + 1, to: range.to },
  ].filter(({ from, to }) => from <= to);
}

/** Whether any rule may let some of it through. */
function overIpv6(rules: readonly AclRule[], ports: Ports): Passage {
  const mayPass = rules.some(
    ({ range, allow, ports: own }) =>
      (range === IPV6 || range === "unknown") && allow !== false && (own === undefined || overlap(own, ports)),
  );
  return mayPass ? UNCLEAR : { passes: "no", refused: 1 };
}

function overlap(a: Ports, b: Ports): boolean {
  return a.from <= b.to && b.from <= a.to;
}

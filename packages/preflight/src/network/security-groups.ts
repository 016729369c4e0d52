import type { Graph, Resource } from "../graph/graph.ts";
import {
  type Block,
  blocks,
  flag,
  isAbsent,
  items,
  type Link,
  linked,
  number,
  text,
  type Value,
} from "../graph/value.ts";
import { type AddressRange, type Answer, addressRange, anyOf, covers, INTERNET } from "./addresses.ts";

export const GROUP_TYPES = ["aws_security_group", "aws_default_security_group", "data.aws_security_group"] as const;

export type Direction = "ingress" | "egress";

/** The other end of a connection, as a rule of a security group sees it. */
export interface Peer {
  readonly groups: GroupSet | undefined;
  readonly addresses: AddressRange | typeof INTERNET | undefined;
  /** AWS service whose addresses it has, such as `s3`: a prefix list may stand for it. */
  readonly service?: string | undefined;
}

/** The security groups of something. */
export interface GroupSet {
  readonly groups: readonly Resource[];
  /** All of them are known. */
  readonly certain: boolean;
}

/** The security groups that a value leads to. A VPC stands for the default group that AWS makes with it. */
export function linkedGroups(value: Value | undefined): Link {
  const link = linked(value, ...GROUP_TYPES);
  if (link.resources.length > 0) return link;
  const ofVpc = linked(value, "aws_vpc", "aws_default_vpc");
  return ofVpc.certain && ofVpc.attribute === "default_security_group_id" ? ofVpc : link;
}

/** A rule of a security group, however it is written. */
export interface GroupRule {
  readonly resource: Resource;
  readonly direction: Direction;
  readonly protocol: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly cidrs: readonly Value[];
  readonly ipv6Cidrs: readonly Value[];
  readonly groups: readonly Value[];
  readonly prefixLists: readonly Value[];
  readonly self: boolean | undefined;
  /** It belongs to this group for sure. */
  readonly certain: boolean;
}

/** Rules of one group. */
export interface GroupRules {
  readonly rules: readonly GroupRule[];
  /** There are no others. */
  readonly complete: boolean;
}

/** Rules of each group in the configuration. */
export function securityGroups(graph: Graph): ReadonlyMap<Resource, GroupRules> {
  return graph.once(collectGroups);
}

type OpenRules = { readonly rules: GroupRule[]; complete: boolean };

function collectGroups(graph: Graph): ReadonlyMap<Resource, GroupRules> {
  const found = new Map<Resource, OpenRules>();
  for (const vpc of graph.ofType("aws_vpc", "aws_default_vpc"))
    found.set(vpc, { rules: defaultRules(vpc), complete: !graph.isHandedOn(vpc) });
  for (const group of graph.ofType("aws_security_group", "aws_default_security_group"))
    found.set(group, inlineRules(group, !group.many && !graph.isHandedOn(group)));
  for (const resource of graph.ofType(...SEPARATE_RULES)) {
    const owner = linkedGroups(resource.get("security_group_id"));
    const rule = separateRule(resource, owner.certain);
    // One that belongs to a group that can't be known may belong to any.
    const owners = owner.resources.length > 0 || owner.certain ? owner.resources : found.keys();
    for (const group of owners) addRule(found.get(group), rule);
  }
  return found;
}

/** Rules that are written in a group itself. */
function inlineRules(group: Resource, isAlone: boolean): OpenRules {
  const found: OpenRules = { rules: [], complete: isAlone };
  for (const direction of ["ingress", "egress"] as const) {
    const inline = blocks(group.get(direction));
    for (const rule of inline.blocks) found.rules.push(inlineRule(group, direction, rule));
    found.complete &&= inline.complete && !group.leavesAlone(direction);
  }
  return found;
}

/** @param rule undefined for one that can't be read */
function addRule(entry: OpenRules | undefined, rule: GroupRule | undefined): void {
  if (rule) entry?.rules.push(rule);
  else if (entry) entry.complete = false;
}

/**
 * What AWS puts into the default group of a VPC: its members may connect to each other, and to every address.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
 */
function defaultRules(vpc: Resource): GroupRule[] {
  return [
    inlineRule(vpc, "ingress", { protocol: "-1", self: true }),
    inlineRule(vpc, "egress", { protocol: "-1", cidr_blocks: ["0.0.0.0/0"] }),
  ];
}

const SEPARATE_RULES = [
  "aws_security_group_rule",
  "aws_vpc_security_group_ingress_rule",
  "aws_vpc_security_group_egress_rule",
];

function inlineRule(resource: Resource, direction: Direction, rule: Block): GroupRule {
  return {
    resource,
    direction,
    protocol: protocolOf(rule.protocol),
    from: number(rule.from_port),
    to: number(rule.to_port),
    cidrs: valuesOf(rule.cidr_blocks),
    ipv6Cidrs: valuesOf(rule.ipv6_cidr_blocks),
    groups: valuesOf(rule.security_groups),
    prefixLists: valuesOf(rule.prefix_list_ids),
    self: flag(rule.self, false),
    certain: true,
  };
}

function separateRule(resource: Resource, certain: boolean): GroupRule | undefined {
  const values = resource.values;
  if (resource.type === "aws_security_group_rule") {
    const type = text(values.type);
    if (type !== "ingress" && type !== "egress") return undefined;
    const source = { ...values, security_groups: values.source_security_group_id ?? null };
    return { ...inlineRule(resource, type, source), certain: certain && !resource.many };
  }
  return {
    resource,
    direction: resource.type.includes("ingress") ? "ingress" : "egress",
    protocol: protocolOf(values.ip_protocol),
    from: isAbsent(values.from_port) ? 0 : number(values.from_port),
    to: isAbsent(values.to_port) ? 65535 : number(values.to_port),
    cidrs: valuesOf(values.cidr_ipv4),
    ipv6Cidrs: valuesOf(values.cidr_ipv6),
    groups: valuesOf(values.referenced_security_group_id),
    prefixLists: valuesOf(values.prefix_list_id),
    self: false,
    certain: certain && !resource.many,
  };
}

function valuesOf(value: Value | undefined): readonly Value[] {
  const found = items(value);
  return found.complete ? found.items : [...found.items, ...(value === undefined ? [] : [value])];
}

/** Names and numbers that the provider takes for a protocol, as one. */
function protocolOf(value: Value | undefined): string | undefined {
  const protocol = text(value)?.toLowerCase();
  if (protocol === "6") return "tcp";
  if (protocol === "17") return "udp";
  return protocol === "all" ? "-1" : protocol;
}

/**
 * Whether security groups let a TCP connection through. They are stateful, so answers need no rule.
 *
 * @param direction `egress`: out of what has these groups, to the peer; `ingress`: the other way round
 */
export function groupsPermit(graph: Graph, set: GroupSet, direction: Direction, port: number, peer: Peer): Answer {
  const all = securityGroups(graph);
  const answers = set.groups.map((group): Answer => {
    const entry = all.get(group);
    if (entry === undefined) return "maybe"; // looked up: its rules are elsewhere
    const answer = anyOf(
      entry.rules.filter((rule) => rule.direction === direction).map((rule) => permits(rule, group, port, peer)),
    );
    return answer === "no" && !entry.complete ? "maybe" : answer;
  });
  const answer = anyOf(answers);
  return answer === "no" && !set.certain ? "maybe" : answer;
}

function permits(rule: GroupRule, owner: Resource, port: number, peer: Peer): Answer {
  const portAnswer = permitsPort(rule, port);
  if (portAnswer === "no") return "no";
  const peerAnswer = permitsPeer(rule, owner, peer);
  if (peerAnswer === "no") return "no";
  return portAnswer === "yes" && peerAnswer === "yes" && rule.certain ? "yes" : "maybe";
}

function permitsPort({ protocol, from, to }: GroupRule, port: number): Answer {
  if (protocol === "-1") return "yes";
  if (protocol !== undefined && protocol !== "tcp") return "no";
  if ((from !== undefined && port < from) || (to !== undefined && port > to)) return "no";
  return protocol === undefined || from === undefined || to === undefined ? "maybe" : "yes";
}

function permitsPeer(rule: GroupRule, owner: Resource, peer: Peer): Answer {
  return anyOf([
    ...rule.cidrs.map((cidr): Answer => {
      const block = text(cidr);
      if (block === undefined) return "maybe";
      const range = addressRange(block);
      return range ? covers(range, peer.addresses) : "no";
    }),
    ...rule.groups.map((group) => isGroupOf(group, peer)),
    ...rule.prefixLists.map((list) => prefixListHolds(list, peer)),
    // Only IPv4 is looked into: the internet may come in over IPv6.
    rule.direction === "ingress" && rule.ipv6Cidrs.length > 0 && peer.addresses === INTERNET ? "maybe" : "no",
    ...(rule.self === false ? [] : [isOwnGroup(owner, peer, rule.self)]),
  ]);
}

function isGroupOf(group: Value, peer: Peer): Answer {
  const { resources, certain, literal } = linkedGroups(group);
  if (peer.groups === undefined) return peer.addresses === undefined ? "maybe" : "no"; // a host of the internet has no group
  const isOne = resources.some((resource) => peer.groups?.groups.includes(resource));
  if (isOne) return certain && peer.groups.certain ? "yes" : certain || resources.length === 1 ? "yes" : "maybe";
  if (!certain || !peer.groups.certain) return "maybe";
  return literal !== undefined && peer.groups.groups.some(({ isData }) => isData) ? "maybe" : "no";
}

function isOwnGroup(owner: Resource, peer: Peer, self: boolean | undefined): Answer {
  if (peer.groups === undefined) return "no";
  if (peer.groups.groups.includes(owner)) return self ? "yes" : "maybe";
  return peer.groups.certain ? "no" : "maybe";
}

function prefixListHolds(list: Value, peer: Peer): Answer {
  const found = linked(
    list,
    "aws_vpc_endpoint",
    "data.aws_vpc_endpoint",
    "data.aws_prefix_list",
    "data.aws_ec2_managed_prefix_list",
    "aws_ec2_managed_prefix_list",
  );
  const [resource] = found.resources;
  if (resource === undefined || found.resources.length > 1) return "maybe";
  if (resource.type === "aws_ec2_managed_prefix_list") {
    const entries = blocks(resource.get("entry"));
    const answers = entries.blocks.map((entry): Answer => {
      const range = addressRange(text(entry.cidr) ?? "");
      return range ? covers(range, peer.addresses) : "maybe";
    });
    return entries.complete && answers.length > 0 ? anyOf(answers) : "maybe";
  }
  const name = text(resource.get("service_name")) ?? text(resource.get("name"));
  if (name === undefined) return "maybe";
  const service = name.split(".").at(-1);
  // The list of a gateway endpoint holds one service's addresses; others may hold any address.
  if (service !== "s3" && service !== "dynamodb") return "maybe";
  if (peer.service === undefined) return peer.addresses === undefined ? "maybe" : "no";
  return service === peer.service ? "yes" : "no";
}

import type { Graph, Resource } from "../graph/graph.ts";
import { type Link, linked } from "../graph/links.ts";
import { remembered } from "../graph/remembered.ts";
import { type Block, blocks, flag, isAbsent, items, number, text, type Value } from "../graph/value.ts";
import {
  type Addresses,
  type AddressRange,
  type Answer,
  addressRange,
  anyOf,
  covered,
  IPV6,
  merged,
} from "./addresses.ts";
import { blocksOfList, prefixListAt } from "./prefix-lists.ts";

export const GROUP_TYPES = ["aws_security_group", "aws_default_security_group", "data.aws_security_group"] as const;

export type Direction = "ingress" | "egress";

/** The other end of a connection, as a rule of a security group sees it. */
export interface Peer {
  readonly groups: GroupSet | undefined;
  readonly addresses: Addresses;
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
 * What AWS puts into the default group of a VPC: its members may connect to each other, and to every address, of IPv6 where
 * the VPC has a block of it.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
 */
function defaultRules(vpc: Resource): GroupRule[] {
  return [
    inlineRule(vpc, "ingress", { protocol: "-1", self: true }),
    inlineRule(vpc, "egress", { protocol: "-1", cidr_blocks: ["0.0.0.0/0"], ipv6_cidr_blocks: ["::/0"] }),
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
  const { admitted, isComplete, byAddress } = graph.once(admittedBySet)(set, direction, port);
  const answer = anyOf([byAddress(peer.addresses), ...admitted.map((one) => admits(graph, one, peer))]);
  return answer === "no" && !isComplete ? "maybe" : answer;
}

/** Whom groups let through together on a port, found once for all who ask. For `graph.once`. */
function admittedBySet(graph: Graph) {
  const known = new Map<GroupSet, Map<string, AdmittedTogether>>();
  return (set: GroupSet, direction: Direction, port: number): AdmittedTogether => {
    const ofSet = known.get(set) ?? new Map<string, AdmittedTogether>();
    known.set(set, ofSet);
    const key = `${direction} ${port}`;
    const found = ofSet.get(key) ?? admittedTogether(graph, set, direction, port);
    ofSet.set(key, found);
    return found;
  };
}

interface AdmittedTogether {
  readonly admitted: readonly Admitted[];
  /** There are no other rules. */
  readonly isComplete: boolean;
  /** Several rules may hold a block together, whichever groups they are in. */
  readonly byAddress: (addresses: Addresses) => Answer;
}

function admittedTogether(graph: Graph, set: GroupSet, direction: Direction, port: number): AdmittedTogether {
  const all = securityGroups(graph);
  const entries = set.groups.flatMap((group) => all.get(group) ?? []);
  const admitted = set.groups.map((group) => graph.once(admittedOnPort)(group, direction, port));
  const [blocks, possible] = [admitted.flatMap((one) => one.blocks), admitted.flatMap((one) => one.possibleBlocks)];
  const answer = (addresses: Addresses) =>
    anyOf([covered(blocks, addresses), covered(possible, addresses) === "no" ? "no" : "maybe"]);
  const answerToRanges = remembered<object, Answer>((ranges) => answer(ranges as Addresses));
  return {
    admitted,
    isComplete: set.certain && entries.length === set.groups.length && entries.every(({ complete }) => complete),
    byAddress: (addresses) => (typeof addresses === "object" ? answerToRanges(addresses) : answer(addresses)),
  };
}

/** Whom a group lets through on a port, in one direction: what its rules say, found once for all who ask. */
interface Admitted {
  readonly blocks: readonly AddressRange[];
  /** Blocks of rules that may be for another port, or in another group. */
  readonly possibleBlocks: readonly AddressRange[];
  readonly anyone: boolean;
  readonly anyIpv6: boolean;
  readonly groups: ReadonlyMap<Resource, Answer>;
  /** There are rules for groups that can't be known, or that are named by an id. */
  readonly unclearGroups: boolean;
  readonly namedGroups: boolean;
  readonly lists: readonly { readonly list: Value; readonly isSure: boolean }[];
}

/** For `graph.once`. */
function admittedOnPort(graph: Graph) {
  const known = new Map<Resource, Map<string, Admitted>>();
  return (group: Resource, direction: Direction, port: number): Admitted => {
    const ofGroup = known.get(group) ?? new Map<string, Admitted>();
    known.set(group, ofGroup);
    const key = `${direction} ${port}`;
    const found =
      ofGroup.get(key) ?? readAdmitted(securityGroups(graph).get(group)?.rules ?? [], group, direction, port);
    ofGroup.set(key, found);
    return found;
  };
}

function readAdmitted(all: readonly GroupRule[], owner: Resource, direction: Direction, port: number): Admitted {
  const rules = all.flatMap((rule) => {
    const onPort = rule.direction === direction ? permitsPort(rule, port) : "no";
    return onPort === "no" ? [] : [{ rule, isSure: onPort === "yes" && rule.certain }];
  });
  const blocks = rules.flatMap(({ rule, isSure }) =>
    rule.cidrs.map((cidr) => ({ block: text(cidr), range: addressRange(text(cidr) ?? ""), isSure })),
  );
  const rangesOfRules = (sure: boolean) =>
    blocks.flatMap(({ range, isSure }) => (range && isSure === sure ? [range] : []));
  return {
    blocks: merged(rangesOfRules(true)),
    possibleBlocks: merged(rangesOfRules(false)),
    anyone: blocks.some(({ block }) => block === undefined),
    anyIpv6: rules.some(({ rule }) => rule.ipv6Cidrs.length > 0),
    ...admittedGroups(rules, owner),
    lists: rules.flatMap(({ rule, isSure }) => rule.prefixLists.map((list) => ({ list, isSure }))),
  };
}

function admittedGroups(rules: readonly { readonly rule: GroupRule; readonly isSure: boolean }[], owner: Resource) {
  const groups = new Map<Resource, Answer>();
  const add = (group: Resource, isSure: boolean) =>
    groups.set(group, anyOf([groups.get(group) ?? "no", isSure ? "yes" : "maybe"]));
  let [unclearGroups, namedGroups] = [false, false];
  for (const { rule, isSure } of rules) {
    for (const { resources, certain, literal } of rule.groups.map(linkedGroups)) {
      for (const group of resources) add(group, isSure && (certain || resources.length === 1));
      unclearGroups ||= !certain;
      namedGroups ||= literal !== undefined;
    }
    if (rule.self !== false) add(owner, isSure && rule.self === true);
  }
  return { groups, unclearGroups, namedGroups };
}

/** Whether a rule is for a port of TCP. */
export function permitsPort({ protocol, from, to }: GroupRule, port: number): Answer {
  if (protocol === "-1") return "yes";
  if (protocol !== undefined && protocol !== "tcp") return "no";
  if ((from !== undefined && port < from) || (to !== undefined && port > to)) return "no";
  return protocol === undefined || from === undefined || to === undefined ? "maybe" : "yes";
}

/** Whether a peer is let through as what it is, whatever its address. */
function admits(graph: Graph, admitted: Admitted, { groups, addresses, service }: Peer): Answer {
  return anyOf([
    admitted.anyone && addresses !== IPV6 ? "maybe" : "no",
    admitted.anyIpv6 && addresses === IPV6 ? "maybe" : "no",
    admitsGroups(admitted, groups, addresses),
    ...admitted.lists.map(({ list, isSure }) => {
      const answer = prefixListHolds(graph, list, addresses, service);
      return answer === "yes" && !isSure ? "maybe" : answer;
    }),
  ]);
}

function admitsGroups(admitted: Admitted, peer: GroupSet | undefined, addresses: Addresses): Answer {
  const { groups, unclearGroups, namedGroups } = admitted;
  if (groups.size === 0 && !unclearGroups && !namedGroups) return "no";
  // A host of the internet has no group.
  if (peer === undefined) return addresses === undefined ? "maybe" : "no";
  const isUnclear = unclearGroups || !peer.certain || (namedGroups && peer.groups.some(({ isData }) => isData));
  return anyOf([...peer.groups.map((group) => groups.get(group) ?? "no"), isUnclear ? "maybe" : "no"]);
}

function prefixListHolds(graph: Graph, list: Value, addresses: Addresses, service: string | undefined): Answer {
  const resource = prefixListAt(list);
  if (resource === undefined) return "maybe";
  const name = resource.isData || resource.type === "aws_vpc_endpoint" ? nameOfList(resource) : undefined;
  const listed = name?.split(".").at(-1);
  if (listed !== "s3" && listed !== "dynamodb") {
    const ranges = blocksOfList(graph, resource);
    return ranges ? covered(ranges, addresses) : "maybe";
  }
  // The list of a gateway endpoint holds one service's addresses.
  if (service === undefined) return addresses === undefined ? "maybe" : "no";
  return listed === service ? "yes" : "no";
}

function nameOfList(resource: Resource): string | undefined {
  return text(resource.get("service_name")) ?? text(resource.get("name"));
}

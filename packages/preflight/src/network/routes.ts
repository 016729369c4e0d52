import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { type Block, blocks, isEmpty, items, text, type Value } from "../graph/value.ts";
import { type AddressRange, addressRange, holds, meets, sizeOf, within, without } from "./addresses.ts";
import { blocksOfList, prefixListAt } from "./prefix-lists.ts";

export const VPC_TYPES = ["aws_vpc", "aws_default_vpc", "data.aws_vpc"] as const;
export const SUBNET_TYPES = ["aws_subnet", "aws_default_subnet", "data.aws_subnet"] as const;
const OWN_VPC_TYPES = ["aws_vpc", "aws_default_vpc"] as const;
export const TABLE_TYPES = ["aws_route_table", "aws_default_route_table"] as const;

/** Where a route leads, by the argument that names it. */
const TARGETS = {
  gateway_id: "gateway",
  nat_gateway_id: "nat",
  egress_only_gateway_id: "egress-only",
  transit_gateway_id: "other",
  vpc_peering_connection_id: "other",
  network_interface_id: "other",
  vpc_endpoint_id: "other",
  carrier_gateway_id: "other",
  local_gateway_id: "other",
  core_network_arn: "other",
  instance_id: "other",
} as const;

export interface Route {
  /** What wrote it: the route itself, or the table that it is in. */
  readonly resource: Resource;
  /** IPv4 destination; "ipv6" or "list" for others; undefined where it can't be known. */
  readonly destination: AddressRange | "ipv6" | "list" | undefined;
  readonly destinationText: string | undefined;
  readonly kind: "gateway" | "nat" | "egress-only" | "other" | "unknown";
  readonly target: Value | undefined;
}

/** A route table, or the main one that AWS makes with a VPC. */
export interface RouteTable {
  readonly resource: Resource | undefined;
  readonly label: string;
  readonly routes: Route[];
  /** Gateway endpoints that put a route into it. */
  readonly endpoints: Resource[];
  /** There may be routes or endpoints that can't be seen. */
  complete: boolean;
  /** AWS itself has put a route to an internet gateway into it. */
  readonly ofDefaultVpc?: boolean;
}

/** Route tables of which one is meant, or all where that is certain. */
export interface PossibleTables {
  readonly tables: readonly RouteTable[];
  readonly certain: boolean;
}

export function routeTables(graph: Graph) {
  return graph.once(collectRouteTables);
}

/** Which table a subnet's traffic follows: the one it is associated with, else the main one of its VPC. */
export function tablesOf(graph: Graph, subnet: Resource): PossibleTables {
  const { bySubnet, mainOf, openAssociations } = routeTables(graph);
  const own = bySubnet.get(subnet);
  if (own && own.length > 0)
    return { tables: own.map(({ table }) => table), certain: own.length === 1 && own.every(({ certain }) => certain) };
  if (openAssociations || graph.isHandedOn(subnet)) return { tables: [], certain: false };
  if (subnet.type === "aws_default_subnet") return { tables: [DEFAULT_VPC_TABLE], certain: true };
  const vpc = linked(subnet.get("vpc_id"), ...VPC_TYPES);
  const [resource] = vpc.resources;
  const main = resource && vpc.certain && !resource.isData ? mainOf.get(resource) : undefined;
  return main ? { tables: [main], certain: true } : { tables: [], certain: false };
}

/**
 * The main table of an account's default VPC leads to an internet gateway.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
 */
const DEFAULT_VPC_TABLE: RouteTable = {
  resource: undefined,
  label: "the main route table of the default VPC",
  routes: [],
  endpoints: [],
  complete: true,
  ofDefaultVpc: true,
};

/** Route tables by their own resources, and by the VPCs whose main ones they are. */
interface KnownTables {
  readonly byResource: Map<Resource, RouteTable>;
  readonly mainOf: Map<Resource, RouteTable>;
}

function collectRouteTables(graph: Graph) {
  const known: KnownTables = { byResource: writtenTables(graph), mainOf: new Map() };
  findMainTables(graph, known);
  addRoutes(graph, known);
  addEndpoints(graph, known);
  return { ...known, ...readAssociations(graph, known) };
}

function writtenTables(graph: Graph): Map<Resource, RouteTable> {
  return new Map(
    graph.ofType(...TABLE_TYPES).map((resource) => {
      const inline = blocks(resource.get("route"));
      const table = newTable(resource, resource.address, inline.complete && !hasUnseenRoutes(graph, resource));
      for (const route of inline.blocks) table.routes.push(...readRoutes(graph, resource, route, INLINE));
      return [resource, table];
    }),
  );
}

function findMainTables(graph: Graph, { byResource, mainOf }: KnownTables): void {
  for (const vpc of graph.ofType(...OWN_VPC_TYPES)) {
    const main = newTable(undefined, `the main route table of ${vpc.address}`, !graph.isHandedOn(vpc));
    mainOf.set(vpc, vpc.type === "aws_default_vpc" ? { ...main, ofDefaultVpc: true } : main);
  }
  for (const [resource, table] of byResource) {
    if (resource.type !== "aws_default_route_table") continue;
    for (const vpc of linked(resource.get("default_route_table_id"), ...OWN_VPC_TYPES).resources)
      mainOf.set(vpc, table);
  }
  for (const association of graph.ofType("aws_main_route_table_association")) {
    const vpc = linked(association.get("vpc_id"), ...OWN_VPC_TYPES).resources[0];
    const table = linked(association.get("route_table_id"), ...TABLE_TYPES).resources[0];
    if (vpc && table) mainOf.set(vpc, byResource.get(table) ?? newTable(table, table.address, false));
  }
}

/** The tables that an id may lead to. */
function tablesAt(value: Value | undefined, { byResource, mainOf }: KnownTables): PossibleTables {
  const link = linked(value, ...TABLE_TYPES, ...OWN_VPC_TYPES);
  return {
    tables: link.resources.flatMap((one) => byResource.get(one) ?? mainOf.get(one) ?? []),
    certain: link.certain,
  };
}

/** Marks the tables that may have a route that can't be seen: any, where nothing is known of them. */
function leaveOpen(tables: readonly RouteTable[], { byResource, mainOf }: KnownTables): void {
  for (const table of tables.length > 0 ? tables : [...byResource.values(), ...mainOf.values()]) table.complete = false;
}

function addRoutes(graph: Graph, known: KnownTables): void {
  for (const route of graph.ofType("aws_route")) {
    const { tables, certain } = tablesAt(route.get("route_table_id"), known);
    if (tables.length === 1) tables[0]?.routes.push(...readRoutes(graph, route, route.values, SEPARATE));
    else if (!certain || tables.length > 1) leaveOpen(tables, known);
  }
  for (const propagation of graph.ofType("aws_vpn_gateway_route_propagation")) {
    for (const table of tablesAt(propagation.get("route_table_id"), known).tables) table.complete = false;
  }
}

function addEndpoints(graph: Graph, known: KnownTables): void {
  for (const endpoint of graph.ofType("aws_vpc_endpoint")) {
    const listed = items(endpoint.get("route_table_ids"));
    for (const value of listed.items) addEndpoint(endpoint, tablesAt(value, known), known);
    if (!listed.complete) leaveOpen([], known);
  }
  for (const association of graph.ofType("aws_vpc_endpoint_route_table_association")) {
    const endpoint = linked(association.get("vpc_endpoint_id"), "aws_vpc_endpoint").resources[0];
    if (endpoint) addEndpoint(endpoint, tablesAt(association.get("route_table_id"), known), known);
  }
}

function addEndpoint(endpoint: Resource, { tables, certain }: PossibleTables, known: KnownTables): void {
  if (tables.length === 1 || certain) for (const table of tables) table.endpoints.push(endpoint);
  else leaveOpen(tables, known);
}

/** A table that a subnet is associated with. */
interface Associated {
  readonly table: RouteTable;
  readonly certain: boolean;
}

function readAssociations(graph: Graph, known: KnownTables) {
  const bySubnet = new Map<Resource, readonly Associated[]>();
  let openAssociations = false;
  for (const association of graph.ofType("aws_route_table_association")) {
    if (!isEmpty(association.get("gateway_id"))) continue;
    const subnets = linked(association.get("subnet_id"), ...SUBNET_TYPES);
    if (subnets.resources.length === 0 && !subnets.certain) openAssociations = true;
    const associated = associatedTables(association, subnets.certain, known);
    for (const subnet of subnets.resources) {
      const others = bySubnet.get(subnet);
      bySubnet.set(subnet, relevant(others ? [...others, ...associated] : associated));
    }
  }
  return { bySubnet, openAssociations };
}

function associatedTables(association: Resource, isSubnetCertain: boolean, known: KnownTables): Associated[] {
  const { tables, certain } = tablesAt(association.get("route_table_id"), known);
  if (tables.length > 0) return tables.map((table) => ({ table, certain: certain && isSubnetCertain }));
  return certain ? [] : [{ table: newTable(undefined, association.address, false), certain: false }];
}

/** Each table once. Where one association is certain, those that are only possible don't matter. */
function relevant(all: readonly Associated[]): Associated[] {
  const certain = all.filter((entry) => entry.certain);
  const found = certain.length > 0 ? certain : all;
  return found.filter((entry, index) => found.findIndex(({ table }) => table === entry.table) === index);
}

/** Others write routes into a table: a VPN or Direct Connect, something that can't be looked into. */
function hasUnseenRoutes(graph: Graph, table: Resource): boolean {
  const propagating = items(table.get("propagating_vgws"));
  const propagates = propagating.items.length > 0 || !propagating.complete;
  return propagates || table.many || table.leavesAlone("route") || graph.isHandedOn(table);
}

function newTable(resource: Resource | undefined, label: string, complete = true): RouteTable {
  return { resource, label, routes: [], endpoints: [], complete };
}

const INLINE = { ipv4: "cidr_block", ipv6: "ipv6_cidr_block" } as const;
const SEPARATE = { ipv4: "destination_cidr_block", ipv6: "destination_ipv6_cidr_block" } as const;

/** A route for a prefix list whose blocks are known is one for each of them. */
function readRoutes(graph: Graph, resource: Resource, written: Block, names: typeof INLINE | typeof SEPARATE): Route[] {
  const route = readRoute(resource, written, names);
  const ranges =
    route.destination === "list" ? blocksOfList(graph, prefixListAt(written.destination_prefix_list_id)) : undefined;
  return ranges ? ranges.map((destination) => ({ ...route, destination })) : [route];
}

function readRoute(resource: Resource, route: Block, names: { readonly ipv4: string; readonly ipv6: string }): Route {
  const [ipv4, ipv6] = [route[names.ipv4], route[names.ipv6]];
  const written = Object.keys(TARGETS).filter((name) => !isEmpty(route[name]));
  const [only] = written;
  return {
    resource,
    destination: destinationOf(ipv4, ipv6, route.destination_prefix_list_id),
    destinationText: text(ipv4) ?? text(ipv6),
    kind: written.length === 1 && only ? TARGETS[only as keyof typeof TARGETS] : "unknown",
    target: only ? route[only] : undefined,
  };
}

function destinationOf(ipv4: Value | undefined, ipv6: Value | undefined, list: Value | undefined) {
  if (!isEmpty(ipv4)) {
    const block = text(ipv4);
    return block === undefined ? undefined : (addressRange(block) ?? "ipv6");
  }
  if (!isEmpty(ipv6)) return "ipv6";
  return isEmpty(list) ? undefined : "list";
}

/** Where packets to some addresses go. */
export interface Turn {
  /** undefined: no route takes them; "unknown": one that can't be seen may. */
  readonly route: Route | undefined | "unknown";
  readonly addresses: readonly AddressRange[];
}

/** Where a table sends packets to some addresses, by the longest prefix: most of them first. */
export function turnsOf(table: RouteTable, addresses: readonly AddressRange[]): Turn[] {
  const turns: Turn[] = [];
  let left = addresses;
  for (const { route, range } of byPrefix(table)) {
    turns.push({ route: isOneOfSeveral(table, route) ? "unknown" : route, addresses: within(left, range) });
    left = without(left, range);
  }
  const mayHaveOthers =
    !table.complete || table.routes.some(({ destination }) => destination === undefined || destination === "list");
  turns.push({ route: mayHaveOthers ? "unknown" : undefined, addresses: left });
  return turns.filter((turn) => turn.addresses.length > 0).sort((a, b) => sizeOf(b.addresses) - sizeOf(a.addresses));
}

/**
 * Of two routes for the same block, one that names it goes before one for a prefix list.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
function byPrefix({ routes }: RouteTable) {
  return routes
    .flatMap((route) => (typeof route.destination === "object" ? [{ route, range: route.destination }] : []))
    .sort((a, b) => sizeOf([a.range]) - sizeOf([b.range]) || Number(isOfList(a.route)) - Number(isOfList(b.route)));
}

function isOfList({ destinationText }: Route): boolean {
  return destinationText === undefined;
}

/** Several prefix lists have its block, and lead to different targets: AWS takes one of them at random. */
function isOneOfSeveral({ routes }: RouteTable, route: Route): boolean {
  if (!isOfList(route)) return false;
  const rivals = routes.filter((other) => isOfList(other) && isSameBlock(other.destination, route.destination));
  const targets = rivals.map((rival) => gatewaysOf(rival));
  const [[own] = []] = targets;
  return rivals.length > 1 && !targets.every((target) => target.length === 1 && target[0] === own);
}

function isSameBlock(a: Route["destination"], b: Route["destination"]): boolean {
  return typeof a === "object" && typeof b === "object" && holds(a, b) && holds(b, a);
}

/**
 * A route that takes packets to a subnet away, though it is in the same VPC: one that is more specific than the local
 * route, or that replaces it; one for a prefix list goes behind it. It leads to a firewall or the like.
 */
export function routeAround(table: RouteTable, subnet: AddressRange, vpc: readonly AddressRange[]): Route | undefined {
  const networks = vpc.length > 0 ? vpc : [subnet];
  return table.routes.find((route) => {
    const { destination, target } = route;
    if (typeof destination !== "object" || !meets(destination, subnet) || text(target) === "local") return false;
    const isBehindLocal = isOfList(route) && vpc.some((one) => holds(destination, one));
    return !isBehindLocal && networks.some((one) => holds(one, destination));
  });
}

const GATEWAY_TYPES = {
  gateway: ["aws_internet_gateway", "data.aws_internet_gateway", "aws_vpn_gateway"],
  nat: ["aws_nat_gateway", "data.aws_nat_gateway"],
} as const;

/** The gateways that a route may lead to: one of these, or what is not in the configuration where there is none. */
export function gatewaysOf({ kind, target }: Route): readonly Resource[] {
  const types = kind === "gateway" || kind === "nat" ? GATEWAY_TYPES[kind] : Object.values(GATEWAY_TYPES).flat();
  return linked(target, ...types).resources;
}

/** It leads to something that can't be looked into, such as a VPN or a transit gateway. */
export function mayLeadElsewhere(route: Route): boolean {
  const { kind } = route;
  if (kind === "gateway") return gatewaysOf(route).some(({ type }) => type === "aws_vpn_gateway");
  return kind === "other" || kind === "unknown";
}

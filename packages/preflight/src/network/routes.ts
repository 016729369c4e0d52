import type { Graph, Resource } from "../graph/graph.ts";
import { type Block, blocks, isEmpty, items, type Link, linked, text, type Value } from "../graph/value.ts";
import { type AddressRange, addressRange, EVERY_ADDRESS, holds, isPrivate } from "./addresses.ts";

export const VPC_TYPES = ["aws_vpc", "aws_default_vpc", "data.aws_vpc"] as const;
export const SUBNET_TYPES = ["aws_subnet", "aws_default_subnet", "data.aws_subnet"] as const;
const TABLE_TYPES = ["aws_route_table", "aws_default_route_table"] as const;

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

/** The route tables that a subnet may have: one, where that can be known. */
export interface SubnetTables {
  readonly tables: readonly RouteTable[];
  readonly certain: boolean;
}

export function routeTables(graph: Graph) {
  return graph.once(collectRouteTables);
}

/** Which table a subnet's traffic follows: the one it is associated with, else the main one of its VPC. */
export function tablesOf(graph: Graph, subnet: Resource): SubnetTables {
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

function collectRouteTables(graph: Graph) {
  const byResource = new Map<Resource, RouteTable>();
  const mainOf = new Map<Resource, RouteTable>();
  const bySubnet = new Map<Resource, { table: RouteTable; certain: boolean }[]>();

  for (const vpc of graph.ofType("aws_vpc", "aws_default_vpc")) {
    const main = newTable(undefined, `the main route table of ${vpc.address}`, !graph.isHandedOn(vpc));
    mainOf.set(vpc, vpc.type === "aws_default_vpc" ? { ...main, ofDefaultVpc: true } : main);
  }
  for (const resource of graph.ofType(...TABLE_TYPES)) {
    const inline = blocks(resource.get("route"));
    const table = newTable(resource, resource.address, inline.complete && !hasUnseenRoutes(graph, resource));
    table.routes.push(...inline.blocks.map((route) => readRoute(resource, route, INLINE)));
    byResource.set(resource, table);
    if (resource.type !== "aws_default_route_table") continue;
    for (const vpc of linked(resource.get("default_route_table_id"), "aws_vpc", "aws_default_vpc").resources)
      mainOf.set(vpc, table);
  }
  for (const association of graph.ofType("aws_main_route_table_association")) {
    const vpc = linked(association.get("vpc_id"), "aws_vpc", "aws_default_vpc").resources[0];
    const table = linked(association.get("route_table_id"), ...TABLE_TYPES).resources[0];
    if (vpc && table) mainOf.set(vpc, byResource.get(table) ?? newTable(table, table.address, false));
  }

  const find = (value: Value | undefined): { tables: RouteTable[]; certain: boolean } => {
    const link = linked(value, ...TABLE_TYPES, "aws_vpc", "aws_default_vpc");
    return {
      tables: link.resources.flatMap((one) => byResource.get(one) ?? mainOf.get(one) ?? []),
      certain: link.certain,
    };
  };
  const all = () => new Set([...byResource.values(), ...mainOf.values()]);

  for (const route of graph.ofType("aws_route")) {
    const { tables, certain } = find(route.get("route_table_id"));
    if (tables.length === 1) tables[0]?.routes.push(readRoute(route, route.values, SEPARATE));
    else if (!certain || tables.length > 1)
      for (const table of tables.length > 0 ? tables : all()) table.complete = false;
  }
  for (const propagation of graph.ofType("aws_vpn_gateway_route_propagation")) {
    for (const table of find(propagation.get("route_table_id")).tables) table.complete = false;
  }
  for (const endpoint of graph.ofType("aws_vpc_endpoint")) {
    const listed = items(endpoint.get("route_table_ids"));
    for (const value of listed.items) addEndpoint(find(value), endpoint, all());
    if (!listed.complete) addEndpoint({ tables: [], certain: false }, endpoint, all());
  }
  for (const association of graph.ofType("aws_vpc_endpoint_route_table_association")) {
    const endpoint = linked(association.get("vpc_endpoint_id"), "aws_vpc_endpoint").resources[0];
    if (endpoint) addEndpoint(find(association.get("route_table_id")), endpoint, all());
  }

  let openAssociations = false;
  for (const association of graph.ofType("aws_route_table_association")) {
    if (!isEmpty(association.get("gateway_id"))) continue;
    const subnets = linked(association.get("subnet_id"), ...SUBNET_TYPES);
    const { tables, certain } = find(association.get("route_table_id"));
    if (subnets.resources.length === 0 && !subnets.certain) openAssociations = true;
    for (const subnet of subnets.resources) {
      const found = tables.length > 0 ? tables : certain ? [] : [newTable(undefined, association.address, false)];
      const entries = found.map((table) => ({ table, certain: certain && subnets.certain }));
      bySubnet.set(subnet, merged(bySubnet.get(subnet) ?? [], entries));
    }
  }
  return { byResource, mainOf, bySubnet, openAssociations };
}

/** Others write routes into a table: a VPN or Direct Connect, something that can't be looked into. */
function hasUnseenRoutes(graph: Graph, table: Resource): boolean {
  const propagating = items(table.get("propagating_vgws"));
  const propagates = propagating.items.length > 0 || !propagating.complete;
  return propagates || table.many || table.leavesAlone("route") || graph.isHandedOn(table);
}

function merged<T extends { table: RouteTable; certain: boolean }>(known: readonly T[], more: readonly T[]): T[] {
  const all = [...known, ...more];
  // Where one association is certain, those that are only possible don't matter.
  const certain = all.filter((entry) => entry.certain);
  const relevant = certain.length > 0 ? certain : all;
  return relevant.filter((entry, index) => relevant.findIndex(({ table }) => table === entry.table) === index);
}

function newTable(resource: Resource | undefined, label: string, complete = true): RouteTable {
  return { resource, label, routes: [], endpoints: [], complete };
}

function addEndpoint(
  found: { tables: readonly RouteTable[]; certain: boolean },
  endpoint: Resource,
  all: Iterable<RouteTable>,
): void {
  if (found.tables.length === 1 || (found.certain && found.tables.length > 0)) {
    for (const table of found.tables) table.endpoints.push(endpoint);
  } else if (!found.certain) {
    for (const table of found.tables.length > 0 ? found.tables : all) table.complete = false;
  }
}

const INLINE = { ipv4: "cidr_block", ipv6: "ipv6_cidr_block" } as const;
const SEPARATE = { ipv4: "destination_cidr_block", ipv6: "destination_ipv6_cidr_block" } as const;

function readRoute(resource: Resource, route: Block, names: { readonly ipv4: string; readonly ipv6: string }): Route {
  const [ipv4, ipv6] = [route[names.ipv4], route[names.ipv6]];
  const block = text(ipv4);
  const destination = !isEmpty(ipv4)
    ? block === undefined
      ? undefined
      : (addressRange(block) ?? "ipv6")
    : !isEmpty(ipv6)
      ? "ipv6"
      : !isEmpty(route.destination_prefix_list_id)
        ? "list"
        : undefined;
  const written = Object.keys(TARGETS).filter((name) => !isEmpty(route[name]));
  const [only] = written;
  return {
    resource,
    destination,
    destinationText: block ?? text(ipv6),
    kind: written.length === 1 && only ? TARGETS[only as keyof typeof TARGETS] : "unknown",
    target: only ? route[only] : undefined,
  };
}

/** The route that traffic to the internet takes out of a table; "unknown" where that can't be told. */
export function internetRoute(table: RouteTable): Route | undefined | "unknown" {
  const everything = table.routes.find(
    ({ destination }) => typeof destination === "object" && holds(destination, EVERY_ADDRESS),
  );
  if (everything) return everything;
  const perhaps = table.routes.some(
    ({ destination }) =>
      destination === undefined ||
      destination === "list" ||
      (typeof destination === "object" && !isPrivate(destination)),
  );
  return perhaps || !table.complete ? "unknown" : undefined;
}

/** What a route leads to, of the types that count as a gateway. */
export function gatewayOf(route: Route): Link {
  return linked(
    route.target,
    "aws_internet_gateway",
    "data.aws_internet_gateway",
    "aws_vpn_gateway",
    "aws_nat_gateway",
    "data.aws_nat_gateway",
  );
}

import { byLink } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { flag, isEmpty, linked, text } from "../graph/value.ts";
import { type Answer, INTERNET } from "./addresses.ts";
import { aclHops } from "./barriers.ts";
import { CLIENT_PORTS, type Ports } from "./network-acls.ts";
import { type Hop, hop, pathOf } from "./path.ts";
import { addressesOf, type Place, vpcOf } from "./places.ts";
import { gatewaysOf, internetRoute, type Route, type RouteTable, SUBNET_TYPES, tablesOf, VPC_TYPES } from "./routes.ts";

export function routeHops(
  graph: Graph,
  from: Place,
  subnet: Resource,
  port: number,
  destination: string,
  remark: string,
): Hop[] {
  const { tables, certain } = tablesOf(graph, subnet);
  if (tables.length === 0) return [hop("route", subnet, "has a route table that can't be known", "maybe")];
  const ways = tables.map((table) => waysOut(graph, from, subnet, table, port, destination, remark));
  const [first = []] = ways;
  if (certain || ways.every((hops) => pathOf(hops).verdict === "blocked")) return first;
  return [hop("route", subnet, "has one of several route tables", "maybe")];
}

function waysOut(
  graph: Graph,
  from: Place,
  subnet: Resource,
  table: RouteTable,
  port: number,
  destination: string,
  remark: string,
): Hop[] {
  if (table.ofDefaultVpc)
    return [
      hop("route", table.label, `routes ${destination} to the internet gateway`, "yes"),
      ...addressHops(from, destination, remark),
    ];
  const route = internetRoute(table);
  if (route === "unknown") return [hop("route", table.label, `may have a route to ${destination}`, "maybe")];
  if (route === undefined && mayUseIpv6(subnet, table))
    return [hop("route", table.label, `has a way out over IPv6, which ${destination} may not have`, "maybe")];
  if (route === undefined) {
    return [hop("route", table.label, `has no route out of ${subnet.address} to ${destination}${remark}`, "no")];
  }
  if (route.kind === "egress-only")
    return [hop("route", route.resource, "leads to an egress-only gateway, which takes IPv6 only", "no")];
  const instance = forwarderOf(route);
  if (instance && flag(instance.get("source_dest_check"), true) === true) {
    return [hop("nat", instance, "checks the source and destination of packets, and drops what is not its own", "no")];
  }
  return eitherWay(table, gatewaysOf(route), (target) => {
    if (route.kind === "nat" || target?.type.endsWith("aws_nat_gateway"))
      return natHops(graph, subnet, table, target, port, destination);
    if (route.kind !== "gateway" || !target?.type.endsWith("aws_internet_gateway"))
      return [hop("route", table.label, `routes ${destination} to something that can't be looked into`, "maybe")];
    const what = `routes ${destination} to ${target.address}`;
    return [
      hop("route", table.label, what, attachment(graph, subnet, target)),
      ...addressHops(from, destination, remark),
    ];
  });
}

/** The way through the gateway of a route; where it may be one of several, only what they all agree on is known. */
function eitherWay(
  table: RouteTable,
  gateways: readonly Resource[],
  through: (gateway: Resource | undefined) => Hop[],
): Hop[] {
  const [first = [], ...others] = (gateways.length > 0 ? gateways : [undefined]).map(through);
  const { verdict } = pathOf(first);
  if (others.every((hops) => pathOf(hops).verdict === verdict)) return first;
  const names = gateways.map(({ address }) => address).join(" or ");
  return [hop("route", table.label, `leads to ${names}, which can't be known`, "maybe")];
}

/** It has addresses of the other kind, and a route for them; who answers over IPv6 is not looked into. */
function mayUseIpv6(subnet: Resource, { routes }: RouteTable, of?: Resource): boolean {
  const hasAddresses = [
    "ipv6_cidr_block",
    "ipv6_native",
    "ipv6_netmask_length",
    "assign_ipv6_address_on_creation",
  ].some((name) => !isEmpty(subnet.get(name)) && subnet.get(name) !== false);
  const isDual = /dualstack|ipv6/.test(text(of?.get("ip_address_type")) ?? "");
  return (hasAddresses || isDual) && routes.some(({ destination }) => destination === "ipv6");
}

/** Only what has a public address gets through an internet gateway. */
function addressHops({ publicAddress }: Place, destination: string, remark: string): Hop[] {
  if (publicAddress === true) return [];
  if (publicAddress === undefined)
    return [hop("address", "the network interface", "may have no public address", "maybe")];
  return [
    hop(
      "address",
      "the network interface",
      `has no public address, and an internet gateway takes nothing else to ${destination}${remark}`,
      "no",
    ),
  ];
}

/** The instance, or its network interface, that a route uses as a gateway. */
function forwarderOf(route: Route): Resource | undefined {
  const link = linked(route.target, "aws_network_interface", "aws_instance");
  return route.kind === "other" && link.certain ? link.resources[0] : undefined;
}

const attachmentsByGateway = byLink("aws_internet_gateway_attachment", "internet_gateway_id", "aws_internet_gateway");

/** An internet gateway serves the VPC that it is attached to. */
function attachment(graph: Graph, subnet: Resource, gateway: Resource): Answer {
  const [separate] = graph.once(attachmentsByGateway).get(gateway) ?? [];
  const home = linked((separate ?? gateway).get("vpc_id"), ...VPC_TYPES);
  const vpc = vpcOf(subnet);
  if (gateway.isData || !home.certain || vpc === undefined || home.literal !== undefined) return "maybe";
  return home.resources.includes(vpc) ? "yes" : "no";
}

/** Answers to a NAT gateway come in on more ports than to a Linux client. Source: as CLIENT_PORTS. */
const NAT_PORTS: Ports = { from: 1024, to: 65535 };

function natHops(
  graph: Graph,
  subnet: Resource,
  table: RouteTable,
  nat: Resource | undefined,
  port: number,
  destination: string,
): Hop[] {
  if (nat === undefined || nat.isData)
    return [
      hop("route", table.label, `routes ${destination} to a NAT gateway that is not in this configuration`, "maybe"),
    ];
  const toNat = hop("route", table.label, `routes ${destination} to ${nat.address}`, "yes");
  if (text(nat.get("connectivity_type")) === "private") {
    return [toNat, wayOutOfPrivateNat(graph, nat)];
  }
  const home = linked(nat.get("subnet_id"), ...SUBNET_TYPES);
  const [natSubnet] = home.resources;
  if (natSubnet === undefined || !home.certain)
    return [toNat, hop("nat", nat, "stands in a subnet that can't be known", "maybe")];
  const { tables, certain } = tablesOf(graph, natSubnet);
  const ways = tables.map((one) => wayOutOfNat(graph, nat, natSubnet, one, destination));
  const [way = hop("route", natSubnet, "has a route table that can't be known", "maybe")] = ways;
  const isSure = certain || ways.every(({ passes }) => passes === "no");
  return [
    toNat,
    ...(natSubnet === subnet
      ? []
      : aclHops(graph, natSubnet, "ingress", { from: port, to: port }, addressesOf(subnet), subnet.address)),
    ...aclHops(graph, natSubnet, "egress", { from: port, to: port }, INTERNET, destination),
    isSure ? way : { ...way, passes: "maybe" },
    ...aclHops(graph, natSubnet, "ingress", NAT_PORTS, INTERNET, `answers of ${destination}`),
    ...(natSubnet === subnet
      ? []
      : aclHops(graph, natSubnet, "egress", CLIENT_PORTS, addressesOf(subnet), `answers to ${subnet.address}`)),
  ];
}

/** It may lead to the internet through another network: by a transit gateway, with a route of its own. */
function wayOutOfPrivateNat(graph: Graph, nat: Resource): Hop {
  const [subnet] = linked(nat.get("subnet_id"), ...SUBNET_TYPES).resources;
  const { tables } = subnet ? tablesOf(graph, subnet) : { tables: [] };
  const leadsOn = tables.map(internetRoute).some((route) => route === "unknown" || route?.kind === "other");
  return leadsOn || tables.length === 0
    ? hop("nat", nat, "is a private NAT gateway, and leads to something that can't be looked into", "maybe")
    : hop("nat", nat, "is a private NAT gateway, which does not lead to the internet", "no");
}

function wayOutOfNat(graph: Graph, nat: Resource, subnet: Resource, table: RouteTable, destination: string): Hop {
  if (table.ofDefaultVpc) return hop("route", table.label, `routes ${destination} to the internet gateway`, "yes");
  const route = internetRoute(table);
  if (route === "unknown") return hop("route", table.label, `may have a route to ${destination}`, "maybe");
  const notPublic = hop(
    "nat",
    nat,
    `stands in ${subnet.address}, which has no route to an internet gateway: a NAT gateway needs a public subnet`,
    "no",
  );
  if (route === undefined) return notPublic;
  return onlyHop(table, gatewaysOf(route), (target) => {
    if (target?.type.endsWith("aws_internet_gateway"))
      return hop("route", table.label, `routes ${destination} to ${target.address}`, attachment(graph, subnet, target));
    return route.kind === "other" || route.kind === "unknown" || target === undefined
      ? hop("route", table.label, "leads to something that can't be looked into", "maybe")
      : notPublic;
  });
}

function onlyHop(
  table: RouteTable,
  gateways: readonly Resource[],
  through: (gateway: Resource | undefined) => Hop,
): Hop {
  return eitherWay(table, gateways, (gateway) => [through(gateway)])[0] as Hop;
}

export function wayIn(graph: Graph, to: Place, subnet: Resource, table: RouteTable): Hop {
  if (table.ofDefaultVpc) return hop("route", table.label, `routes ${subnet.address} to the internet gateway`, "yes");
  const route = internetRoute(table);
  if (route === "unknown") return hop("route", table.label, "may have a route to an internet gateway", "maybe");
  const noWay = mayUseIpv6(subnet, table, to.resource)
    ? hop("route", table.label, "may lead in over IPv6", "maybe")
    : hop(
        "route",
        table.label,
        `has no route to an internet gateway, and ${to.label} stands in ${subnet.address}`,
        "no",
      );
  if (route === undefined) return noWay;
  return onlyHop(table, gatewaysOf(route), (target) => {
    if (target?.type.endsWith("aws_internet_gateway"))
      return hop(
        "route",
        table.label,
        `routes ${subnet.address} to ${target.address}`,
        attachment(graph, subnet, target),
      );
    return target === undefined || route.kind === "other"
      ? hop("route", table.label, "leads to something that can't be looked into", "maybe")
      : noWay;
  });
}

/** Whether there is an internet gateway in a VPC. */
export function hasInternetGateway(graph: Graph, vpc: Resource): Answer {
  if (vpc.type === "aws_default_vpc") return "yes"; // as AWS makes it
  if (vpc.isData || graph.isHandedOn(vpc)) return "maybe";
  const { certainly, perhaps, isAnyUnclear } = graph.once(vpcsWithGateways);
  if (certainly.has(vpc)) return "yes";
  return isAnyUnclear || perhaps.has(vpc) ? "maybe" : "no";
}

/** VPCs that have an internet gateway, and those that may have one: all, where one may be attached to anything. */
function vpcsWithGateways(graph: Graph) {
  const attachments = graph
    .ofType("aws_internet_gateway", "aws_internet_gateway_attachment")
    .map((one) => linked(one.get("vpc_id"), ...VPC_TYPES));
  const clear = attachments.filter(({ resources, certain }) => certain || resources.length === 1);
  const unclear = attachments.filter(({ certain }) => !certain);
  return {
    certainly: new Set(clear.flatMap(({ resources }) => resources)),
    perhaps: new Set(unclear.flatMap(({ resources }) => resources)),
    isAnyUnclear: unclear.some(({ resources }) => resources.length === 0),
  };
}

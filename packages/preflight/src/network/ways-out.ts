import { byLink } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { text } from "../graph/value.ts";
import { type AddressRange, type Answer, EVERY_ADDRESS, NEGLIGIBLE, sizeOf } from "./addresses.ts";
import { aclHops } from "./barriers.ts";
import { dropsForeign, type Forwarder, forwarderOf, groupHops, hasAddressOutside } from "./nat-instances.ts";
import { CLIENT_PORTS, type Ports } from "./network-acls.ts";
import { type Hop, hop, pathOf } from "./path.ts";
import { addressesOf, blocksOf, type Place, vpcOf } from "./places.ts";
import {
  gatewaysOf,
  mayLeadElsewhere,
  type Route,
  type RouteTable,
  routeAround,
  SUBNET_TYPES,
  type Turn,
  tablesOf,
  turnsOf,
  VPC_TYPES,
} from "./routes.ts";

/** Packets from a subnet to the internet, or to a part of it. */
export interface Outbound {
  readonly graph: Graph;
  readonly subnet: Resource;
  readonly destination: string;
  readonly addresses: readonly AddressRange[];
}

/** The hops behind a route. */
type Through = (route: Route, table: RouteTable, part: Outbound) => Hop[];

/** Hops from a subnet to the internet, those of a NAT gateway included. */
export function routeHops(traffic: Outbound, from: Place, port: number, remark: string): Hop[] {
  const { subnet, destination } = traffic;
  const through: Through = (route, table, part) => {
    if (route.kind === "egress-only")
      return [hop("route", route.resource, "leads to an egress-only gateway, which takes IPv6 only", "no")];
    const forwarder = forwarderOf(part.graph, route);
    if (forwarder) return forwarderHops(part, from, table, forwarder, port);
    return eitherWay(table, gatewaysOf(route), (target) => {
      if (route.kind === "nat" || target?.type.endsWith("aws_nat_gateway"))
        return natHops(part, from, table, target, port);
      if (route.kind !== "gateway" || !target?.type.endsWith("aws_internet_gateway"))
        return [hop("route", table.label, `routes ${destination} to something that can't be looked into`, "maybe")];
      return [gatewayHop(part, table, target, destination), ...ownAddress()];
    });
  };
  const ownAddress = () => addressHops(from, destination, remark);
  const noRoute = ({ label }: RouteTable) =>
    hop("route", label, `has no route out of ${subnet.address} to ${destination}${remark}`, "no");
  return throughTables(traffic, noRoute, through, ownAddress);
}

/** @param behindDefault hops behind the internet gateway of the default VPC */
function throughTables(
  traffic: Outbound,
  noRoute: (table: RouteTable) => Hop,
  through: Through,
  behindDefault: () => Hop[] = () => [],
): Hop[] {
  const { graph, subnet, destination } = traffic;
  const { tables, certain } = tablesOf(graph, subnet);
  if (tables.length === 0) return [hop("route", subnet, "has a route table that can't be known", "maybe")];
  const ways = tables.map((table) =>
    table.ofDefaultVpc
      ? [hop("route", table.label, `routes ${destination} to the internet gateway`, "yes"), ...behindDefault()]
      : inParts(table, traffic, (route, part) => {
          if (route === "unknown") return [hop("route", table.label, `may have a route to ${destination}`, "maybe")];
          return route === undefined ? [noRoute(table)] : through(route, table, part);
        }),
  );
  const [first = []] = ways;
  if (certain || ways.every((hops) => pathOf(hops).verdict === "blocked")) return first;
  return [hop("route", subnet, "has one of several route tables", "maybe")];
}

/**
 * Several routes may share the internet, such as 0.0.0.0/1 and 128.0.0.0/1: what they agree on is known, and what becomes
 * of nearly all of it.
 */
function inParts(table: RouteTable, traffic: Outbound, hopsOf: (route: Turn["route"], part: Outbound) => Hop[]): Hop[] {
  const parts = turnsOf(table, traffic.addresses).map(({ route, addresses }) => {
    const hops = hopsOf(route, { ...traffic, addresses });
    return { hops, size: sizeOf(addresses), verdict: pathOf(hops).verdict };
  });
  const [largest] = parts;
  if (largest === undefined) return [];
  const others = parts.filter(({ verdict }) => verdict !== largest.verdict);
  const share = others.reduce((sum, { size }) => sum + size, 0) / sizeOf(traffic.addresses);
  if (share === 0 || (largest.verdict === "open" && share < NEGLIGIBLE)) return largest.hops;
  const closed = parts.find(({ verdict }) => verdict !== "open");
  const stop = closed && pathOf(closed.hops).hops.at(-1);
  const why = stop && stop.at !== table.label ? `: ${stop.at} ${stop.what}` : "";
  return [hop("route", table.label, `leads to a part of ${traffic.destination} only${why}`, "maybe")];
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

const attachmentsByGateway = byLink("aws_internet_gateway_attachment", "internet_gateway_id", "aws_internet_gateway");

function gatewayHop({ graph, subnet }: Outbound, table: RouteTable, gateway: Resource, routed: string): Hop {
  const passes = attachment(graph, subnet, gateway);
  const elsewhere = passes === "no" ? `, which is not attached to the VPC of ${subnet.address}` : "";
  return hop("route", table.label, `routes ${routed} to ${gateway.address}${elsewhere}`, passes);
}

/** An internet gateway serves the VPC that it is attached to. */
function attachment(graph: Graph, subnet: Resource, gateway: Resource): Answer {
  const [separate] = graph.once(attachmentsByGateway).get(gateway) ?? [];
  const home = linked((separate ?? gateway).get("vpc_id"), ...VPC_TYPES);
  const vpc = vpcOf(subnet);
  if (gateway.isData || !home.certain || vpc === undefined || home.literal !== undefined) return "maybe";
  return home.resources.includes(vpc) ? "yes" : "no";
}

function natHops(traffic: Outbound, from: Place, table: RouteTable, nat: Resource | undefined, port: number): Hop[] {
  const { graph, subnet, destination, addresses } = traffic;
  if (nat === undefined || nat.isData)
    return [
      hop("route", table.label, `routes ${destination} to a NAT gateway that is not in this configuration`, "maybe"),
    ];
  const toNat = hop("route", table.label, `routes ${destination} to ${nat.address}`, "yes");
  if (text(nat.get("availability_mode")) === "regional") return [toNat, wayOutOfRegionalNat(graph, nat)];
  const home = linked(nat.get("subnet_id"), ...SUBNET_TYPES);
  const [natSubnet] = home.resources;
  if (text(nat.get("connectivity_type")) === "private") return [toNat, wayOutOfPrivateNat(traffic, nat, natSubnet)];
  if (natSubnet === undefined || !home.certain)
    return [toNat, hop("nat", nat, "stands in a subnet that can't be known", "maybe")];
  const crosses = natSubnet !== subnet; // an ACL stands between subnets only
  const asked: Ports = { from: port, to: port };
  const [here, answers] = [addressesOf(subnet), from.clientPorts ?? CLIENT_PORTS.linux];
  return [
    toNat,
    ...(crosses ? aclHops(graph, natSubnet, "ingress", asked, here, subnet.address) : []),
    ...aclHops(graph, natSubnet, "egress", asked, addresses, destination),
    ...wayOutOfNat({ ...traffic, subnet: natSubnet }, nat),
    ...aclHops(graph, natSubnet, "ingress", CLIENT_PORTS.any, addresses, `answers of ${destination}`),
    ...(crosses ? answerHops(traffic, natSubnet, answers) : []),
  ];
}

/** Through an instance that does what a NAT gateway does. What runs on it can't be seen; what is around it can. */
function forwarderHops(traffic: Outbound, from: Place, table: RouteTable, forwarder: Forwarder, port: number): Hop[] {
  const { graph, subnet, destination, addresses } = traffic;
  const { resource, subnet: home, isAlone } = forwarder;
  if (dropsForeign(forwarder))
    return [hop("nat", resource, "checks the source and destination of packets, and drops what is not its own", "no")];
  const toIt = hop("route", table.label, `routes ${destination} to ${resource.address}`, "yes");
  if (home === undefined || !isAlone)
    return [toIt, hop("nat", resource, "passes packets on to something that can't be looked into", "maybe")];
  const address = hasAddressOutside(forwarder);
  const crosses = home !== subnet;
  const asked: Ports = { from: port, to: port };
  const [here, answers] = [addressesOf(subnet), from.clientPorts ?? CLIENT_PORTS.linux];
  return [
    toIt,
    ...(crosses ? aclHops(graph, home, "ingress", asked, here, subnet.address) : []),
    ...groupHops(graph, forwarder, from, subnet, port, addresses),
    ...aclHops(graph, home, "egress", asked, addresses, destination),
    ...wayOutOfNat({ ...traffic, subnet: home }, resource),
    ...(address === "yes"
      ? []
      : [hop("nat", resource, `${address === "no" ? "has" : "may have"} no public address`, address)]),
    ...aclHops(graph, home, "ingress", CLIENT_PORTS.any, addresses, `answers of ${destination}`),
    ...(crosses ? answerHops(traffic, home, answers) : []),
  ];
}

/**
 * It stands in no subnet, and has a route to the internet gateway of its VPC by itself.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
function wayOutOfRegionalNat(graph: Graph, nat: Resource): Hop {
  const home = linked(nat.get("vpc_id"), ...VPC_TYPES);
  const [vpc] = home.resources;
  const answer = vpc && home.certain ? hasInternetGateway(graph, vpc) : "maybe";
  const what = {
    yes: "leads to the internet gateway of its VPC",
    maybe: "may lead to an internet gateway",
    no: `leads nowhere: ${vpc?.address} has no internet gateway`,
  };
  return hop("nat", nat, what[answer], answer);
}

/** Answers from the subnet of what passes them on: within the VPC, unless a route leads them around. */
function answerHops({ graph, subnet }: Outbound, home: Resource, answers: Ports): Hop[] {
  return [
    ...aclHops(graph, home, "egress", answers, addressesOf(subnet), `answers to ${subnet.address}`),
    ...aroundHops(graph, home, subnet),
  ];
}

/** A route of a subnet that takes packets to another one of its VPC through something else. */
export function aroundHops(graph: Graph, subnet: Resource, other: Resource): Hop[] {
  const [vpc, there] = [vpcOf(subnet), addressesOf(other)];
  if (there === undefined) return [];
  const networks = vpc ? blocksOf(graph, vpc) : [];
  const around = tablesOf(graph, subnet).tables.find((table) => routeAround(table, there, networks));
  const what = `takes packets for ${other.address} to something that can't be looked into`;
  return around ? [hop("route", around.label, what, "maybe")] : [];
}

/** It may lead to the internet through another network: by a transit gateway, with a route of its own. */
function wayOutOfPrivateNat({ graph, addresses }: Outbound, nat: Resource, subnet: Resource | undefined): Hop {
  const { tables } = subnet ? tablesOf(graph, subnet) : { tables: [] };
  const turns = tables.flatMap((table) => turnsOf(table, addresses));
  const leadsOn = turns.some(({ route }) => route === "unknown" || (route && mayLeadElsewhere(route)));
  return leadsOn || tables.length === 0
    ? hop("nat", nat, "is a private NAT gateway, and leads to something that can't be looked into", "maybe")
    : hop("nat", nat, "is a private NAT gateway, which does not lead to the internet", "no");
}

function wayOutOfNat(traffic: Outbound, nat: Resource): Hop[] {
  const without = `stands in ${traffic.subnet.address}, which has no route to an internet gateway`;
  const what = nat.type === "aws_nat_gateway" ? `${without}: a NAT gateway needs a public subnet` : without;
  return throughGateway(traffic, () => hop("nat", nat, what, "no"), traffic.destination, nat);
}

/** The way in to a place from the internet, which is an internet gateway; its answers take the same. */
export function wayIn(answers: Outbound, to: Place): Hop[] {
  const what = `has no route to an internet gateway, and ${to.label} stands in ${answers.subnet.address}`;
  const hops = throughGateway(answers, ({ label }) => hop("route", label, what, "no"), answers.subnet.address);
  const vpc = vpcOf(answers.subnet);
  const isShut = vpc !== undefined && hasInternetGateway(answers.graph, vpc) === "no";
  if (!isShut || pathOf(hops).verdict === "blocked") return hops;
  return [hop("route", vpc, `has no internet gateway, and ${to.label} stands in it`, "no")];
}

/**
 * Through the internet gateway that a public subnet has a route to.
 *
 * @param otherwise what stops it where it has none
 * @param sender what sends the packets: a route back to it leads nowhere
 */
function throughGateway(
  traffic: Outbound,
  otherwise: (table: RouteTable) => Hop,
  routed: string,
  sender?: Resource,
): Hop[] {
  return throughTables(traffic, otherwise, (route, table) =>
    eitherWay(table, gatewaysOf(route), (target) => {
      if (target?.type.endsWith("aws_internet_gateway")) return [gatewayHop(traffic, table, target, routed)];
      const isLoop = sender !== undefined && forwarderOf(traffic.graph, route)?.resource === sender;
      const leadsToNat = route.kind === "nat" || route.kind === "egress-only" || isLoop;
      const isUnclear = target ? target.type === "aws_vpn_gateway" : !leadsToNat;
      return [
        isUnclear
          ? hop("route", table.label, "leads to something that can't be looked into", "maybe")
          : otherwise(table),
      ];
    }),
  );
}

/** Whether what sends from a subnet finds a route to an internet gateway there. */
export function leadsToInternet(graph: Graph, subnet: Resource, sender: Resource): Answer {
  const traffic = { graph, subnet, destination: "the internet", addresses: [EVERY_ADDRESS] };
  const hops = throughGateway(traffic, ({ label }) => hop("route", label, "", "no"), "", sender);
  return ({ open: "yes", blocked: "no", unknown: "maybe" } as const)[pathOf(hops).verdict];
}

/** Whether there is an internet gateway in a VPC. */
export function hasInternetGateway(graph: Graph, vpc: Resource): Answer {
  if (vpc.type === "aws_default_vpc") return "yes"; // as AWS makes it
  if (vpc.isData || graph.isHandedOn(vpc)) return "maybe";
  const { certainly, perhaps, isAnyUnclear } = graph.once(vpcsWithGateways);
  if (certainly.has(vpc)) return "yes";
  return isAnyUnclear || perhaps.has(vpc) ? "maybe" : "no";
}

/**
 * VPCs that have an internet gateway, and those that may have one: all, where one may be attached to anything, or a
 * carrier gateway does the same for a Wavelength zone.
 */
function vpcsWithGateways(graph: Graph) {
  const attachments = graph
    .ofType("aws_internet_gateway", "aws_internet_gateway_attachment")
    .map((one) => linked(one.get("vpc_id"), ...VPC_TYPES));
  const others = graph.ofType("data.aws_internet_gateway", "aws_ec2_carrier_gateway");
  const clear = attachments.filter(({ resources, certain }) => certain || resources.length === 1);
  const unclear = attachments.filter(({ certain }) => !certain);
  return {
    certainly: new Set(clear.flatMap(({ resources }) => resources)),
    perhaps: new Set(unclear.flatMap(({ resources }) => resources)),
    isAnyUnclear: others.length > 0 || unclear.some(({ resources }) => resources.length === 0),
  };
}

import type { Graph, Resource } from "../graph/graph.ts";
import type { Addresses, AddressRange, Answer } from "./addresses.ts";
import { aclHops, groupNames, leaveThroughGroups } from "./barriers.ts";
import { mayConnectOverIpv6 } from "./ipv6.ts";
import { once } from "./known-paths.ts";
import { CLIENT_PORTS, type Ports } from "./network-acls.ts";
import { byParts } from "./parts.ts";
import { certainOf, type Hop, hop, orOverIpv6, type Path, pathOf, standpoints, worst } from "./path.ts";
import { addressOfIpv4, pathInOverIpv4, pathOutOverIpv4 } from "./path-over-internet.ts";
import { addressesOf, type Place, vpcOf } from "./places.ts";
import { mayLeadElsewhere, type RouteTable, tablesOf, turnsOf } from "./routes.ts";
import { groupsPermit } from "./security-groups.ts";
import { aroundHops } from "./ways-out.ts";

/** From one place to another in the network, on a port. */
export function pathBetween(graph: Graph, from: Place, to: Place, port: number): Path {
  return once(graph, from, `${to.resource.address}:${port}`, () =>
    worst(
      standpoints(from).map((subnet) => pathFromSubnet(graph, from, subnet, to, port)),
      certainOf(from),
    ),
  );
}

export function pathFromSubnet(graph: Graph, from: Place, subnet: Resource | undefined, to: Place, port: number): Path {
  return worst(
    standpoints(to).map((other) => pathByName(graph, from, subnet, to, other, port)),
    certainOf(to),
  );
}

/** The name of a load balancer that faces the internet leads to its public addresses, from within its VPC too. */
function pathByName(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  to: Place,
  other: Resource | undefined,
  port: number,
): Path {
  const privately = () => pathBetweenSubnets(graph, from, subnet, to, other, port);
  if (!to.isNamedPublicly) return privately();
  const publicly = pathOf([
    hop(
      "address",
      to.resource,
      "faces the internet: its name leads to public addresses",
      to.publicAddress ? "yes" : "maybe",
    ),
    ...throughInternet(graph, from, subnet, to, other, port),
  ]);
  if (to.publicAddress || publicly.verdict !== "blocked") return publicly;
  const inside = privately();
  return inside.verdict === "blocked" ? inside : { verdict: "unknown", hops: inside.hops };
}

function pathBetweenSubnets(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  to: Place,
  other: Resource | undefined,
  port: number,
): Path {
  const [ourVpc, theirVpc] = [subnet && vpcOf(subnet), other && vpcOf(other)];
  const otherNetwork = ourVpc !== undefined && theirVpc !== undefined && ourVpc !== theirVpc;
  const pathOfParts = (here: Addresses, there: Addresses) =>
    pathOf(hopsBetween(graph, from, { subnet, addresses: here }, to, { subnet: other, addresses: there }, port));
  const path = byParts(graph, subnet && addressesOf(subnet), (here) =>
    byParts(graph, other && addressesOf(other), (there) => pathOfParts(here, there)),
  );
  // What is in another VPC may be reached under its public address too.
  if (otherNetwork && path.verdict === "blocked" && to.publicAddress !== false)
    return pathOf(throughInternet(graph, from, subnet, to, other, port));
  return orOverIpv6(path, () => mayConnectOverIpv6(graph, from, subnet, to, other, port));
}

/** Addresses in a subnet. */
interface End {
  readonly subnet: Resource | undefined;
  readonly addresses: Addresses;
}

/** Over IPv4, both ways, within a VPC or to another one that routes lead to. */
function hopsBetween(graph: Graph, from: Place, start: End, to: Place, end: End, port: number): Hop[] {
  const answers = from.clientPorts ?? CLIENT_PORTS.linux;
  const client = groupNames(from);
  return [
    ...addressOfIpv4(start.subnet),
    ...addressOfIpv4(end.subnet),
    ...leaveThroughGroups(graph, from, port, { groups: to.groups, addresses: end.addresses }, to.label),
    ...crossingHops(graph, start, end, { from: port, to: port }, { to: to.label, from: client, way: "there" }),
    ...arriving(graph, from, to, port, start.addresses),
    ...crossingHops(graph, end, start, answers, {
      to: `answers to ${client}`,
      from: `answers of ${to.label}`,
      way: "back",
    }),
    ...(start.subnet && end.subnet ? [] : [hop("route", to.label, "the subnets can't be known", "maybe")]),
  ];
}

/** From one subnet to another, where there are two: ACLs and routes stand between subnets only. */
function crossingHops(
  graph: Graph,
  start: End,
  end: End,
  ports: Ports,
  named: { readonly to: string; readonly from: string; readonly way: "there" | "back" },
): Hop[] {
  if (start.subnet === undefined || end.subnet === undefined || start.subnet === end.subnet) return [];
  return [
    ...aclHops(graph, start.subnet, "egress", ports, end.addresses, named.to),
    ...routedHops(graph, start.subnet, end.subnet, named.way),
    ...aclHops(graph, end.subnet, "ingress", ports, start.addresses, named.from),
  ];
}

function arriving(graph: Graph, from: Place, to: Place, port: number, here: Addresses): Hop[] {
  if (to.groups === undefined) return [];
  const passes = groupsPermit(graph, to.groups, "ingress", port, { groups: from.groups, addresses: here });
  const verb = passes === "no" ? "does not let" : passes === "yes" ? "lets" : "may let";
  return [hop("group", groupNames(to), `${verb} ${groupNames(from)} in on ${port}`, passes)];
}

/**
 * Within a VPC packets stay local, unless a more specific route leads them through something else. To another VPC, only
 * routes that lead there and back join the two.
 */
function routedHops(graph: Graph, subnet: Resource, other: Resource, way: "there" | "back"): Hop[] {
  const there = addressesOf(other);
  const [vpc, otherVpc] = [vpcOf(subnet), vpcOf(other)];
  if (vpc && otherVpc && vpc !== otherVpc) {
    const answer = mayLeadTo(graph, subnet, there);
    return answer === "no"
      ? [hop("route", subnet, `${other.address} is in another VPC, and no route leads ${way}`, answer)]
      : [
          hop(
            "route",
            subnet,
            `${other.address} is in another VPC, and what leads ${way} can't be looked into`,
            answer,
          ),
        ];
  }
  return aroundHops(graph, subnet, other);
}

/** Out to the internet, and in again as anybody: what comes from a public address has no security group. */
function throughInternet(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  to: Place,
  other: Resource | undefined,
  port: number,
): Hop[] {
  return [
    ...pathOutOverIpv4(graph, from, subnet, port, `the public addresses of ${to.label}`).hops,
    ...pathInOverIpv4(graph, to, other, port, "public addresses").hops,
  ];
}

function mayLeadTo(graph: Graph, subnet: Resource, there: AddressRange | undefined): Answer {
  const { tables } = tablesOf(graph, subnet);
  const isOpen = tables.length === 0 || tables.some((table) => mayJoin(table, there));
  return isOpen ? "maybe" : "no";
}

function mayJoin(table: RouteTable, there: AddressRange | undefined): boolean {
  const routes = there ? turnsOf(table, [there]).map(({ route }) => route) : table.routes;
  return !table.complete || routes.some((route) => route === "unknown" || (route && mayLeadElsewhere(route)));
}

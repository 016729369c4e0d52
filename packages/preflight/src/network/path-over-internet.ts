import type { Graph, Resource } from "../graph/graph.ts";
import { INTERNET, type PublicAddresses, rangesOf } from "./addresses.ts";
import { aclHops, groupNames, leaveThroughGroups } from "./barriers.ts";
import { mayEnterOverIpv6, mayLeaveOverIpv6 } from "./ipv6.ts";
import { once } from "./known-paths.ts";
import { CLIENT_PORTS } from "./network-acls.ts";
import { byParts } from "./parts.ts";
import { certainOf, type Hop, hop, orOverIpv6, type Path, pathOf, standpoints, worst } from "./path.ts";
import { isIpv6Only, type Place } from "./places.ts";
import { groupsPermit } from "./security-groups.ts";
import { routeHops, wayIn } from "./ways-out.ts";

/** From a place to everybody out there, on a port. */
export function pathToInternet(graph: Graph, from: Place, port: number, destination = "the internet"): Path {
  return once(graph, from, `${destination}:${port}`, () =>
    worst(
      standpoints(from).map((subnet) => pathToInternetFrom(graph, from, subnet, port, destination)),
      certainOf(from),
    ),
  );
}

/** @param remark what to say beside, where no way leads there */
export function pathToInternetFrom(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  port: number,
  destination: string,
  remark = "",
): Path {
  const path = pathOutOverIpv4(graph, from, subnet, port, destination, remark);
  return orOverIpv6(path, () => mayLeaveOverIpv6(graph, from, subnet, port));
}

export function pathOutOverIpv4(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  port: number,
  destination: string,
  remark = "",
): Path {
  const out: Out = { graph, from, subnet, port, destination, remark };
  return byParts(graph, INTERNET, (addresses) => pathOf(hopsOut(out, addresses as PublicAddresses)));
}

interface Out {
  readonly graph: Graph;
  readonly from: Place;
  readonly subnet: Resource | undefined;
  readonly port: number;
  readonly destination: string;
  readonly remark: string;
}

function hopsOut({ graph, from, subnet, port, destination, remark }: Out, addresses: PublicAddresses): Hop[] {
  const service = /^[a-z0-9.-]+$/.test(destination) ? destination : undefined;
  const leaving = leaveThroughGroups(graph, from, port, { groups: undefined, addresses, service }, destination, remark);
  if (subnet === undefined)
    return [...leaving, hop("route", from.resource, "stands in subnets that can't be known", "maybe")];
  const answers = from.clientPorts ?? CLIENT_PORTS.linux;
  return [
    ...addressOfIpv4(subnet),
    ...leaving,
    ...mailHops(port),
    ...aclHops(graph, subnet, "egress", { from: port, to: port }, addresses, destination),
    ...routeHops({ graph, subnet, destination, addresses: rangesOf(addresses) }, from, port, remark),
    ...aclHops(graph, subnet, "ingress", answers, addresses, `answers of ${destination}`),
  ];
}

/**
 * AWS itself stops mail to public addresses, unless an account has had that lifted.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-resource-limits.html#port-25-throttle
 */
function mailHops(port: number): Hop[] {
  const what = "lets nothing out to public addresses on 25, unless the account has asked for it";
  return port === SMTP ? [hop("address", "AWS", what, "maybe")] : [];
}

const SMTP = 25;

/** What stands in a subnet of IPv6 alone has no address of IPv4; what leads there nevertheless is not computed. */
export function addressOfIpv4(subnet: Resource | undefined): Hop[] {
  return subnet && isIpv6Only(subnet)
    ? [hop("address", subnet, "has addresses of IPv6 only, which are not computed", "maybe")]
    : [];
}

/**
 * From the internet to a place, on a port. A rule for some addresses out there is a choice, none at all is a mistake.
 */
export function pathFromInternet(graph: Graph, to: Place, port: number): Path {
  const paths = standpoints(to).map((subnet) =>
    orOverIpv6(pathInOverIpv4(graph, to, subnet, port), () => mayEnterOverIpv6(graph, to, subnet, port)),
  );
  return worst(paths, certainOf(to));
}

/** @param client who comes in, in words */
export function pathInOverIpv4(
  graph: Graph,
  to: Place,
  subnet: Resource | undefined,
  port: number,
  client = "the internet",
): Path {
  return byParts(graph, INTERNET, (addresses) =>
    pathOf(hopsIn(graph, to, subnet, port, client, addresses as PublicAddresses)),
  );
}

function hopsIn(
  graph: Graph,
  to: Place,
  subnet: Resource | undefined,
  port: number,
  client: string,
  addresses: PublicAddresses,
): Hop[] {
  const entering = enterThroughGroups(graph, to, port, addresses);
  if (subnet === undefined)
    return [
      ...publicAddressHops(to),
      ...entering,
      hop("route", to.resource, "stands in subnets that can't be known", "maybe"),
    ];
  return [
    ...addressOfIpv4(subnet),
    ...publicAddressHops(to),
    ...wayIn({ graph, subnet, destination: client, addresses: rangesOf(addresses) }, to),
    ...aclHops(graph, subnet, "ingress", { from: port, to: port }, addresses, client),
    ...entering,
    ...aclHops(graph, subnet, "egress", CLIENT_PORTS.any, addresses, `answers to ${client}`),
  ];
}

function publicAddressHops({ resource, publicAddress, isNamedPublicly }: Place): Hop[] {
  if (publicAddress === true) return [];
  if (publicAddress === undefined) return [hop("address", resource, "may have no public address", "maybe")];
  const what = isNamedPublicly === undefined ? "has no public address" : "is internal: it has private addresses only";
  return [hop("address", resource, what, "no")];
}

function enterThroughGroups(graph: Graph, place: Place, port: number, addresses: PublicAddresses): Hop[] {
  const { groups } = place;
  if (groups === undefined) return [];
  const passes = groupsPermit(graph, groups, "ingress", port, { groups: undefined, addresses });
  const whom = { yes: "lets traffic in", maybe: "lets some addresses in", no: "lets nothing in" }[passes];
  const isForOthers = passes === "no" && groupsPermit(graph, groups, "ingress", port, ANYBODY) !== "no";
  const what = `${isForOthers ? "lets no public address in" : whom} on ${port}`;
  return [{ ...hop("group", groupNames(place), what, passes), ...(isForOthers && { letsOthers: true }) }];
}

const ANYBODY = { groups: undefined, addresses: undefined };

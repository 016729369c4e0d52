import type { Graph, Resource } from "../graph/graph.ts";
import { type Answer, IPV6 } from "./addresses.ts";
import { aclPermits, CLIENT_PORTS, networkAclOf } from "./network-acls.ts";
import { hasIpv6, type Place, vpcOf } from "./places.ts";
import { type Route, tablesOf } from "./routes.ts";
import { type Direction, type GroupSet, groupsPermit } from "./security-groups.ts";
import { hasInternetGateway } from "./ways-out.ts";

/** Whether something may go out to the internet over IPv6: nothing that is written excludes it. */
export function mayLeaveOverIpv6(graph: Graph, from: Place, subnet: Resource | undefined, port: number): boolean {
  // A NAT gateway takes IPv6 to what has IPv4 only.
  return mayCrossOverIpv6(graph, from, subnet, "egress", port, () => true);
}

/** Whether the internet may come in over IPv6: by an internet gateway. An egress-only one lets nothing in. */
export function mayEnterOverIpv6(graph: Graph, to: Place, subnet: Resource | undefined, port: number): boolean {
  const vpc = subnet && vpcOf(subnet);
  if (vpc && hasInternetGateway(graph, vpc) === "no") return false;
  return mayCrossOverIpv6(graph, to, subnet, "ingress", port, ({ kind }) => kind !== "nat" && kind !== "egress-only");
}

function mayCrossOverIpv6(
  graph: Graph,
  place: Place,
  subnet: Resource | undefined,
  direction: Direction,
  port: number,
  leads: (route: Route) => boolean,
): boolean {
  return (
    subnet !== undefined &&
    mayHaveIpv6(place, subnet) &&
    mayPassGroups(graph, place, direction, port, undefined) &&
    mayPassAcl(graph, subnet, direction, port) &&
    mayBeRouted(graph, subnet, leads)
  );
}

/** Whether something in a subnet may connect over IPv6 to something in another subnet of the VPC, or in the same. */
export function mayConnectOverIpv6(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  to: Place,
  other: Resource | undefined,
  port: number,
): boolean {
  return (
    subnet !== undefined &&
    other !== undefined &&
    mayHaveIpv6(from, subnet) &&
    mayHaveIpv6(to, other) &&
    mayPassGroups(graph, from, "egress", port, to.groups) &&
    mayPassGroups(graph, to, "ingress", port, from.groups) &&
    (subnet === other || (mayPassAcl(graph, subnet, "egress", port) && mayPassAcl(graph, other, "ingress", port)))
  );
}

function mayHaveIpv6({ ipv6 = true }: Place, subnet: Resource): boolean {
  return ipv6 && hasIpv6(subnet);
}

function mayPassGroups(
  graph: Graph,
  { groups }: Place,
  direction: Direction,
  port: number,
  peer: GroupSet | undefined,
): boolean {
  return (
    groups === undefined || groupsPermit(graph, groups, direction, port, { groups: peer, addresses: IPV6 }) !== "no"
  );
}

/** @param direction of the connection; answers take the other one */
function mayPassAcl(graph: Graph, subnet: Resource, direction: Direction, port: number): boolean {
  const acl = networkAclOf(graph, subnet);
  if (acl === undefined || acl === "unknown") return true;
  const answers: Direction = direction === "egress" ? "ingress" : "egress";
  const passes: Answer[] = [
    aclPermits(acl, direction, { from: port, to: port }, IPV6).passes,
    aclPermits(acl, answers, CLIENT_PORTS.any, IPV6).passes,
  ];
  return !passes.includes("no");
}

function mayBeRouted(graph: Graph, subnet: Resource, leads: (route: Route) => boolean): boolean {
  const { tables, certain } = tablesOf(graph, subnet);
  return (
    !certain ||
    tables.some(
      ({ routes, complete }) =>
        !complete || routes.some((route) => (route.destination ?? "ipv6") === "ipv6" && leads(route)),
    )
  );
}

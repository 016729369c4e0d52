import type { Graph, Resource } from "../graph/graph.ts";
import { INTERNET } from "./addresses.ts";
import { aclPermits, networkAclOf, type Ports } from "./network-acls.ts";
import { type Hop, hop } from "./path.ts";
import type { Place } from "./places.ts";
import { type Direction, groupsPermit, type Peer } from "./security-groups.ts";

export function leaveThroughGroups(
  graph: Graph,
  from: Place,
  port: number,
  peer: Peer,
  destination: string,
  remark = "",
): Hop[] {
  if (from.groups === undefined) return [];
  const passes = groupsPermit(graph, from.groups, "egress", port, peer);
  const names = groupNames(from);
  const what =
    passes === "no"
      ? `lets nothing out to ${destination} on ${port}${remark}`
      : `lets out to ${destination} on ${port}`;
  return [
    hop(
      peer.groups === undefined && peer.addresses === INTERNET ? "group to the internet" : "group",
      names,
      what,
      passes,
    ),
  ];
}

export function groupNames({ groups, resource }: Place): string {
  const names = groups?.groups.map(({ address, type }) =>
    type.endsWith("_vpc") ? `the default security group of ${address}` : address,
  );
  return names?.join(", ") || `the security group of ${resource.address}`;
}

export function aclHops(
  graph: Graph,
  subnet: Resource,
  direction: Direction,
  ports: Ports,
  addresses: Peer["addresses"],
  what: string,
): Hop[] {
  const acl = networkAclOf(graph, subnet);
  if (acl === undefined) return [];
  if (acl === "unknown") return [hop("acl", subnet, "has a network ACL that can't be known", "maybe")];
  const passes = aclPermits(acl, direction, ports, addresses);
  const shown = ports.from === ports.to ? `port ${ports.from}` : `ports ${ports.from}–${ports.to}`;
  const way = direction === "egress" ? "out of" : "into";
  const verb = passes === "no" ? "refuses" : "lets through";
  return [hop("acl", acl.resource, `${verb} ${shown} ${way} ${subnet.address} (${what})`, passes)];
}

import type { Graph, Resource } from "../graph/graph.ts";
import { remembered } from "../graph/remembered.ts";
import { type Addresses, isPublic } from "./addresses.ts";
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
    hop(peer.groups === undefined && isPublic(peer.addresses) ? "group to the internet" : "group", names, what, passes),
  ];
}

export const groupNames = remembered(({ groups, resource }: Place): string => {
  const names = groups?.groups.map(({ address, type }) =>
    type.endsWith("_vpc") ? `the default security group of ${address}` : address,
  );
  return names?.join(", ") || `the security group of ${resource.address}`;
});

export function aclHops(
  graph: Graph,
  subnet: Resource,
  direction: Direction,
  ports: Ports,
  addresses: Addresses,
  what: string,
): Hop[] {
  const acl = networkAclOf(graph, subnet);
  if (acl === undefined) return [];
  if (acl === "unknown") return [hop("acl", subnet, "has a network ACL that can't be known", "maybe")];
  const { passes, refused } = aclPermits(acl, direction, ports, addresses);
  const isPartial = passes === "no" && refused < 1;
  const shown = ports.from === ports.to ? `port ${ports.from}` : `ports ${ports.from}–${ports.to}`;
  const verb = passes === "no" ? "refuses" : passes === "yes" ? "lets through" : "may refuse";
  const part = isPartial ? `${percent(refused)} of ` : "";
  const way = direction === "egress" ? "out of" : "into";
  const found = hop("acl", acl.resource, `${verb} ${part}${shown} ${way} ${subnet.address} (${what})`, passes);
  return [isPartial ? { ...found, share: refused } : found];
}

/** A share in percent, such as `28 %`; never all, and never nothing. */
export function percent(share: number): string {
  return `${Math.min(Math.max(Math.round(share * 100), 1), 99)} %`;
}

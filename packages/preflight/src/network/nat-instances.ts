import { byLink } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { blocks, flag, isAbsent } from "../graph/value.ts";
import type { AddressRange, Answer } from "./addresses.ts";
import { hasPublicAddress, withAttachedGroups } from "./interfaces.ts";
import { type Hop, hop } from "./path.ts";
import { addressesOf, groupSetOf, type Place, subnetSetOf } from "./places.ts";
import type { Route } from "./routes.ts";
import { groupsPermit, securityGroups } from "./security-groups.ts";

/** What a route uses as a gateway: an instance, or the network interface that an instance has. */
export interface Forwarder {
  readonly resource: Resource;
  /** The one subnet that it stands in; undefined where that can't be known. */
  readonly subnet: Resource | undefined;
  /** It has no other interface, by which packets could go on: what it takes leaves the way it came. */
  readonly isAlone: boolean;
  readonly place: Place;
}

/** The forwarder that a route leads to; undefined where it leads to something else, or to one that can't be known. */
export function forwarderOf(graph: Graph, { kind, target }: Route): Forwarder | undefined {
  const link = linked(target, "aws_network_interface", "aws_instance");
  const [resource] = link.resources;
  if (kind !== "other" || !link.certain || resource === undefined || resource.many) return undefined;
  const subnets = subnetSetOf(resource.get("subnet_id"));
  const subnet = subnets.certain ? subnets.subnets[0] : undefined;
  const groups = resource.get(resource.type === "aws_instance" ? "vpc_security_group_ids" : "security_groups");
  return {
    resource,
    subnet,
    isAlone: standsAlone(graph, resource),
    place: {
      label: resource.address,
      resource,
      subnets,
      groups: subnet && withAttachedGroups(graph, resource, groupSetOf(graph, groups, subnet.get("vpc_id"))),
      publicAddress: hasPublicAddress(graph, resource, subnet),
    },
  };
}

/** Packets for others are dropped unless the check is off, which is on where nothing is written. */
export function dropsForeign({ resource }: Forwarder): boolean {
  return flag(resource.get("source_dest_check"), true) === true;
}

/** Whether its security groups let anything in, whoever sends it. */
export function takesAnything(graph: Graph, { place: { groups } }: Forwarder): Answer {
  if (groups === undefined || !groups.certain) return "maybe";
  const known = groups.groups.map((group) => securityGroups(graph).get(group));
  if (known.some((rules) => rules?.rules.some(({ direction }) => direction === "ingress"))) return "yes";
  return known.every((rules) => rules?.complete) ? "no" : "maybe";
}

/** Hops through its security groups, with packets from a place to a part of the internet. */
export function groupHops(
  graph: Graph,
  { resource, place, isAlone }: Forwarder,
  from: Place,
  subnet: Resource,
  port: number,
  addresses: readonly AddressRange[],
): Hop[] {
  if (place.groups === undefined) return [];
  const peer = { groups: from.groups, addresses: addressesOf(subnet) };
  const into = groupsPermit(graph, place.groups, "ingress", port, peer);
  const out = isAlone
    ? groupsPermit(graph, place.groups, "egress", port, { groups: undefined, addresses })
    : ("maybe" as const);
  return [
    hop("nat", resource, into === "no" ? `takes nothing from ${subnet.address} on ${port}` : "takes packets", into),
    hop("nat", resource, out === "no" ? `lets nothing out to the internet on ${port}` : "passes packets on", out),
  ];
}

const attachments = byLink("aws_network_interface_attachment", "instance_id", "aws_instance");

function standsAlone(graph: Graph, resource: Resource): boolean {
  if (resource.type === "aws_instance")
    return isAbsent(resource.get("network_interface")) && !graph.once(attachments).has(resource);
  const machines = graph.ofType("aws_launch_template", "aws_instance").flatMap((machine) => {
    const { blocks: interfaces, complete } = blocks(
      machine.get(machine.type === "aws_instance" ? "network_interface" : "network_interfaces"),
    );
    const isIts = interfaces.some((one) =>
      linked(one.network_interface_id, "aws_network_interface").resources.includes(resource),
    );
    return isIts ? [complete && interfaces.length === 1 && !graph.once(attachments).has(machine)] : [];
  });
  return machines.length > 0 && machines.every(Boolean);
}

/** Whether it can speak to the internet with an address of its own. */
export function hasAddressOutside({ place: { publicAddress }, isAlone }: Forwarder): Answer {
  if (publicAddress === true) return "yes";
  return publicAddress === false && isAlone ? "no" : "maybe";
}

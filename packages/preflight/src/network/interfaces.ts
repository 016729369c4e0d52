import { byLink, grouped } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked, linkedResource } from "../graph/links.ts";
import { blocks, flag, isAbsent, number } from "../graph/value.ts";
import { groupSetOf } from "./places.ts";
import type { GroupSet } from "./security-groups.ts";

/** What has a network interface: itself, or an instance with its `primary_network_interface_id`. */
const HOLDERS = ["aws_network_interface", "aws_instance"] as const;
const HOLDER_NAMES = ["network_interface", "network_interface_id", "instance", "instance_id"] as const;

const addressesByHolder = (graph: Graph) =>
  grouped(graph.ofType("aws_eip", "aws_eip_association"), (one) =>
    HOLDER_NAMES.flatMap((name) => linked(one.get(name), ...HOLDERS).resources),
  );

/** An address is given to something that can't be known. */
const isAnyAddressOpen = (graph: Graph) =>
  graph
    .ofType("aws_eip", "aws_eip_association")
    .some((one) => HOLDER_NAMES.some((name) => !linked(one.get(name), ...HOLDERS).certain));

export function isHolder({ type }: Resource): boolean {
  return (HOLDERS as readonly string[]).includes(type);
}

/** The interface that an instance sends and listens on by default, where that is a resource of its own. */
export function primaryInterfaceOf(resource: Resource): Resource | undefined {
  const named = blocks(resource.get("primary_network_interface")).blocks;
  const numbered = blocks(resource.get("network_interface")).blocks.filter((one) => number(one.device_index) === 0);
  const [first] = [...named, ...numbered];
  return linkedResource(first?.network_interface_id, "aws_network_interface");
}

const interfacesByInstance = (graph: Graph) => {
  const separate = graph.ofType("aws_network_interface_attachment").map((one) => ({
    owners: linked(one.get("instance_id"), "aws_instance").resources,
    own: linkedResource(one.get("network_interface_id"), "aws_network_interface"),
  }));
  const written = graph.ofType("aws_network_interface").map((own) => ({
    owners: blocks(own.get("attachment")).blocks.flatMap((one) => linked(one.instance, "aws_instance").resources),
    own,
  }));
  return grouped([...separate, ...written], ({ owners }) => owners);
};

/** Interfaces that an instance has beside its primary one. What it does with them is up to its operating system. */
export function furtherInterfacesOf(graph: Graph, instance: Resource): Resource[] {
  const primary = primaryInterfaceOf(instance);
  const listed = blocks(instance.get("network_interface")).blocks.map((one) =>
    linkedResource(one.network_interface_id, "aws_network_interface"),
  );
  const attached = (graph.once(interfacesByInstance).get(instance) ?? []).map(({ own }) => own);
  return [...new Set([...listed, ...attached])].filter((one) => one !== undefined && one !== primary) as Resource[];
}

/**
 * Whether an instance or a network interface has a public address; undefined where that can't be known.
 * AWS gives none by itself to an interface that is there before its instance.
 */
export function hasPublicAddress(graph: Graph, resource: Resource, subnet: Resource | undefined): boolean | undefined {
  const primary = primaryInterfaceOf(resource);
  const held = graph.once(addressesByHolder);
  if (held.has(resource) || (primary && held.has(primary))) return true;
  if (graph.once(isAnyAddressOpen) || graph.isHandedOn(resource)) return undefined;
  if (primary) return hasPublicAddress(graph, primary, subnet);
  if (resource.type === "aws_network_interface") return false;
  const own = resource.get("associate_public_ip_address");
  if (!isAbsent(own)) return flag(own, false);
  if (subnet === undefined || subnet.isData) return undefined;
  return flag(subnet.get("map_public_ip_on_launch"), subnet.type === "aws_default_subnet");
}

const attachments = byLink("aws_network_interface_sg_attachment", "network_interface_id", ...HOLDERS);
const isAnyAttachmentOpen = (graph: Graph) =>
  graph
    .ofType("aws_network_interface_sg_attachment")
    .some((one) => !linked(one.get("network_interface_id"), ...HOLDERS).certain);

/** The groups of an instance or a network interface, with those that attachments give it. */
export function withAttachedGroups(graph: Graph, resource: Resource, own: GroupSet): GroupSet {
  if (!isHolder(resource)) return own;
  const separate = graph.once(attachments).get(resource) ?? [];
  const further = groupSetOf(
    graph,
    separate.map((one) => one.get("security_group_id") ?? null),
    null,
  );
  return {
    groups: [...new Set([...own.groups, ...further.groups])],
    certain: own.certain && further.certain && !graph.once(isAnyAttachmentOpen),
  };
}

import { byLink } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { remembered } from "../graph/remembered.ts";
import { Expression, flag, isAbsent, isEmpty, items, text, type Value } from "../graph/value.ts";
import { type AddressRange, addressRange } from "./addresses.ts";
import type { Ports } from "./network-acls.ts";
import { SUBNET_TYPES, VPC_TYPES } from "./routes.ts";
import { type GroupSet, linkedGroups } from "./security-groups.ts";

/** Subnets that something stands in. */
export interface SubnetSet {
  readonly subnets: readonly Resource[];
  /** It stands in all of them, and in no others. */
  readonly certain: boolean;
}

/** Something with an address in the network: tasks, a load balancer, a database. */
export interface Place {
  /** What to call it, such as `the tasks of aws_ecs_service.app`. */
  readonly label: string;
  readonly resource: Resource;
  readonly subnets: SubnetSet;
  readonly groups: GroupSet | undefined;
  /** It has a public address; undefined where that can't be known. */
  readonly publicAddress: boolean | undefined;
  /** Its name leads to its public address, from within the VPC too. @default false */
  readonly isNamedPublicly?: boolean;
  /** Ports on which it takes answers. @default those of Linux */
  readonly clientPorts?: Ports;
  /** It has an address of IPv6. @default as its subnets have them */
  readonly ipv6?: boolean;
}

export function subnetSetOf(value: Value | undefined): SubnetSet {
  const listed = items(value);
  const links = listed.items.map((item) => linked(item, ...SUBNET_TYPES));
  const subnets = [...new Set(links.flatMap((link) => link.resources))];
  return {
    subnets,
    certain: listed.complete && links.every(({ certain, resources }) => certain && resources.length > 0),
  };
}

/**
 * The security groups in an attribute. Where none is written, it is the default group of the VPC.
 *
 * @param vpc the VPC that it stands in; null where none may be taken instead
 */
export function groupSetOf(graph: Graph, value: Value | undefined, vpc: Value | undefined): GroupSet {
  const listed = items(value);
  if (listed.complete && listed.items.length === 0)
    return vpc === null ? { groups: [], certain: true } : defaultGroup(graph, vpc);
  const links = listed.items.map((item) => linkedGroups(item));
  return {
    groups: [
      ...new Set(links.flatMap((link) => link.resources.map((group) => ownDefaultGroup(graph, group) ?? group))),
    ],
    certain: listed.complete && links.every(({ certain, resources }) => certain && resources.length > 0),
  };
}

function defaultGroup(graph: Graph, vpc: Value | undefined): GroupSet {
  const home = linked(vpc, ...VPC_TYPES);
  const [resource] = home.resources;
  if (resource === undefined || !home.certain || resource.isData) return { groups: [], certain: false };
  return { groups: [ownDefaultGroup(graph, resource) ?? resource], certain: true };
}

/** The default group of a VPC, where the configuration has taken it over. */
function ownDefaultGroup(graph: Graph, vpc: Resource): Resource | undefined {
  return graph.once(defaultGroupByVpc).get(vpc)?.[0];
}

const defaultGroupByVpc = byLink("aws_default_security_group", "vpc_id", ...VPC_TYPES);

export const vpcOf = remembered((subnet: Resource): Resource | undefined => {
  const link = linked(subnet.get("vpc_id"), ...VPC_TYPES);
  return link.certain ? link.resources[0] : undefined;
});

/** Addresses of a subnet, or of its VPC where they can't be known. */
export const addressesOf = remembered((subnet: Resource): AddressRange | undefined => {
  const own = text(subnet.get("cidr_block"));
  const block = own ?? text(vpcOf(subnet)?.get("cidr_block"));
  return block === undefined ? undefined : addressRange(block);
});

/** The blocks of a VPC, as far as they are known. */
export function blocksOf(graph: Graph, vpc: Resource): AddressRange[] {
  const all = [vpc, ...(graph.once(furtherBlocks).get(vpc) ?? [])];
  return all.flatMap((one) => addressRange(text(one.get("cidr_block")) ?? "") ?? []);
}

const furtherBlocks = byLink("aws_vpc_ipv4_cidr_block_association", "vpc_id", ...VPC_TYPES);

/** Whether what is in a subnet has an IPv6 address, or may have one. */
export function hasIpv6(subnet: Resource): boolean {
  const names = ["ipv6_cidr_block", "ipv6_native", "ipv6_netmask_length", "assign_ipv6_address_on_creation"];
  return names.some((name) => !isEmpty(subnet.get(name)) && flag(subnet.get(name), true) !== false);
}

/** Whether an argument such as `ip_address_type` or `network_type` asks for IPv6, or may do so. */
export function asksForIpv6(value: Value | undefined): boolean {
  return !isEmpty(value) && /dual|ipv6/i.test(text(value) ?? "ipv6");
}

/** A subnet without addresses of IPv4. */
export function isIpv6Only(subnet: Resource): boolean {
  return flag(subnet.get("ipv6_native"), false) === true;
}

/**
 * The zone of a subnet, or what names it: `data.aws_availability_zones.all.names.0` is a zone of its own, whichever.
 * undefined where AWS chooses it or it can't be known.
 */
export function zoneOf(subnet: Resource): string | undefined {
  const written = subnet.get("availability_zone");
  const zone = isAbsent(written) ? subnet.get("availability_zone_id") : written;
  const known = text(zone);
  if (known !== undefined || !(zone instanceof Expression)) return known;
  const [resource, ...others] = zone.only?.resources ?? [];
  return resource && others.length === 0 ? `${resource.address}.${zone.only?.attribute}` : undefined;
}

/** The region of a subnet, by the zone that it is in, or by its provider. */
export function regionOf(subnet: Resource): string | undefined {
  const zone = text(subnet.get("availability_zone"));
  return zone === undefined ? subnet.region : /^(.*-\d+)[a-z]$/.exec(zone)?.[1];
}

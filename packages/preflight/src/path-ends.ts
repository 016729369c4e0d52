import { portMappingsOf } from "./ecs/containers.ts";
import { STORE_TYPES } from "./ecs/needs.ts";
import { instancePlace, storePlace } from "./ecs/stores.ts";
import { type Service, services } from "./ecs/tasks.ts";
import type { Graph, Resource } from "./graph/graph.ts";
import { type Block, block, blocks, flag, isAbsent, number } from "./graph/value.ts";
import { hasPublicAddress, isHolder, primaryInterfaceOf, withAttachedGroups } from "./network/interfaces.ts";
import { LB_TYPES, lbPlace, listenersOf } from "./network/load-balancers.ts";
import { CLIENT_PORTS } from "./network/network-acls.ts";
import { asksForIpv6, groupSetOf, type Place, subnetSetOf } from "./network/places.ts";

/** An end of a connection. */
export interface End {
  readonly place: Place;
  /** The port that it listens on, where there is one that is known. */
  readonly port: number | undefined;
}

/** Where a resource stands in the network; undefined where it has no place there. */
export function endOf(graph: Graph, resource: Resource): End | undefined {
  const service = services(graph).find((one) => one.resource === resource);
  if (service) return { place: service.place, port: portOfTasks(service) };
  if ((LB_TYPES as readonly string[]).includes(resource.type))
    return { place: lbPlace(graph, resource), port: portOfLb(graph, resource) };
  if ((STORE_TYPES as readonly string[]).includes(resource.type)) return storePlace(graph, resource);
  if (resource.type === "aws_rds_cluster_instance") return instancePlace(graph, resource);
  const place = placeOfOther(graph, resource);
  return place && { place, port: PORTS[resource.type] ?? number(resource.get("port")) };
}

/** The one port that a load balancer asks, or else that its containers listen on. */
function portOfTasks({ resource, task }: Service): number | undefined {
  const asked = new Set(blocks(resource.get("load_balancer")).blocks.map((one) => number(one.container_port)));
  if (asked.size === 1) return [...asked][0];
  const ports = new Set(
    (task?.containers ?? []).flatMap((one) => portMappingsOf(one).mappings).map(({ port }) => port),
  );
  return ports.size === 1 ? [...ports][0] : undefined;
}

/** 443, unless a load balancer listens on other ports only. */
function portOfLb(graph: Graph, lb: Resource): number {
  const ports = listenersOf(graph, lb).flatMap((listener) => number(listener.get("port")) ?? []);
  return ports.includes(HTTPS) ? HTTPS : (ports[0] ?? HTTPS);
}

const HTTPS = 443;
const PORTS: Readonly<Record<string, number>> = {
  aws_efs_mount_target: 2049,
  aws_opensearch_domain: HTTPS,
  aws_vpc_endpoint: HTTPS,
};

/** Whatever names subnets and security groups in the usual arguments. */
function placeOfOther(graph: Graph, resource: Resource): Place | undefined {
  const own = (primaryInterfaceOf(resource) ?? resource).values;
  const network = block(own.vpc_config ?? own.vpc_options ?? null) ?? own;
  const subnets = network.subnet_ids ?? network.subnets ?? network.subnet_id;
  if (isAbsent(subnets) && !isHolder(resource)) return undefined;
  const groups = network.vpc_security_group_ids ?? network.security_group_ids ?? network.security_groups;
  const set = subnetSetOf(subnets);
  return {
    label: resource.address,
    resource,
    subnets: set,
    groups:
      resource.type === "aws_nat_gateway"
        ? undefined
        : withAttachedGroups(graph, resource, groupSetOf(graph, groups, set.subnets[0]?.get("vpc_id"))),
    publicAddress: publicAddressOf(graph, resource, set.subnets[0]),
    clientPorts: SYSTEMS[resource.type] ?? CLIENT_PORTS.linux,
    ...ipv6Of(resource, network),
  };
}

/** Functions leave a VPC over IPv6 only where they ask for it; what AWS runs has IPv6 only where it is asked for. */
function ipv6Of(resource: Resource, network: Block): Pick<Place, "ipv6"> {
  if (resource.type === "aws_lambda_function")
    return { ipv6: flag(network.ipv6_allowed_for_dual_stack, false) !== false };
  const kind = resource.get("ip_address_type");
  return isAbsent(kind) && !PRIVATE_TYPES.has(resource.type) ? {} : { ipv6: asksForIpv6(kind) };
}

const SYSTEMS: Readonly<Record<string, typeof CLIENT_PORTS.any>> = {
  aws_lambda_function: CLIENT_PORTS.any,
  aws_nat_gateway: CLIENT_PORTS.any,
};

/** What AWS gives private addresses only. */
const PRIVATE_TYPES = new Set([
  "aws_efs_mount_target",
  "aws_lambda_function",
  "aws_opensearch_domain",
  "aws_vpc_endpoint",
]);

function publicAddressOf(graph: Graph, resource: Resource, subnet: Resource | undefined): boolean | undefined {
  if (PRIVATE_TYPES.has(resource.type)) return false;
  if (resource.type === "aws_nat_gateway") return resource.get("connectivity_type") !== "private";
  if (!isAbsent(resource.get("publicly_accessible"))) return flag(resource.get("publicly_accessible"), false);
  return isHolder(resource) ? hasPublicAddress(graph, resource, subnet) : undefined;
}

import { portMappingsOf } from "./ecs/containers.ts";
import { needsOfTask } from "./ecs/needs.ts";
import { services, taskDefinitions } from "./ecs/tasks.ts";
import { byLink } from "./graph/by-link.ts";
import type { Graph, Resource } from "./graph/graph.ts";
import { number } from "./graph/value.ts";
import { allEndpoints } from "./network/endpoints.ts";
import { standing } from "./network/known-paths.ts";
import { isTcp, LB_TYPES, listenersOf } from "./network/load-balancers.ts";
import type { Place } from "./network/places.ts";
import { securityGroups } from "./network/security-groups.ts";
import { endOf } from "./path-ends.ts";
import { KEEPING_SERVICES } from "./path-over.ts";

/** Something with an address in the network. */
export interface NetworkEnd {
  readonly resource: Resource;
  readonly place: Place;
  /** The port that it is asked on where none is named; undefined where that is not known. */
  readonly port: number | undefined;
  /** Ports that it may be asked on: its own, and each that a rule of its security groups names alone. */
  readonly ports: readonly number[];
  /** It connects to others of its own accord: a NAT gateway, say, only passes on. */
  readonly begins: boolean;
  /** What stands alike has the same paths: in the same subnets, with the same security groups and kind of address. */
  readonly standing: string;
}

/** What names subnets, and has no address of its own in them. */
const NO_ENDS = /subnet_group$|_association$|_attachment$|^aws_network_(?:acl|interface)$|^aws_rds_cluster_instance$/;
const ONLY_PASSES = new Set(["aws_vpc_endpoint", "aws_nat_gateway", "aws_efs_mount_target"]);

/** More ports than these are of rules for other things. */
const MAX_PORTS = 12;

/** Everything of a configuration that has a place in a network. */
export function networkEnds(graph: Graph): readonly NetworkEnd[] {
  return graph.once(collectEnds);
}

function collectEnds(graph: Graph): NetworkEnd[] {
  return graph.resources.flatMap((resource) => {
    const end = resource.isData || NO_ENDS.test(resource.type) ? undefined : endOf(graph, resource);
    if (end === undefined) return [];
    return [
      {
        resource,
        ...end,
        ports: resource.type === "aws_nat_gateway" ? [] : portsOf(graph, resource, end.place, end.port),
        begins: !ONLY_PASSES.has(resource.type),
        standing: standing(end.place),
      },
    ];
  });
}

function portsOf(graph: Graph, resource: Resource, place: Place, port: number | undefined): number[] {
  const own = [...(port === undefined ? [] : [port]), ...listenedOn(graph, resource), ...mappedBy(graph, resource)];
  const ruled = (place.groups?.groups ?? []).flatMap((group) => graph.once(portsOfRules)(group));
  return [...new Set([...own, ...ruled.slice(0, MAX_PORTS)])];
}

function listenedOn(graph: Graph, resource: Resource): number[] {
  if (!(LB_TYPES as readonly string[]).includes(resource.type)) return [];
  return listenersOf(graph, resource).flatMap((listener) =>
    isTcp(listener) ? (number(listener.get("port")) ?? []) : [],
  );
}

function mappedBy(graph: Graph, resource: Resource): number[] {
  const task = resource.type === "aws_ecs_service" ? graph.once(tasksByService).get(resource) : undefined;
  return (task?.containers ?? []).flatMap((one) => portMappingsOf(one).mappings.flatMap(({ port }) => port ?? []));
}

const tasksByService = (graph: Graph) => new Map(services(graph).map(({ resource, task }) => [resource, task]));

/** For `graph.once`: single ports that the rules of a group let in. */
function portsOfRules(graph: Graph) {
  const known = new Map<Resource, readonly number[]>();
  const find = (group: Resource) =>
    (securityGroups(graph).get(group)?.rules ?? []).flatMap(({ direction, protocol, from, to }) =>
      direction === "ingress" && (protocol === "tcp" || protocol === undefined) && from !== undefined && from === to
        ? [from]
        : [],
    );
  return (group: Resource) => {
    const found = known.get(group) ?? [...new Set(find(group))];
    known.set(group, found);
    return found;
  };
}

/** Services of AWS, by their usual names, that something may call: what keeps things here, what tasks need, what has an endpoint. */
export function calledServices(graph: Graph): readonly string[] {
  return graph.once(collectServices);
}

function collectServices(graph: Graph): string[] {
  const needed = taskDefinitions(graph).flatMap((task) =>
    needsOfTask(task, task.resource.region).flatMap(({ service }) => service ?? []),
  );
  const kept = graph.resources.flatMap(({ type }) => KEEPING_SERVICES[type] ?? []);
  const withEndpoints = allEndpoints(graph).flatMap(({ service }) => service ?? []);
  return [...new Set([...needed, ...kept, ...withEndpoints])].sort();
}

/** Mount targets of a file system. For `graph.once`. */
export const mountTargetsOf = byLink("aws_efs_mount_target", "file_system_id", "aws_efs_file_system");

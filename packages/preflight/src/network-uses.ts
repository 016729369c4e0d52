import { neighboursOf } from "./ecs/connect.ts";
import { portMappingsOf } from "./ecs/containers.ts";
import { needsOfTask, storesOf } from "./ecs/needs.ts";
import { storePlace } from "./ecs/stores.ts";
import { type Service, services } from "./ecs/tasks.ts";
import type { Graph, Resource } from "./graph/graph.ts";
import { linked } from "./graph/links.ts";
import { blocks, number, type Value } from "./graph/value.ts";
import { isInternal, LB_TYPES, listenersOf, routesTo, TARGET_GROUP_TYPES } from "./network/load-balancers.ts";
import { linkedGroups, securityGroups } from "./network/security-groups.ts";
import { mountTargetsOf, networkEnds } from "./network-ends.ts";
import { INTERNET } from "./path-over.ts";

/** A connection that a configuration means to have; whether it gets through is another question. */
export interface Use {
  readonly from: Resource | typeof INTERNET;
  readonly to: Resource | typeof INTERNET | { readonly service: string };
  readonly port: number | undefined;
  /**
   * `requests`: of users, by way of a load balancer. `calls`: by name or address. `data`: a store that it is given.
   * `aws`: what a task needs to start, and services that it is given. `rule`: a security group lets it in, and nothing else tells.
   */
  readonly kind: "requests" | "calls" | "data" | "aws" | "rule";
  /** What for, such as `pull the image of app`. */
  readonly purposes: readonly string[];
}

/** Who connects to whom, as far as a configuration tells. */
export function networkUses(graph: Graph): readonly Use[] {
  return graph.once(collectUses);
}

function collectUses(graph: Graph): Use[] {
  const told = [...usesOfLbs(graph), ...services(graph).flatMap((service) => usesOfService(graph, service))];
  const known = new Set(told.map(pairOf));
  const ruled = usesByRules(graph).filter((use) => !known.has(pairOf(use)));
  return merged([...told, ...ruled]);
}

function pairOf({ from, to }: Use): string {
  return `${nameOf(from)} ${nameOf(to)}`;
}

function nameOf(end: Use["from"] | Use["to"]): string {
  return typeof end === "string" ? end : "service" in end ? end.service : end.address;
}

/** One for each connection, with all that it is for. */
function merged(uses: readonly Use[]): Use[] {
  const found = new Map<string, Use>();
  for (const use of uses) {
    const key = `${pairOf(use)} ${use.port}`;
    const same = found.get(key);
    found.set(key, same ? { ...same, purposes: [...new Set([...same.purposes, ...use.purposes])] } : use);
  }
  return [...found.values()];
}

function usesOfLbs(graph: Graph): Use[] {
  const fromOutside = graph.ofType(...LB_TYPES).flatMap((lb) => {
    if (isInternal(lb) === true) return [];
    const ports = listenersOf(graph, lb).map((listener) => number(listener.get("port")));
    return ports.map((port): Use => ({ from: INTERNET, to: lb, port, kind: "requests", purposes: [] }));
  });
  return [...fromOutside, ...graph.ofType(...TARGET_GROUP_TYPES).flatMap((group) => usesOfTargets(graph, group))];
}

/** What a load balancer takes requests to. */
function usesOfTargets(graph: Graph, group: Resource): Use[] {
  const balancers = new Set(routesTo(graph, group).routes.flatMap(({ lb }) => lb ?? []));
  const to = (resource: Resource, port: number | undefined) =>
    [...balancers].map((lb): Use => ({ from: lb, to: resource, port, kind: "requests", purposes: [] }));
  const leadsHere = (value: Value | undefined) => linked(value, group.type).resources.includes(group);
  const ofServices = graph.ofType("aws_ecs_service").flatMap((service) =>
    blocks(service.get("load_balancer"))
      .blocks.filter(({ target_group_arn }) => leadsHere(target_group_arn))
      .flatMap(({ container_port }) => to(service, number(container_port))),
  );
  const attached = graph.ofType("aws_lb_target_group_attachment", "aws_alb_target_group_attachment").flatMap((one) => {
    if (!leadsHere(one.get("target_group_arn"))) return [];
    const targets = linked(one.get("target_id"), "aws_instance", "aws_lambda_function", ...LB_TYPES).resources;
    return targets.flatMap((target) => to(target, number(one.get("port")) ?? number(group.get("port"))));
  });
  const scaled = graph
    .ofType("aws_autoscaling_group")
    .filter((one) => leadsHere(one.get("target_group_arns")))
    .flatMap((one) => to(one, number(group.get("port"))));
  const joined = graph
    .ofType("aws_autoscaling_attachment")
    .filter((one) => leadsHere(one.get("lb_target_group_arn")))
    .flatMap((one) => linked(one.get("autoscaling_group_name"), "aws_autoscaling_group").resources)
    .flatMap((one) => to(one, number(group.get("port"))));
  return [...ofServices, ...attached, ...scaled, ...joined];
}

function usesOfService(graph: Graph, service: Service): Use[] {
  const { resource: from, task } = service;
  const called = neighboursOf(graph, service).map(
    ({ server, port, name }): Use => ({ from, to: server.resource, port, kind: "calls", purposes: [name] }),
  );
  if (!task) return called;
  const stores = [...storesOf(graph, task)].map(
    (to): Use => ({ from, to, port: storePlace(graph, to).port, kind: "data", purposes: [] }),
  );
  const mounted = blocks(task.resource.get("volume"))
    .blocks.flatMap((volume) => blocks(volume.efs_volume_configuration).blocks)
    .flatMap(({ file_system_id }) => linked(file_system_id, "aws_efs_file_system").resources)
    .flatMap((system) => graph.once(mountTargetsOf).get(system) ?? [])
    .map((to): Use => ({ from, to, port: 2049, kind: "data", purposes: [] }));
  const needs = needsOfTask(task, from.region).map(
    ({ service: name, purpose }): Use => ({
      from,
      to: name === undefined ? INTERNET : { service: name },
      port: 443,
      kind: "aws",
      purposes: [purpose],
    }),
  );
  return [...called, ...stores, ...mounted, ...needs];
}

/** Whether something may listen on a port: of tasks, those that their containers map. */
function mayListen(graph: Graph, resource: Resource, port: number | undefined): boolean {
  const containers = services(graph).find((service) => service.resource === resource)?.task?.containers;
  if (containers === undefined) return true;
  return containers.some((one) => portMappingsOf(one).mappings.some((mapping) => mapping.port === port));
}

/** Who has a security group that another's group lets in by name. */
function usesByRules(graph: Graph): Use[] {
  const ends = networkEnds(graph);
  const byGroup = new Map<Resource, Resource[]>();
  for (const { resource, place, begins } of ends) {
    for (const group of begins ? (place.groups?.groups ?? []) : [])
      byGroup.set(group, [...(byGroup.get(group) ?? []), resource]);
  }
  const asked = ends.filter(({ resource }) => resource.type !== "aws_vpc_endpoint"); // by the names of their services
  return asked.flatMap(({ resource: to, place, port }) =>
    (place.groups?.groups ?? [])
      .flatMap((group) => securityGroups(graph).get(group)?.rules ?? [])
      .filter(({ direction, protocol }) => direction === "ingress" && protocol !== "udp" && protocol !== "icmp")
      .flatMap((rule) => {
        const named = rule.groups.flatMap((value) => linkedGroups(value).resources);
        const on = rule.from !== undefined && rule.from === rule.to ? rule.from : port;
        if (!mayListen(graph, to, on)) return [];
        return named
          .flatMap((group) => byGroup.get(group) ?? [])
          .filter((from) => from !== to)
          .map((from): Use => ({ from, to, port: on, kind: "rule", purposes: [] }));
      }),
  );
}

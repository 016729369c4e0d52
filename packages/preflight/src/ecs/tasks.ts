import type { Graph, Resource } from "../graph/graph.ts";
import { decodeJsonText } from "../graph/json-text.ts";
import { linked } from "../graph/links.ts";
import { remembered } from "../graph/remembered.ts";
import {
  type Block,
  block,
  blocks,
  Expression,
  flag,
  isAbsent,
  isBlock,
  isList,
  items,
  number,
  text,
  type Value,
} from "../graph/value.ts";
import { CLIENT_PORTS } from "../network/network-acls.ts";
import { groupSetOf, type Place, subnetSetOf } from "../network/places.ts";

/** A task definition and what is in it. */
export interface TaskDefinition {
  readonly resource: Resource;
  /** undefined: its container definitions can't be read. */
  readonly containers: readonly Block[] | undefined;
  /** It is written for Fargate. */
  readonly fargate: boolean;
}

/** An ECS service, its task definition, and where its tasks stand. */
export interface Service {
  readonly resource: Resource;
  readonly task: TaskDefinition | undefined;
  readonly place: Place;
  /** Its tasks run on Fargate: everything that starts them goes through their own network interface. */
  readonly fargate: boolean;
}

export function taskDefinitions(graph: Graph): readonly TaskDefinition[] {
  return graph.once(collectTaskDefinitions);
}

export function services(graph: Graph): readonly Service[] {
  return graph.once(collectServices);
}

function collectTaskDefinitions(graph: Graph): TaskDefinition[] {
  return graph.ofType("aws_ecs_task_definition").map((resource) => ({
    resource,
    containers: readContainers(resource.get("container_definitions")),
    fargate: items(resource.get("requires_compatibilities")).items.some(
      (one) => text(one)?.toUpperCase() === "FARGATE",
    ),
  }));
}

function readContainers(value: Value | undefined): Block[] | undefined {
  const decoded = decodeJsonText(value);
  return isList(decoded) ? decoded.filter(isBlock) : undefined;
}

function collectServices(graph: Graph): Service[] {
  const byResource = new Map(taskDefinitions(graph).map((task) => [task.resource, task]));
  return graph.ofType("aws_ecs_service").map((resource) => {
    const definition = definitionOf(graph, resource.get("task_definition"));
    const task = definition && byResource.get(definition);
    return { resource, task, place: placeOfTasks(graph, resource, task), fargate: runsOnFargate(resource, task) };
  });
}

/** The task definition that a service names: by its ARN, its family, or both family and revision. */
function definitionOf(graph: Graph, value: Value | undefined): Resource | undefined {
  const link = linked(value, "aws_ecs_task_definition");
  const [definition] = link.resources;
  if (definition && (link.certain || isLatestRevision(value, definition))) return definition;
  return graph.once(definitionsByName).get(text(value)?.replace(/^arn:.*:task-definition\//, "") ?? "");
}

/** By `family` and, where AWS has made one, by `family:revision`: a plan of what is there has such texts. */
function definitionsByName(graph: Graph): ReadonlyMap<string, Resource> {
  const names = taskDefinitions(graph).flatMap(({ resource }) => {
    const [family, revision] = [text(resource.get("family")), number(resource.get("revision"))];
    if (family === undefined || resource.many) return [];
    return [family, ...(revision === undefined ? [] : [`${family}:${revision}`])].map((name) => ({ name, resource }));
  });
  const [once, twice] = [new Map<string, Resource>(), new Set<string>()];
  for (const { name, resource } of names) {
    if (once.has(name)) twice.add(name);
    once.set(name, resource);
  }
  for (const name of twice) once.delete(name);
  return once;
}

/** `family:revision` of a definition, the revision by itself or as the highest of it and what is there already. */
function isLatestRevision(value: Value | undefined, definition: Resource): boolean {
  const [family, colon, revision, ...others] = (value instanceof Expression && value.parts) || [];
  if (typeof family !== "object" || colon !== ":" || typeof revision !== "object" || others.length > 0) return false;
  return [family, revision].every(
    ({ resources }) => resources.includes(definition) && resources.every((one) => isOrLooksUp(one, definition)),
  );
}

function isOrLooksUp(one: Resource, definition: Resource): boolean {
  if (one.type !== "data.aws_ecs_task_definition") return one === definition;
  const named = one.get("task_definition");
  const name = text(named);
  return (
    linked(named, definition.type).resources.includes(definition) ||
    (name !== undefined && name === text(definition.get("family")))
  );
}

function runsOnFargate(service: Resource, task: TaskDefinition | undefined): boolean {
  const launchType = text(service.get("launch_type"))?.toUpperCase();
  if (launchType !== undefined) return launchType === "FARGATE";
  const providers = blocks(service.get("capacity_provider_strategy")).blocks.map((one) => text(one.capacity_provider));
  if (providers.length > 0) return providers.every((name) => name?.startsWith("FARGATE"));
  return task?.fargate ?? false;
}

function placeOfTasks(graph: Graph, resource: Resource, task: TaskDefinition | undefined): Place {
  const network = block(resource.get("network_configuration"));
  const subnets = subnetSetOf(network?.subnets);
  const platform = block(task?.resource.get("runtime_platform"));
  const isWindows = text(platform?.operating_system_family)?.startsWith("WINDOWS") === true;
  return {
    label: `a task of ${resource.address}`,
    resource,
    subnets: network ? subnets : { subnets: [], certain: false },
    groups: groupSetOf(graph, network?.security_groups, subnets.subnets[0]?.get("vpc_id")),
    publicAddress: network && flag(network.assign_public_ip, false),
    clientPorts: isWindows ? CLIENT_PORTS.windows : CLIENT_PORTS.linux,
  };
}

/** Elements of a list in a container definition, such as its `secrets`; undefined where they can't be known. */
function listIn(container: Block, name: string): readonly Block[] | undefined {
  const value = container[name];
  if (isAbsent(value)) return [];
  return isList(value) ? value.filter(isBlock) : undefined;
}

/** Names and values of a container's environment. */
export const environmentOf = remembered((container: Block): readonly { name: string; value: Value }[] =>
  (listIn(container, "environment") ?? []).flatMap(({ name, value }) =>
    typeof name === "string" ? [{ name, value: value ?? null }] : [],
  ),
);

/** Names and sources of a container's secrets. */
export const secretsOf = remembered((container: Block): readonly { name: string; valueFrom: Value }[] =>
  (listIn(container, "secrets") ?? []).flatMap(({ name, valueFrom }) =>
    typeof name === "string" ? [{ name, valueFrom: valueFrom ?? null }] : [],
  ),
);

/** Options of a container's log driver, where that is awslogs. */
export function awslogsOptions(container: Block): Block | undefined {
  const configuration = container.logConfiguration;
  if (!isBlock(configuration) || text(configuration.logDriver) !== "awslogs") return undefined;
  return isBlock(configuration.options) ? configuration.options : {};
}

export function nameOf(container: Block): string {
  return text(container.name) ?? "a container";
}

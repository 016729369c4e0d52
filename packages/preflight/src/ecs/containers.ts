import type { Graph, Resource } from "../graph/graph.ts";
import { decodeJsonText } from "../graph/json-text.ts";
import { remembered } from "../graph/remembered.ts";
import { type Block, blocks, isAbsent, isBlock, isList, number, text, type Value } from "../graph/value.ts";
import { services, type TaskDefinition, taskDefinitions } from "./tasks.ts";

/** A container of a task definition, by its name. */
export interface Container {
  readonly name: string;
  readonly block: Block;
}

/** A task definition that Terraform registers. */
export interface Task {
  readonly definition: TaskDefinition;
  readonly resource: Resource;
  readonly containers: readonly Container[];
  /** It has these containers and no others. */
  readonly complete: boolean;
  /** ECS checks it for Fargate: it asks for that, or a service on Fargate runs it. */
  readonly fargate: boolean;
}

/** Task definitions that are to be registered; in a plan, not those that are there already. */
export function tasksToRegister(graph: Graph): readonly Task[] {
  return graph.once(collectTasks);
}

function collectTasks(graph: Graph): Task[] {
  const onFargate = new Set(services(graph).flatMap(({ task, fargate }) => (task && fargate ? [task] : [])));
  return taskDefinitions(graph)
    .filter(({ resource }) => resource.isPlanned)
    .map((definition) => ({
      definition,
      resource: definition.resource,
      ...containersOf(definition),
      fargate: definition.fargate || onFargate.has(definition),
    }));
}

/** Containers of a task definition that have a name, and whether these are all. */
export const containersOf = remembered((definition: TaskDefinition): Pick<Task, "containers" | "complete"> => {
  const decoded = decodeJsonText(definition.resource.get("container_definitions"));
  const containers = (definition.containers ?? []).flatMap((block) => {
    const name = text(block.name);
    return name === undefined || name === "" ? [] : [{ name, block }];
  });
  return { containers, complete: isList(decoded) && decoded.length > 0 && containers.length === decoded.length };
});

/** Names in a list such as `environment`, and whether these are all. */
export function namesIn(
  container: Block,
  list: string,
): { readonly names: ReadonlySet<string>; readonly complete: boolean } {
  const value = container[list];
  if (isAbsent(value)) return { names: new Set(), complete: true };
  if (!isList(value)) return { names: new Set(), complete: false };
  const names = value.map((entry) => (isBlock(entry) ? text(entry.name) : undefined));
  return { names: new Set(names.filter((name) => name !== undefined)), complete: !names.includes(undefined) };
}

/** A port that a container opens. */
export interface PortMapping {
  readonly name: string | undefined;
  /** It has that name, or none. */
  readonly isNameKnown: boolean;
  readonly port: number | undefined;
  readonly hostPort: number | undefined;
  /** undefined where that can't be known. */
  readonly protocol: string | undefined;
}

/** Ports of a container, and whether these are all: ranges are left out. */
export function portMappingsOf(container: Block): {
  readonly mappings: readonly PortMapping[];
  readonly complete: boolean;
} {
  const found = blocks(container.portMappings);
  const mappings = found.blocks.map((mapping) => ({
    name: text(mapping.name),
    isNameKnown: isAbsent(mapping.name) || text(mapping.name) !== undefined,
    port: number(mapping.containerPort),
    hostPort: number(mapping.hostPort),
    protocol: isAbsent(mapping.protocol) ? "tcp" : text(mapping.protocol)?.toLowerCase(),
  }));
  return { mappings, complete: found.complete && mappings.every(({ port }) => port !== undefined) };
}

/**
 * MiB, or CPU units, that a task asks for.
 *
 * @param perLargeUnit what one GB, or one vCPU, is
 * @returns undefined where it can't be known
 */
export function sizeOf(value: Value | undefined, perLargeUnit: number): number | undefined {
  const written = text(value)?.trim();
  const match = written === undefined ? null : /^(\d*\.?\d+)\s*(gb|vcpus?)?$/i.exec(written);
  return match ? Number(match[1]) * (match[2] ? perLargeUnit : 1) : undefined;
}

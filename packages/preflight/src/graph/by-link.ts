import type { Graph, Resource } from "./graph.ts";
import { linked } from "./links.ts";

/** Resources by those that they belong to, each list in the order of the configuration. */
export type Grouped<T = Resource> = ReadonlyMap<Resource, readonly T[]>;

/** Resources, or what is known of them, by what `ownersOf` says that they belong to. */
export function grouped<T>(all: readonly T[], ownersOf: (one: T) => readonly Resource[]): Grouped<T> {
  const groups = new Map<Resource, T[]>();
  for (const one of all) {
    for (const owner of new Set(ownersOf(one))) {
      const group = groups.get(owner);
      if (group) group.push(one);
      else groups.set(owner, [one]);
    }
  }
  return groups;
}

/** For `graph.once`: resources of a type by those of the types `to` that one of their attributes leads to. */
export function byLink(type: string, attribute: string, ...to: readonly string[]): (graph: Graph) => Grouped {
  return (graph) => grouped(graph.ofType(type), (one) => linked(one.get(attribute), ...to).resources);
}

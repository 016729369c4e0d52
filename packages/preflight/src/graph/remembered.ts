import type { Graph } from "./graph.ts";

/** What many rules ask of the same object, found out once: the object must not change. Of a text or number, found out each time. */
export function remembered<Key, Found>(find: (of: Key) => Found): (of: Key) => Found {
  const once = rememberedOn(new WeakMap<object, Found>(), find as (of: object) => Found) as (of: Key) => Found;
  return (of) => (typeof of === "object" && of !== null ? once(of) : find(of));
}

/** The same, of anything in a graph, which keeps what is found. */
export function rememberedIn<Key, Found>(find: (graph: Graph, of: Key) => Found): (graph: Graph, of: Key) => Found {
  const inGraph = (graph: Graph) => rememberedByKey((of: Key) => find(graph, of));
  return (graph, of) => graph.once(inGraph)(of);
}

/** The same, of anything, as long as what this returns is kept. */
export function rememberedByKey<Key, Found>(find: (of: Key) => Found): (of: Key) => Found {
  return rememberedOn(new Map<Key, Found>(), find);
}

interface Store<Key, Found> {
  readonly get: (of: Key) => Found | undefined;
  readonly has: (of: Key) => boolean;
  readonly set: (of: Key, found: Found) => unknown;
}

function rememberedOn<Key, Found>(all: Store<Key, Found>, find: (of: Key) => Found): (of: Key) => Found {
  return (of) => {
    const known = all.get(of);
    if (known !== undefined || all.has(of)) return known as Found;
    const found = find(of);
    all.set(of, found);
    return found;
  };
}

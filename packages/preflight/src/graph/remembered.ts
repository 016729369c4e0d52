import type { Graph } from "./graph.ts";

/** What many rules ask of the same object, found out once: the object must not change. Of a text or number, found out each time. */
export function remembered<Key, Found>(find: (of: Key) => Found): (of: Key) => Found {
  const all = new WeakMap<object, Found>();
  return (of) => {
    if (typeof of !== "object" || of === null) return find(of);
    const known = all.get(of);
    if (known !== undefined || all.has(of)) return known as Found;
    const found = find(of);
    all.set(of, found);
    return found;
  };
}

/** The same, of anything in a graph, which keeps what is found. */
export function rememberedIn<Key, Found>(find: (graph: Graph, of: Key) => Found): (graph: Graph, of: Key) => Found {
  const found = () => new Map<Key, Found>();
  return (graph, of) => {
    const all = graph.once(found);
    const known = all.get(of);
    if (known !== undefined || all.has(of)) return known as Found;
    const result = find(graph, of);
    all.set(of, result);
    return result;
  };
}

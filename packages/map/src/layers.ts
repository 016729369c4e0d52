import { KINDS } from "./kinds.ts";
import type { Wire } from "./stack-map.ts";
import type { Outline } from "./things.ts";

/** Circles end here. */
const DEEPEST = 12;

/** Kinds that others pass through, which have no place in the order of who asks whom. */
const PASSED = new Set<Outline["kind"]>(["nat", "door", "link"]);

/**
 * How far below the internet each thing stands: who is asked stands below who asks, and what keeps data below all of them.
 */
export function layersOf(outlines: readonly Outline[], wires: readonly Wire[]): ReadonlyMap<string, number> {
  const inside = outlines.filter(({ kind }) => KINDS[kind].site === "network" && !PASSED.has(kind));
  const layers = new Map(inside.map(({ id }) => [id, 0]));
  const keeping = new Set(inside.filter(({ kind }) => KINDS[kind].keepsData).map(({ id }) => id));
  const asking = wires.filter(
    ({ from, to }) => layers.has(from) && layers.has(to) && !keeping.has(from) && !keeping.has(to),
  );
  for (const { id, kind } of inside) if (kind !== "balancer" && !keeping.has(id)) layers.set(id, 1);
  for (let round = 0; round < DEEPEST; round++) {
    let moved = false;
    for (const { from, to } of asking) {
      const below = (layers.get(from) ?? 0) + 1;
      if (below <= (layers.get(to) ?? 0)) continue;
      layers.set(to, below);
      moved = true;
    }
    if (!moved) break;
  }
  const lowest = Math.max(0, ...layers.values()) + 1;
  for (const id of keeping) layers.set(id, lowest);
  return layers;
}

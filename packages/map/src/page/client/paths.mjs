/**
 * Paths between any two things, as preflight traced them.
 *
 * @param {Pick<import("./types.mjs").Given, "data">} given
 */
export function paths({ data }) {
  const { starts, ends, rows, paths: traced } = data.paths;
  const startOf = new Map(starts.map((start) => [start[0], start]));
  /** @type {Map<string, number[]>} */
  const endsOf = new Map();
  for (const [index, end] of ends.entries()) endsOf.set(end[1], [...(endsOf.get(end[1]) ?? []), index]);

  /**
   * @param {string} from
   * @param {number} end
   * @returns {import("./types.mjs").Traced | undefined}
   */
  function pathOf(from, end) {
    const start = startOf.get(from);
    const target = ends[end];
    const path = start && target && traced[rows[start[2]][end]];
    if (!path) return undefined;
    const names = [start[1], target[2], target[3], start[0]];
    const fillIn = (/** @type {string} */ text) =>
      data.placeholders.reduce((all, mark, index) => all.replaceAll(mark, names[index] ?? ""), text);
    const hops = path[1].map(([passes, at, what, japanese = what]) => ({
      passes,
      at: fillIn(at),
      what: fillIn(what),
      japanese: fillIn(japanese),
    }));
    return { verdict: path[0], hops, fix: path[2], japaneseFix: path[3] ?? path[2] };
  }

  return { starts, ends, startOf, endsOf, pathOf };
}

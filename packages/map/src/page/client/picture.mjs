/**
 * Cards and wires of the picture, and the line of a path across it.
 *
 * @param {Pick<import("./types.mjs").Given, "dom" | "state">} given
 */
export function picture({ dom: { things }, state }) {
  const svg = /** @type {SVGSVGElement} */ (document.querySelector("svg#map"));
  const layer = /** @type {SVGElement} */ (document.querySelector("#trace"));
  const cards = new Map(
    [.../** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(".thing"))].map((card) => [
      card.dataset.id ?? "",
      card,
    ]),
  );
  const wires = [.../** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(".wire"))].map((wire) => ({
    wire,
    from: wire.dataset.from ?? "",
    to: wire.dataset.to ?? "",
  }));

  /**
   * Puts some cards forward, and the wires between them.
   *
   * @param {readonly string[]} ids
   * @param {ReadonlyMap<string, string>} kinds verdicts of those that are reached
   */
  function light(ids, kinds = new Map()) {
    const lit = new Set(ids);
    layer.replaceChildren();
    svg.classList.toggle("dimmed", lit.size > 0);
    for (const [id, card] of cards) {
      card.classList.toggle("lit", lit.has(id));
      card.classList.toggle("reached", kinds.get(id) === "open");
      card.classList.toggle("perhaps", kinds.get(id) === "unknown");
      card.setAttribute("aria-pressed", String(id === state.from || id === state.thing));
    }
    for (const { wire, from, to } of wires) wire.classList.toggle("lit", lit.has(from) && lit.has(to));
  }

  /** @param {string} id of a card: those that a wire leads to or from are put forward with it */
  function lightAround(id) {
    light([id, ...wires.flatMap(({ from, to }) => (from === id || to === id ? [from, to] : []))]);
  }

  /**
   * Draws a path over the cards that it passes.
   *
   * @param {import("./types.mjs").Traced} path
   * @param {string} target
   */
  function trace(path, target) {
    const stations = stationsOf(path, target);
    light(stations);
    for (let index = 1; index < stations.length; index++) {
      const isLast = index === stations.length - 1;
      const [a, b] = [things.get(stations[index - 1])?.box, things.get(stations[index])?.box];
      if (!a || !b) continue;
      const line = drawn(curve(border(a, b), border(b, a)), path.verdict);
      if (isLast && path.verdict === "blocked") {
        const { x, y } = line.getPointAtLength(line.getTotalLength() * 0.6);
        drawn(`M${x - 9} ${y - 9}L${x + 9} ${y + 9}M${x + 9} ${y - 9}L${x - 9} ${y + 9}`, "cross");
      }
    }
  }

  /**
   * Cards that a path passes, in order.
   *
   * @param {import("./types.mjs").Traced} path
   * @param {string} target
   */
  function stationsOf(path, target) {
    const passed = path.hops.flatMap(({ at, what }) =>
      [...things.keys()].filter((id) => id.includes(".") && (at === id || what.endsWith(` to ${id}`))),
    );
    const kindOf = (/** @type {string} */ id) => things.get(id)?.kind ?? "";
    const isOut = passed.some((id) => kindOf(id) === "nat") && target !== "internet";
    const doors = passed.filter((id) => ["nat", "door"].includes(kindOf(id)));
    return [...new Set([state.from, ...doors, ...(isOut ? ["internet"] : []), target])];
  }

  /**
   * @param {string} d
   * @param {string} kind
   */
  function drawn(d, kind) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", d);
    line.setAttribute("class", `trace ${kind}`);
    layer.append(line);
    return line;
  }

  /**
   * Where a line to another card leaves this one, and in which direction.
   *
   * @param {import("./page-data.ts").PageBox} own
   * @param {import("./page-data.ts").PageBox} other
   */
  function border([x, y, w, h], [tx, ty, tw, th]) {
    const [cx, cy, ox, oy] = [x + w / 2, y + h / 2, tx + tw / 2, ty + th / 2];
    if (ty > y + h) return [Math.min(Math.max(ox, x + 20), x + w - 20), y + h, 0, 1];
    if (ty + th < y) return [Math.min(Math.max(ox, x + 20), x + w - 20), y, 0, -1];
    return ox > cx ? [x + w, cy, 1, 0] : [x, oy > y && oy < y + h ? oy : cy, -1, 0];
  }

  /**
   * @param {readonly number[]} start
   * @param {readonly number[]} end
   */
  function curve([ax, ay, adx, ady], [bx, by, bdx, bdy]) {
    const reach = Math.max(20, Math.hypot(bx - ax, by - ay) / 3);
    return `M${ax} ${ay}C${ax + adx * reach} ${ay + ady * reach} ${bx + bdx * reach} ${by + bdy * reach} ${bx} ${by}`;
  }

  /**
   * What those that are reached ask themselves.
   *
   * @param {ReadonlySet<string>} reached
   */
  function behindOf(reached) {
    const requests = wires.filter(({ wire: { classList } }) =>
      ["requests", "calls", "data", "rule"].some((kind) => classList.contains(kind) && classList.contains("open")),
    );
    const known = new Set(reached);
    for (const one of known) for (const { from, to } of requests) if (from === one) known.add(to);
    return [...known].filter((id) => !reached.has(id));
  }

  return { svg, cards, light, lightAround, trace, behindOf };
}

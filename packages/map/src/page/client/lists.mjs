/**
 * The two lists, of where a path begins and where it ends.
 *
 * @param {Pick<import("./types.mjs").Given, "dom" | "paths">} given
 */
export function lists({ dom: { things, byId, make, portOf }, paths: { starts, ends, startOf } }) {
  const fromList = byId("from", HTMLSelectElement);
  const toList = byId("to", HTMLSelectElement);

  /** @param {string} id */
  function labelOf(id) {
    const thing = things.get(id);
    return thing && thing.title !== "" && !id.includes(thing.title) ? `${thing.title} (${id})` : id;
  }

  /** @type {(value: string, text: string) => HTMLElement} */
  const option = (value, text) => make("option", { value }, text);
  fromList.append(option("", "…"), ...starts.map(([id]) => option(id, labelOf(id))));
  toList.append(
    option("", "…"),
    ...ends.map((end, index) => option(String(index), end[3] === "" ? end[0] : `${labelOf(end[1])}${portOf(end[0])}`)),
  );

  return {
    /**
     * @param {string} from
     * @param {number} to
     */
    select(from, to) {
      fromList.value = startOf.has(from) ? from : "";
      toList.value = to < 0 ? "" : String(to);
    },
    /** @param {(from: string, to: number) => void} asked when both are chosen */
    onChoice(asked) {
      const changed = () => {
        if (fromList.value !== "" && toList.value !== "") asked(fromList.value, Number(toList.value));
      };
      fromList.addEventListener("change", changed);
      toList.addEventListener("change", changed);
    },
  };
}

/**
 * What is told about one thing.
 *
 * @param {Pick<import("./types.mjs").Given, "data" | "dom" | "paths" | "answers">} given
 */
export function details({ data, dom, paths: { ends, startOf, endsOf }, answers }) {
  const { things, make, words, named } = dom;
  const panel = dom.byId("details", HTMLElement);

  /** @param {string} id of a thing; of nothing, the panel is emptied */
  function show(id) {
    const thing = things.get(id);
    if (!thing) return panel.replaceChildren();
    panel.replaceChildren(
      make("h2", {}, named(id)),
      make("p", {}, words(`${thing.what.en}.`, `${thing.what.ja}。`)),
      ...(thing.loses
        ? [
            make(
              "p",
              { class: "alarm-text" },
              words("This plan deletes what it keeps.", "このプランは中のデータを消します。"),
            ),
          ]
        : []),
      ...(thing.cost
        ? [make("p", {}, words(`About ${thing.cost} USD a month.`, `1 か月およそ ${thing.cost} USD。`))]
        : []),
      questionsAbout(id),
      make(
        "dl",
        {},
        thing.settings.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
      ),
      ...titled(
        ["Security groups", "セキュリティグループ"],
        thing.groups.map((group) => make("li", {}, make("code", {}, group))),
      ),
      ...titled(["Findings", "指摘"], thing.findings.map(findingItem), "findings"),
      ...titled(["Made of", "構成リソース"], thing.parts.map(partItem), "parts"),
    );
  }

  /** @param {string} id */
  function questionsAbout(id) {
    const [first] = endsOf.get(id) ?? [];
    const isAsked = first !== undefined && ends[first][3] !== "";
    return make(
      "p",
      { class: "buttons" },
      startOf.has(id)
        ? answers.button(() => answers.showReach(id), words("What can it reach?", "ここから届くもの"))
        : "",
      " ",
      isAsked
        ? answers.button(
            () => answers.ask("internet", first),
            words("Does the internet reach it?", "インターネットから届くか"),
          )
        : "",
    );
  }

  /**
   * @param {readonly [string, string]} title
   * @param {readonly Node[]} items
   * @param {string} [className]
   */
  function titled(title, items, className) {
    return items.length === 0 ? [] : [make("h3", {}, words(...title)), make("ul", { class: className }, items)];
  }

  /** @param {import("./page-data.ts").PageThing["parts"][number]} part */
  function partItem([address, source, change]) {
    const mark = change ? data.changes[change] : undefined;
    return make(
      "li",
      {},
      make("code", {}, address),
      mark ? make("span", { class: `tag ${change}` }, " ", words(mark.en, mark.ja)) : "",
      source ? make("span", { class: "source" }, ` ${source}`) : "",
    );
  }

  /** @param {import("./page-data.ts").PageFinding} finding */
  function findingItem({ id, severity, address, message, fix }) {
    return make(
      "li",
      { class: severity, lang: "en" },
      make("strong", {}, id),
      " ",
      make("code", {}, address),
      ` ${message} `,
      make("em", {}, fix),
    );
  }

  return { show };
}

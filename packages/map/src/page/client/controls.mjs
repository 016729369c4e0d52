/**
 * What a reader does: clicks, keys, the search, the language.
 *
 * @param {import("./types.mjs").Given} given
 */
export function controls({ data, state, dom, paths: { ends, startOf, endsOf }, lists, picture, answers, details }) {
  const search = dom.byId("search", HTMLInputElement);
  const { words } = dom;

  /**
   * A thing that is chosen: the first begins a path, the second ends it.
   *
   * @param {string} picked
   */
  function choose(picked) {
    const id = picked === "people" ? "internet" : picked;
    details.show(id);
    const isSecond = state.from !== "" && state.to < 0 && state.from !== id;
    state.thing = id;
    if (isSecond) return second(id);
    state.from = id;
    state.to = -1;
    lists.select(id, -1);
    picture.lightAround(id);
    answers.say(words("Choose another thing to see the path to it.", "もう一つ選ぶと、そこまでの経路が出ます。"));
  }

  /** @param {string} id */
  function second(id) {
    const [to, back] = [endsOf.get(id)?.[0], endsOf.get(state.from)?.[0]];
    if (startOf.has(state.from) && to !== undefined) return answers.ask(state.from, to);
    if (startOf.has(id) && back !== undefined) return answers.ask(id, back);
    answers.showNoPath();
    state.from = "";
  }

  function clear() {
    Object.assign(state, { from: "", to: -1, thing: "" });
    lists.select("", -1);
    search.value = "";
    answers.showHint();
    details.show("");
    picture.light([]);
  }

  function find() {
    const wanted = search.value.trim().toLowerCase();
    if (wanted === "") return clear();
    const found = data.things.filter(({ id, title, name, chips, parts }) =>
      [id, title, name.en, name.ja, ...chips, ...parts.map(([address]) => address)].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
    );
    answers.showFound(
      found.map(({ id }) => id),
      (id) => {
        clear();
        choose(id);
        picture.cards.get(id)?.scrollIntoView({ block: "center", inline: "center" });
      },
    );
  }

  const languages = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-lang]"));
  /** @param {string} lang */
  function setLanguage(lang) {
    document.documentElement.lang = lang;
    for (const button of languages) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  }

  lists.onChoice((from, to) => {
    answers.ask(from, to);
    details.show(ends[to][1]);
  });
  for (const [id, card] of picture.cards) {
    card.addEventListener("click", () => choose(id));
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(id);
    });
  }
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-path]"))) {
    const [from, to] = JSON.parse(button.dataset.path ?? "[]");
    const end = ends.findIndex(([id]) => id === to);
    if (startOf.has(from) && end >= 0)
      button.addEventListener("click", () => {
        answers.ask(from, end);
        picture.svg.scrollIntoView({ block: "start" });
      });
    else button.disabled = true;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
  dom.byId("inbound", HTMLElement).addEventListener("click", () => answers.showReach("internet"));
  dom.byId("clear", HTMLElement).addEventListener("click", clear);
  search.addEventListener("input", find);
  for (const button of languages) button.addEventListener("click", () => setLanguage(button.dataset.lang ?? "en"));
  setLanguage(data.language ?? (navigator.language.startsWith("ja") ? "ja" : "en"));
  clear();
}

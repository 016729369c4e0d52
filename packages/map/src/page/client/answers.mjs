/**
 * What is said of paths: one of them, all from one thing, and what is found by a name.
 *
 * @param {Pick<import("./types.mjs").Given, "data" | "dom" | "paths" | "lists" | "picture" | "state">} given
 */
export function answers({ data, dom, paths, lists, picture, state }) {
  const { make, words, named, portOf } = dom;
  const { ends, pathOf } = paths;
  const answer = dom.byId("answer", HTMLElement);

  /** @type {Readonly<Record<import("./page-data.ts").Verdict, readonly [string, string]>>} */
  const VERDICTS = {
    open: ["It gets through.", "届きます。"],
    blocked: ["It is stopped.", "止められます。"],
    unknown: [
      "Nothing known stops it; what has a ? can't be known from this file.",
      "止めるものは見つかりません。? はこのファイルからはわかりません。",
    ],
  };
  /** @type {Readonly<Record<import("./page-data.ts").Passes, readonly [mark: string, en: string, ja: string]>>} */
  const MARKS = {
    yes: ["✓", "lets it through", "通す"],
    no: ["✗", "stops it", "止める"],
    maybe: ["?", "can't be known", "不明"],
  };

  /** @param {import("./types.mjs").Child[]} children */
  function say(...children) {
    answer.replaceChildren(make("p", {}, ...children));
  }

  function showHint() {
    answer.replaceChildren(make("p", { class: "hint" }, words(...data.hint)));
  }

  /**
   * Asks for the path between two.
   *
   * @param {string} from
   * @param {number} end
   */
  function ask(from, end) {
    state.from = from;
    state.to = end;
    lists.select(from, end);
    const path = pathOf(from, end);
    if (path) showPath(path, ends[end]);
    else showNoPath();
  }

  /**
   * @param {import("./types.mjs").Traced} path
   * @param {readonly [string, string, string, string]} target
   */
  function showPath(path, target) {
    answer.replaceChildren(
      make("h2", {}, named(state.from), " → ", named(target[1]), portOf(target[0])),
      make("p", { class: `verdict ${path.verdict}` }, words(...VERDICTS[path.verdict])),
      make("ol", { class: "hops" }, path.hops.map(hopItem)),
      ...(path.fix
        ? [
            make(
              "p",
              { class: "fix" },
              make("strong", {}, words("What to write: ", "直し方: ")),
              words(path.fix, path.japaneseFix ?? path.fix),
            ),
          ]
        : []),
      make(
        "p",
        { class: "same" },
        words("The same in a terminal: ", "端末では: "),
        make("code", {}, `infra check FILE --path ${state.from} ${target[0]}`),
      ),
    );
    picture.trace(path, target[1]);
  }

  /** @param {import("./types.mjs").Traced["hops"][number]} hop */
  function hopItem({ passes, at, what, japanese }) {
    const [mark, en, ja] = MARKS[passes];
    return make(
      "li",
      { class: passes },
      make("span", { class: "mark", "aria-hidden": "true" }, mark),
      make("span", { class: "spoken" }, words(en, ja), ": "),
      make("code", {}, at),
      " ",
      words(what, japanese),
    );
  }

  function showNoPath() {
    say(
      words(
        "No connection begins there, or none leads there: choose a load balancer, a service, a database or the internet.",
        "そこから始まる接続、またはそこへの接続はありません。ロードバランサー、サービス、データベース、インターネットを選んでください。",
      ),
    );
    picture.light([]);
  }

  /** @param {string} from */
  function showReach(from) {
    const found = ends.flatMap((end, index) => {
      const path = pathOf(from, index);
      return path && path.verdict !== "blocked" && end[1] !== from ? [{ end, index, verdict: path.verdict }] : [];
    });
    const open = new Set(found.filter(({ verdict }) => verdict === "open").map(({ end }) => end[1]));
    const behind = from === "internet" ? picture.behindOf(open) : [];
    const list = (/** @type {string} */ verdict) =>
      found
        .filter((one) => one.verdict === verdict)
        .map(({ end, index }) =>
          button(
            () => ask(from, index),
            named(end[1]),
            portOf(end[0]),
            end[3] === "" && end[0] !== "internet" ? ` (${end[0]})` : "",
          ),
        );
    answer.replaceChildren(
      make(
        "h2",
        {},
        from === "internet"
          ? words("The internet reaches", "インターネットから届くもの")
          : [named(from), words(" reaches", " から届くもの")],
      ),
      ...(open.size === 0 ? [make("p", {}, words("Nothing for sure.", "確かに届くものはありません。"))] : []),
      ...listed(undefined, list("open")),
      ...listed(["Perhaps: it can't be known from this file", "このファイルからはわからないもの"], list("unknown")),
      ...listed(["Behind these, requests go on to", "その奥へ、リクエストが進む先"], behind.map(named)),
    );
    const kinds = new Map(found.map(({ end, verdict }) => [end[1], verdict]));
    picture.light([from, ...kinds.keys()], kinds);
  }

  /**
   * @param {readonly [string, string] | undefined} title
   * @param {readonly import("./types.mjs").Child[]} items
   */
  function listed(title, items) {
    if (items.length === 0) return [];
    const list = make(
      "ul",
      { class: "reach" },
      items.map((item) => make("li", {}, item)),
    );
    return title ? [make("h3", {}, words(...title)), list] : [list];
  }

  /**
   * @param {() => void} click
   * @param {import("./types.mjs").Child[]} children
   */
  function button(click, ...children) {
    return make("button", { type: "button", click }, ...children);
  }

  /**
   * @param {readonly string[]} ids
   * @param {(id: string) => void} pick
   */
  function showFound(ids, pick) {
    picture.light(ids);
    say(words(`${ids.length} found.`, `${ids.length} 件。`));
    const first = ids.slice(0, 30);
    answer.append(
      make(
        "ul",
        { class: "reach" },
        first.map((id) =>
          make(
            "li",
            {},
            button(() => pick(id), named(id), " ", make("code", {}, id)),
          ),
        ),
      ),
    );
  }

  return { ask, say, button, showHint, showNoPath, showReach, showFound };
}

// Plain JavaScript, and one function: its text is written into the page as it stands here, so it uses nothing around it.
// Texts of a plan only ever become text nodes and attributes, never markup.

export function client(data) {
  const root = document.documentElement;
  const svg = document.getElementById("map");
  const answer = document.getElementById("answer");
  const details = document.getElementById("details");
  const fromList = document.getElementById("from");
  const toList = document.getElementById("to");
  const search = document.getElementById("search");
  const things = new Map(data.things.map((thing) => [thing.id, thing]));
  const cards = new Map([...svg.querySelectorAll(".thing")].map((card) => [card.dataset.id, card]));
  const wires = [...svg.querySelectorAll(".wire")];
  const { starts, ends, rows, paths } = data.paths;
  const startOf = new Map(starts.map((start) => [start[0], start]));
  const endsOf = new Map();
  for (const [index, end] of ends.entries()) endsOf.set(end[1], [...(endsOf.get(end[1]) ?? []), index]);
  const state = { from: "", to: -1, thing: "" };

  /** Both languages; the style sheet shows one. */
  function words(en, ja) {
    return ["en", "ja"].map((lang) => make("span", { lang, class: lang }, lang === "en" ? en : ja));
  }

  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(key, value);
      else if (value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.flat(9).filter((child) => child !== undefined && child !== ""));
    return node;
  }

  /** Its kind and its name: several things may have the same name. */
  function named(id) {
    const thing = things.get(id);
    if (!thing) return [make("code", {}, id)];
    const kind = words(thing.name.en, thing.name.ja);
    return thing.title === "" ? kind : [...kind, ` ${thing.title}`];
  }

  function fillIn(text, names) {
    return data.placeholders.reduce((all, mark, index) => all.replaceAll(mark, names[index] ?? ""), text);
  }

  /** The path from a start to an end, as preflight traced it. */
  function pathOf(from, end) {
    const start = startOf.get(from);
    const target = ends[end];
    const path = start && target && paths[rows[start[2]][end]];
    if (!path) return undefined;
    const names = [start[1], target[2], target[3], start[0]];
    const hops = path[1].map(([passes, at, what, japanese = what]) => ({
      passes,
      at: fillIn(at, names),
      what: fillIn(what, names),
      japanese: fillIn(japanese, names),
    }));
    return { verdict: path[0], hops, fix: path[2], japaneseFix: path[3] ?? path[2] };
  }

  const VERDICTS = {
    open: ["It gets through.", "届きます。"],
    blocked: ["It is stopped.", "止められます。"],
    unknown: [
      "Nothing known stops it; what has a ? can't be known from this file.",
      "止めるものは見つかりません。? はこのファイルからはわかりません。",
    ],
  };
  const MARKS = { yes: "✓", no: "✗", maybe: "?" };
  const MARK_WORDS = {
    yes: ["lets it through", "通す"],
    no: ["stops it", "止める"],
    maybe: ["can't be known", "不明"],
  };

  function showPath() {
    const path = pathOf(state.from, state.to);
    const target = ends[state.to];
    if (!path) return showNoPath();
    answer.replaceChildren(
      make("h2", {}, named(state.from), " → ", named(target[1]), portOf(target[0])),
      make("p", { class: `verdict ${path.verdict}` }, words(...VERDICTS[path.verdict])),
      make(
        "ol",
        { class: "hops" },
        path.hops.map((hop) =>
          make(
            "li",
            { class: hop.passes },
            make("span", { class: "mark", "aria-hidden": "true" }, MARKS[hop.passes]),
            make("span", { class: "spoken" }, words(...MARK_WORDS[hop.passes]), ": "),
            make("code", {}, hop.at),
            " ",
            words(hop.what, hop.japanese),
          ),
        ),
      ),
      ...(path.fix
        ? [
            make(
              "p",
              { class: "fix" },
              make("strong", {}, words("What to write: ", "直し方: ")),
              words(path.fix, path.japaneseFix),
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
    trace(path, target[1]);
  }

  function showNoPath() {
    answer.replaceChildren(
      make(
        "p",
        {},
        words(
          "No connection begins there, or none leads there: choose a load balancer, a service, a database or the internet.",
          "そこから始まる接続、またはそこへの接続はありません。ロードバランサー、サービス、データベース、インターネットを選んでください。",
        ),
      ),
    );
    light([]);
  }

  function portOf(id) {
    const port = /:(\d+)$/.exec(id);
    return port ? ` · ${port[1]}` : "";
  }

  /** Cards that a path passes, in order. */
  function stationsOf(path, target) {
    const passed = path.hops.flatMap(({ at, what }) =>
      [...things.keys()].filter((id) => id.includes(".") && (at === id || what.endsWith(` to ${id}`))),
    );
    const isOut = passed.some((id) => things.get(id).kind === "nat") && target !== "internet";
    return [
      ...new Set([
        state.from,
        ...passed.filter((id) => ["nat", "door"].includes(things.get(id).kind)),
        ...(isOut ? ["internet"] : []),
        target,
      ]),
    ];
  }

  function trace(path, target) {
    const stations = stationsOf(path, target);
    light(stations);
    const layer = document.getElementById("trace");
    for (let index = 1; index < stations.length; index++) {
      const isLast = index === stations.length - 1;
      const [a, b] = [things.get(stations[index - 1])?.box, things.get(stations[index])?.box];
      if (!a || !b) continue;
      const [start, end] = [border(a, b), border(b, a)];
      const line = svgNode("path", { d: curve(start, end), class: `trace ${path.verdict}` });
      layer.append(line);
      if (isLast && path.verdict === "blocked") {
        const length = line.getTotalLength();
        const { x, y } = line.getPointAtLength(length * 0.6);
        layer.append(
          svgNode("path", {
            d: `M${x - 9} ${y - 9}L${x + 9} ${y + 9}M${x + 9} ${y - 9}L${x - 9} ${y + 9}`,
            class: "trace cross",
          }),
        );
      }
    }
  }

  function svgNode(name, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  /** Where a line to another card leaves this one. */
  function border([x, y, w, h], [tx, ty, tw, th]) {
    const [cx, cy, ox, oy] = [x + w / 2, y + h / 2, tx + tw / 2, ty + th / 2];
    if (ty > y + h) return [Math.min(Math.max(ox, x + 20), x + w - 20), y + h, 0, 1];
    if (ty + th < y) return [Math.min(Math.max(ox, x + 20), x + w - 20), y, 0, -1];
    return ox > cx ? [x + w, cy, 1, 0] : [x, oy > y && oy < y + h ? oy : cy, -1, 0];
  }

  function curve([ax, ay, adx, ady], [bx, by, bdx, bdy]) {
    const reach = Math.max(20, Math.hypot(bx - ax, by - ay) / 3);
    return `M${ax} ${ay}C${ax + adx * reach} ${ay + ady * reach} ${bx + bdx * reach} ${by + bdy * reach} ${bx} ${by}`;
  }

  /** Puts some cards forward, and the wires between them. */
  function light(ids, kinds = new Map()) {
    const lit = new Set(ids);
    document.getElementById("trace").replaceChildren();
    svg.classList.toggle("dimmed", lit.size > 0);
    for (const [id, card] of cards) {
      card.classList.toggle("lit", lit.has(id));
      card.classList.toggle("reached", kinds.get(id) === "open");
      card.classList.toggle("perhaps", kinds.get(id) === "unknown");
      card.setAttribute("aria-pressed", String(id === state.from || id === state.thing));
    }
    for (const wire of wires) {
      const { from, to } = wire.dataset;
      wire.classList.toggle("lit", lit.has(from) && lit.has(to));
    }
  }

  function showReach(from) {
    const found = ends.flatMap((end, index) => {
      const path = pathOf(from, index);
      return path && path.verdict !== "blocked" && end[1] !== from ? [{ end, index, verdict: path.verdict }] : [];
    });
    const behind =
      from === "internet"
        ? behindOf(new Set(found.filter(({ verdict }) => verdict === "open").map(({ end }) => end[1])))
        : [];
    const list = (verdict) =>
      found
        .filter((one) => one.verdict === verdict)
        .map(({ end, index }) =>
          make(
            "li",
            {},
            make(
              "button",
              { type: "button", click: () => ask(from, index) },
              named(end[1]),
              portOf(end[0]),
              end[3] === "" && end[0] !== "internet" ? ` (${end[0]})` : "",
            ),
          ),
        );
    const open = list("open");
    const unknown = list("unknown");
    answer.replaceChildren(
      make(
        "h2",
        {},
        from === "internet"
          ? words("The internet reaches", "インターネットから届くもの")
          : [named(from), words(" reaches", " から届くもの")],
      ),
      open.length === 0
        ? make("p", {}, words("Nothing for sure.", "確かに届くものはありません。"))
        : make("ul", { class: "reach" }, open),
      ...(unknown.length === 0
        ? []
        : [
            make("h3", {}, words("Perhaps: it can't be known from this file", "このファイルからはわからないもの")),
            make("ul", { class: "reach" }, unknown),
          ]),
      ...(behind.length === 0
        ? []
        : [
            make("h3", {}, words("Behind these, requests go on to", "その奥へ、リクエストが進む先")),
            make(
              "ul",
              { class: "reach" },
              behind.map((id) => make("li", {}, named(id))),
            ),
          ]),
    );
    const kinds = new Map(found.map(({ end, verdict }) => [end[1], verdict]));
    light([from, ...kinds.keys()], kinds);
  }

  /** What those that are reached ask themselves. */
  function behindOf(reached) {
    const known = new Set(reached);
    for (const one of known) {
      for (const { dataset, classList } of wires) {
        const isRequest =
          ["requests", "calls", "data", "rule"].some((kind) => classList.contains(kind)) && classList.contains("open");
        if (dataset.from === one && isRequest) known.add(dataset.to);
      }
    }
    return [...known].filter((id) => !reached.has(id));
  }

  function showDetails(id) {
    const thing = things.get(id);
    if (!thing) return details.replaceChildren();
    details.replaceChildren(
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
      ...titled(["Findings", "指摘"], thing.findings.map(finding), "findings"),
      ...titled(["Made of", "構成リソース"], thing.parts.map(partItem), "parts"),
    );
  }

  function questionsAbout(id) {
    const [first] = endsOf.get(id) ?? [];
    const isAsked = first !== undefined && ends[first][3] !== "";
    return make(
      "p",
      { class: "buttons" },
      startOf.has(id)
        ? make(
            "button",
            { type: "button", click: () => showReach(id) },
            words("What can it reach?", "ここから届くもの"),
          )
        : "",
      " ",
      isAsked
        ? make(
            "button",
            { type: "button", click: () => ask("internet", first) },
            words("Does the internet reach it?", "インターネットから届くか"),
          )
        : "",
    );
  }

  function titled(title, items, className) {
    return items.length === 0 ? [] : [make("h3", {}, words(...title)), make("ul", { class: className }, items)];
  }

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

  function finding({ id, severity, address, message, fix }) {
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

  /** A thing that is chosen: the first begins a path, the second ends it. */
  function choose(picked) {
    const id = picked === "people" ? "internet" : picked;
    showDetails(id);
    const isSecond = state.from !== "" && state.to < 0 && state.from !== id;
    state.thing = id;
    if (isSecond) return second(id);
    state.from = id;
    state.to = -1;
    fromList.value = startOf.has(id) ? id : "";
    toList.value = "";
    const near = wires.flatMap(({ dataset }) =>
      dataset.from === id || dataset.to === id ? [dataset.from, dataset.to] : [],
    );
    light([id, ...near]);
    answer.replaceChildren(
      make("p", {}, words("Choose another thing to see the path to it.", "もう一つ選ぶと、そこまでの経路が出ます。")),
    );
  }

  function second(id) {
    if (startOf.has(state.from) && endsOf.has(id)) return ask(state.from, endsOf.get(id)[0]);
    if (startOf.has(id) && endsOf.has(state.from)) return ask(id, endsOf.get(state.from)[0]);
    showNoPath();
    state.from = "";
  }

  function ask(from, end) {
    state.from = from;
    state.to = end;
    fromList.value = from;
    toList.value = String(end);
    showPath();
  }

  function clear() {
    Object.assign(state, { from: "", to: -1, thing: "" });
    fromList.value = "";
    toList.value = "";
    search.value = "";
    answer.replaceChildren(make("p", { class: "hint" }, words(...data.hint)));
    details.replaceChildren();
    light([]);
  }

  function find() {
    const wanted = search.value.trim().toLowerCase();
    if (wanted === "") return clear();
    const found = data.things.filter((thing) =>
      [
        thing.id,
        thing.title,
        thing.name.en,
        thing.name.ja,
        ...thing.chips,
        ...thing.parts.map(([address]) => address),
      ].some((text) => text.toLowerCase().includes(wanted)),
    );
    light(found.map(({ id }) => id));
    answer.replaceChildren(
      make("p", {}, words(`${found.length} found.`, `${found.length} 件。`)),
      make(
        "ul",
        { class: "reach" },
        found.slice(0, 30).map(({ id }) =>
          make(
            "li",
            {},
            make(
              "button",
              {
                type: "button",
                click: () => {
                  clear();
                  choose(id);
                  cards.get(id)?.scrollIntoView({ block: "center", inline: "center" });
                },
              },
              named(id),
              " ",
              make("code", {}, id),
            ),
          ),
        ),
      ),
    );
  }

  function option(value, text) {
    return make("option", { value }, text);
  }

  function labelOf(id) {
    const thing = things.get(id);
    return thing && thing.title !== "" && !id.includes(thing.title) ? `${thing.title} (${id})` : id;
  }

  function setLanguage(lang) {
    root.lang = lang;
    for (const button of document.querySelectorAll("[data-lang]"))
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  }

  fromList.append(option("", "…"), ...starts.map(([id]) => option(id, labelOf(id))));
  toList.append(
    option("", "…"),
    ...ends.map((end, index) => option(String(index), end[3] === "" ? end[0] : `${labelOf(end[1])}${portOf(end[0])}`)),
  );
  const asked = () => {
    if (fromList.value === "" || toList.value === "") return;
    ask(fromList.value, Number(toList.value));
    showDetails(ends[state.to][1]);
  };
  fromList.addEventListener("change", asked);
  toList.addEventListener("change", asked);
  for (const [id, card] of cards) {
    card.addEventListener("click", () => choose(id));
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(id);
    });
  }
  for (const button of document.querySelectorAll("[data-path]")) {
    const [from, to] = JSON.parse(button.dataset.path);
    const end = ends.findIndex(([id]) => id === to);
    if (startOf.has(from) && end >= 0)
      button.addEventListener("click", () => {
        ask(from, end);
        svg.scrollIntoView({ block: "start" });
      });
    else button.disabled = true;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
  document.getElementById("inbound").addEventListener("click", () => showReach("internet"));
  document.getElementById("clear").addEventListener("click", clear);
  search.addEventListener("input", find);
  for (const button of document.querySelectorAll("[data-lang]"))
    button.addEventListener("click", () => setLanguage(button.dataset.lang));
  setLanguage(data.language ?? (navigator.language.startsWith("ja") ? "ja" : "en"));
  clear();
}

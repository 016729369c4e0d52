import { createHash } from "node:crypto";
import { money } from "@operation-app/cost";
import { visibleIn } from "@operation-app/preflight/input";
import { KINDS, type Kind, type Words } from "../kinds.ts";
import { type Child, element, jsonInScript, Markup } from "../markup.ts";
import { SIGNS } from "../signs.ts";
import type { Part, StackMap } from "../stack-map.ts";
import { PAGE_STYLE } from "../style.ts";
import { drawn, type Language } from "../svg.ts";
import { CHANGES, LEGEND, PAGE } from "../words.ts";
import { clientScript } from "./client/index.mjs";
import { pageData } from "./data.ts";

/** A page that needs nothing beside itself: neither a server nor a network. Nothing of a plan becomes markup or script in it. */
export function htmlOf(map: StackMap, language?: Language): string {
  const { picture, layout } = drawn(map, "both");
  const data = jsonInScript(visibleIn(pageData(map, layout, language)));
  const script = clientScript();
  const policy = `default-src 'none'; style-src '${hashOf(PAGE_STYLE)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  const title = `${PAGE.title.en}: ${map.name}`;
  const page = element(
    "html",
    { lang: language ?? "en" },
    element(
      "head",
      {},
      element("meta", { charset: "utf-8" }),
      element("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
      element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      element("title", {}, title),
      element("style", {}, new Markup(PAGE_STYLE)),
    ),
    element(
      "body",
      {},
      header(map),
      element(
        "main",
        {},
        questions(),
        element(
          "div",
          { class: "sides" },
          element("div", { class: "picture", tabindex: 0, role: "region", "aria-labelledby": "title" }, picture),
          element(
            "div",
            { class: "panel" },
            element("section", { id: "answer", "aria-live": "polite" }),
            element("section", { id: "details" }),
          ),
        ),
        pathChanges(map),
        findings(map),
        legend(map),
        everything(map),
      ),
      element("script", { type: "application/json", id: "data" }, data),
      element("script", {}, new Markup(script)),
    ),
  );
  return `<!doctype html>\n${page}\n`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function words({ en, ja }: Words): Markup[] {
  return en === ja
    ? [element("span", {}, en)]
    : [element("span", { lang: "en", class: "en" }, en), element("span", { lang: "ja", class: "ja" }, ja)];
}

function header({ name, total, things, isPlan }: StackMap): Markup {
  const changed = things.filter(({ change }) => change !== undefined).length;
  return element(
    "header",
    {},
    element("h1", { id: "title" }, words(PAGE.title), `: ${name}`),
    element(
      "p",
      {},
      total &&
        total.high > 0 &&
        words({ en: `About ${money(total)} USD a month. `, ja: `1 か月およそ ${money(total)} USD。` }),
      isPlan &&
        words({
          en: `This plan changes ${changed} of the things below.`,
          ja: `このプランは下の ${changed} 個を変えます。`,
        }),
    ),
    element(
      "div",
      { class: "languages", role: "group", "aria-label": "Language / 言語" },
      element("button", { type: "button", "data-lang": "en", lang: "en", "aria-pressed": "false" }, "English"),
      element("button", { type: "button", "data-lang": "ja", lang: "ja", "aria-pressed": "false" }, "日本語"),
    ),
  );
}

function questions(): Markup {
  return element(
    "div",
    { class: "ask" },
    element("button", { type: "button", id: "inbound", class: "main" }, words(PAGE.inbound)),
    element("label", {}, words(PAGE.from), element("select", { id: "from" })),
    element("label", {}, words(PAGE.to), element("select", { id: "to" })),
    element("label", {}, words(PAGE.search), element("input", { id: "search", type: "search" })),
    element("button", { type: "button", id: "clear" }, words(PAGE.clear)),
  );
}

/** What opens and closes by a plan. */
function pathChanges({ pathChanges: { changes, isWhole }, isPlan }: StackMap): Markup | undefined {
  if (!isPlan) return undefined;
  const items = changes.map(({ from, to, becomes }) =>
    element(
      "li",
      { class: becomes },
      words(PAGE[becomes]),
      " ",
      element(
        "button",
        { type: "button", "data-path": JSON.stringify([from, to]) },
        element("code", {}, from),
        " → ",
        element("code", {}, to),
      ),
    ),
  );
  return section(
    PAGE.pathChanges,
    !isWhole && element("p", { class: "alarm-text" }, words(PAGE.leftOut)),
    items.length === 0 ? element("p", {}, words(PAGE.noPathChanges)) : element("ul", { class: "paths" }, items),
  );
}

function findings({ things, networks }: StackMap): Markup | undefined {
  const all = [...things, ...networks].flatMap((one) => one.findings);
  const unique = [...new Map(all.map((one) => [`${one.id} ${one.address} ${one.message}`, one])).values()];
  if (unique.length === 0) return undefined;
  const items = unique.map(({ id, severity, address, message, fix }) =>
    element(
      "li",
      { class: severity, lang: "en" },
      element("strong", {}, `${severity} ${id}`),
      " ",
      element("code", {}, address),
      ` ${message} `,
      element("em", {}, fix),
    ),
  );
  return section(
    { en: `${PAGE.findings.en} (${unique.length})`, ja: `${PAGE.findings.ja}（${unique.length}）` },
    element("ul", { class: "findings" }, items),
  );
}

function legend({ things, isPlan }: StackMap): Markup {
  const kinds = [...new Set(things.map(({ kind }) => kind))];
  const signs = kinds.map((kind) =>
    element("li", {}, sign(kind), element("strong", {}, words(KINDS[kind].name)), " ", words(KINDS[kind].what)),
  );
  const lines = LEGEND.lines.map(([className, text]) => element("li", {}, sample(className), words(text)));
  const changes = (["create", "update", "replace", "delete", "lost"] as const).map((kind) =>
    element("li", { class: `tag ${kind}` }, words(CHANGES[kind])),
  );
  return section(
    PAGE.legend,
    element("ul", { class: "legend" }, signs),
    element("ul", { class: "legend" }, lines),
    isPlan && element("ul", { class: "legend" }, changes),
  );
}

function sign(kind: Kind): Markup {
  return element(
    "svg",
    { viewBox: "0 0 24 24", width: 22, height: 22, class: "sign", "aria-hidden": "true" },
    element("path", { d: SIGNS[kind] }),
  );
}

function sample(className: string): Markup {
  const inner =
    className === "group"
      ? element("circle", { cx: 20, cy: 8, r: 5, class: "group g0" })
      : className === "frame"
        ? element("rect", { x: 2, y: 2, width: 36, height: 12, rx: 4, class: "frame" })
        : element(
            "g",
            { class: `wire ${className}` },
            element("path", {
              d: "M2 8L36 8",
              "marker-end": className.includes("blocked") ? "url(#stopped)" : "url(#arrow)",
            }),
          );
  return element(
    "svg",
    { viewBox: "0 0 40 16", width: 40, height: 16, class: "map sample", "aria-hidden": "true" },
    inner,
  );
}

/** Every resource, also what is not drawn: for a reader who searches, and for one who does not see the picture. */
function everything({ things, networks, others }: StackMap): Markup {
  const drawnRows = things
    .filter(({ parts }) => parts.length > 0)
    .map(
      (thing) =>
        [
          thing.title === "" ? words(KINDS[thing.kind].name) : `${thing.title}`,
          thing.parts,
          thing.cost ? money(thing.cost) : "",
        ] as const,
    );
  const areaRows = networks
    .filter(({ parts }) => parts.length > 0)
    .map(({ title, parts }) => [`VPC ${title}`, parts, ""] as const);
  const otherRows = others.length > 0 ? [[words(PAGE.others), others, ""] as const] : [];
  const rows = [...areaRows, ...drawnRows, ...otherRows].map(([name, parts, cost]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, element("ul", {}, parts.map(part))),
      element("td", {}, cost),
    ),
  );
  const head = [PAGE.thing, PAGE.resources, PAGE.price].map((name) => element("th", { scope: "col" }, words(name)));
  return section(
    PAGE.everything,
    element(
      "details",
      {},
      element("summary", {}, words(PAGE.show)),
      element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows)),
    ),
  );
}

function part({ address, source, change }: Part): Markup {
  return element(
    "li",
    {},
    element("code", {}, address),
    change && element("span", { class: `tag ${change}` }, " ", words(CHANGES[change])),
    source && element("span", { class: "source" }, ` ${source}`),
  );
}

function section(title: Words, ...children: Child[]): Markup {
  return element("section", {}, element("h2", {}, words(title)), children);
}

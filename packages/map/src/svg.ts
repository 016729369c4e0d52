import { INTERNET } from "@operation-app/preflight/network";
import { KINDS, type Words } from "./kinds.ts";
import type { Box, Layout, PlacedNetwork } from "./layout.ts";
import { layoutOf } from "./layout.ts";
import { type Line, linesOf } from "./lines.ts";
import { element, Markup } from "./markup.ts";
import { SIGNS } from "./signs.ts";
import type { StackMap, Thing } from "./stack-map.ts";
import { SVG_STYLE } from "./style.ts";
import { CHANGES, WORDS } from "./words.ts";

/** `both`: for a page, which shows the one that its reader chooses. */
export type Language = "en" | "ja";
export type Languages = Language | "both";

/** More lines than these are drawn for the chosen thing only. */
const MAX_LINES = 90;

/** The picture alone, for a document. */
export function svgOf(map: StackMap, language: Language): string {
  const { picture } = drawn(map, language);
  return `${picture}\n`;
}

/** @param languages of its texts */
export function drawn(
  map: StackMap,
  languages: Languages,
): { readonly picture: Markup; readonly layout: Layout; readonly lines: readonly Line[] } {
  const layout = layoutOf(map);
  const lines = linesOf(map, layout);
  const painter = new Painter(map, layout, languages);
  return { picture: painter.picture(lines), layout, lines };
}

class Painter {
  private readonly map: StackMap;
  private readonly layout: Layout;
  private readonly languages: Languages;
  private readonly colors: ReadonlyMap<string, number>;

  constructor(map: StackMap, layout: Layout, languages: Languages) {
    this.map = map;
    this.layout = layout;
    this.languages = languages;
    const groups = [...new Set(map.things.flatMap((thing) => thing.groups))].sort();
    this.colors = new Map(groups.map((group, index) => [group, index % 10]));
  }

  picture(lines: readonly Line[]): Markup {
    const { width, height, networks, aws, removed } = this.layout;
    const isPage = this.languages === "both";
    const many = lines.length > MAX_LINES;
    return element(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        class: `map${many ? " many" : ""}${this.map.isPlan ? " plan" : ""}`,
        ...(isPage
          ? { role: "group", id: "map", "aria-labelledby": "title" }
          : { role: "img", "aria-label": this.map.name }),
      },
      !isPage && element("style", {}, new Markup(SVG_STYLE)),
      ARROWS,
      networks.map((network) => this.network(network)),
      aws && this.area(aws, "aws", WORDS.aws),
      removed && this.area(removed, "removed", WORDS.removed),
      lines.map((line) => this.line(line)),
      networks.map((network) => this.captions(network)),
      this.map.things.map((thing) => this.card(thing)),
      isPage && element("g", { id: "trace" }),
    );
  }

  private network({ columns, bands, frames, doors, ...box }: PlacedNetwork): Markup {
    return element(
      "g",
      { class: "network" },
      rect(box, "vpc", 14),
      bands.map((band) => rect(band, `band ${band.isPublic === true ? "public" : "private"}`, 8)),
      columns.map(({ x, y, h }, index) =>
        index > 0 ? element("line", { x1: x, x2: x, y1: y + 4, y2: y + h, class: "zone" }) : undefined,
      ),
      frames.map((frame) => rect(frame, "frame", 10)),
      doors && rect(doors, "band doors", 8),
    );
  }

  /** Over the lines, which may cross them. */
  private captions({ area, columns, bands, doors, ...box }: PlacedNetwork): Markup {
    const title =
      area.id === ""
        ? WORDS.elsewhere
        : { en: `${WORDS.network.en} · ${area.title}`, ja: `${WORDS.network.ja} · ${area.title}` };
    return element(
      "g",
      { class: "captions" },
      this.texts(box.x + 16, box.y + 23, "heading", title),
      bands.map((band) => this.texts(band.x + 10, band.y + 17, "caption", bandWords(band.isPublic))),
      columns.map(({ zone, x, y }) => this.texts(x + 12, y + 16, "caption zone-name", zoneWords(zone))),
      doors && this.texts(doors.x + 10, doors.y + 17, "caption", WORDS.doors),
    );
  }

  private area(box: Box, className: string, title: Words): Markup {
    return element("g", {}, rect(box, className, 14), this.texts(box.x + 14, box.y + 24, "heading", title));
  }

  private line({ wire, points, label }: Line): Markup {
    const { from, to, ports, kind, verdict } = wire;
    const way = (from === INTERNET || from === "people") && kind === "requests" ? "in" : kind;
    return element(
      "g",
      { class: `wire ${way} ${verdict ?? "plain"}`, "data-from": from, "data-to": to },
      element("path", {
        d: roundedPath(points),
        "marker-end": verdict === "blocked" ? "url(#stopped)" : "url(#arrow)",
      }),
      label &&
        ports.length > 0 &&
        element("text", { x: label[0], y: label[1], class: "port" }, ports.slice(0, 4).map(portName).join(", ")),
    );
  }

  private card(thing: Thing): Markup | undefined {
    const box = this.layout.cards.get(thing.id);
    if (!box) return undefined;
    const { kind, title, chips, change, losesData, findings } = thing;
    const small = box.h < 56;
    const room = box.w - 62;
    const [head, under] = this.headings(thing);
    const className = ["thing", kind, KINDS[kind].site, change, losesData && "alarm"].filter(Boolean).join(" ");
    const isPage = this.languages === "both";
    return element(
      "g",
      {
        class: className,
        transform: `translate(${box.x} ${box.y})`,
        ...(isPage && {
          role: "button",
          tabindex: 0,
          "data-id": thing.id,
          "aria-pressed": "false",
        }),
      },
      !isPage && element("title", {}, `${title || KINDS[kind].name.en} (${thing.id})`),
      element("rect", { width: box.w, height: box.h, rx: 9, class: "card" }),
      element(
        "g",
        { class: "sign", transform: `translate(12 ${small ? 9 : 14}) scale(${small ? 1.05 : 1.3})` },
        element("path", { d: SIGNS[kind] }),
      ),
      this.texts(50, small ? 19 : 25, "title", shortenedTo(head, room - badgeRoom(thing), 13, 0.6)),
      this.texts(50, small ? 34 : 43, "under", shortenedTo(under, room, 11)),
      box.h > 70 && this.chips(chips, box),
      this.marks(thing, box),
      change &&
        element(
          "text",
          { x: box.w - 10, y: box.h - 8, class: "change-word", "text-anchor": "end" },
          this.oneOf(losesData ? CHANGES.lost : CHANGES[change]),
        ),
      findings.length > 0 && this.findingBadge(thing, box),
    );
  }

  private headings(thing: Thing): [Words, Words] {
    const { kind, title } = thing;
    return title === "" ? [KINDS[kind].name, this.underOf(thing)] : [{ en: title, ja: title }, KINDS[kind].name];
  }

  /** What is told of services of AWS: how many things of it there are. */
  private underOf({ kind, count }: Thing): Words {
    if (kind === "people" || kind === "internet") return KINDS[kind].what;
    return count === 0
      ? { en: "called from here", ja: "ここから呼ぶ" }
      : { en: `${count} made here`, ja: `ここで作る ${count} 個` };
  }

  private chips(chips: readonly string[], { w }: Box): Markup[] {
    let x = 50;
    return chips.flatMap((chip) => {
      const text = shortened(chip, 90, 10.5);
      const width = Math.round(widthOf(text, 10.5) + 14);
      if (x + width > w - 8) return [];
      const at = x;
      x += width + 6;
      return [
        element("rect", { x: at, y: 53, width, height: 18, rx: 9, class: "chip" }),
        element("text", { x: at + 7, y: 66, class: "chip-text" }, text),
      ];
    });
  }

  /** Zones, where it stands in several, and the colours of its security groups. */
  private marks({ groups, place }: Thing, { w, h }: Box): Markup[] {
    const zones = this.map.networks.find(({ id }) => id === place?.network)?.zones ?? [];
    const own = (place?.zones ?? []).map((index) => letterOf(zones[index] ?? ""));
    const dots = groups
      .slice(0, 5)
      .map((group, index) =>
        element(
          "circle",
          { cx: w - 12 - index * 12, cy: 13, r: 4.5, class: `group g${this.colors.get(group)}` },
          element("title", {}, group),
        ),
      );
    const isWide = own.length > 1 && h >= 56;
    return [
      ...dots,
      ...(isWide ? [element("text", { x: w - 10, y: 43, class: "zones", "text-anchor": "end" }, own.join(" · "))] : []),
    ];
  }

  private findingBadge({ findings }: Thing, { w }: Box): Markup {
    const isError = findings.some(({ severity }) => severity === "error");
    return element(
      "g",
      { class: `badge ${isError ? "error" : "warning"}`, transform: `translate(${w - 4} -4)` },
      element("path", { d: "M-9 7L0 -9L9 7z" }),
      element("text", { y: 5.5, "text-anchor": "middle" }, findings.length > 9 ? "9+" : String(findings.length)),
    );
  }

  private texts(x: number, y: number, className: string, words: Words, anchor?: string): Markup[] {
    const one = (language: Language) =>
      element(
        "text",
        {
          x,
          y,
          class: this.languages === "both" ? `${className} ${language}` : className,
          "text-anchor": anchor,
          lang: this.languages === "both" && words.en !== words.ja ? language : undefined,
        },
        words[language],
      );
    if (this.languages !== "both") return [one(this.languages)];
    return words.en === words.ja
      ? [element("text", { x, y, class: className, "text-anchor": anchor }, words.en)]
      : [one("en"), one("ja")];
  }

  private oneOf(words: Words): Markup[] | string {
    if (this.languages !== "both") return words[this.languages];
    return (["en", "ja"] as const).map((language) =>
      element("tspan", { class: language, lang: language }, words[language]),
    );
  }
}

const ARROWS = element(
  "defs",
  {},
  element(
    "marker",
    {
      id: "arrow",
      viewBox: "0 0 10 10",
      refX: 9,
      refY: 5,
      markerWidth: 7,
      markerHeight: 7,
      orient: "auto-start-reverse",
    },
    element("path", { d: "M0 1L9 5L0 9z", class: "head" }),
  ),
  element(
    "marker",
    { id: "stopped", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, orient: "auto" },
    element("path", { d: "M1 1L9 9M9 1L1 9", class: "stop" }),
  ),
);

function rect({ x, y, w, h }: Box, className: string, rx: number): Markup {
  return element("rect", { x, y, width: w, height: h, rx, class: className });
}

function bandWords(isPublic: boolean | undefined): Words {
  return isPublic === undefined ? WORDS.unknownBand : isPublic ? WORDS.publicBand : WORDS.privateBand;
}

/** `ap-northeast-1a` and `data.aws_availability_zones.all.names.1`, as a reader calls them. */
function zoneWords(zone: string): Words {
  const index = /\.names\.(\d+)$/.exec(zone)?.[1];
  const name = index === undefined ? (zone === "?" ? "?" : zone) : String(Number(index) + 1);
  return { en: `Zone ${name}`, ja: `ゾーン ${name}` };
}

function letterOf(zone: string): string {
  const index = /\.names\.(\d+)$/.exec(zone)?.[1];
  return index === undefined ? (/[a-z]{2}-.*-\d([a-z])$/.exec(zone)?.[1] ?? zone) : String(Number(index) + 1);
}

const PORT_NAMES: Readonly<Record<number, string>> = {
  22: "SSH",
  80: "HTTP",
  443: "HTTPS",
  2049: "NFS",
  3306: "MySQL",
  5432: "PostgreSQL",
  6379: "Redis",
};

/** `HTTPS 443`. */
export function portName(port: number): string {
  const name = PORT_NAMES[port];
  return name === undefined ? String(port) : `${name} ${port}`;
}

function badgeRoom({ groups }: Thing): number {
  return groups.length === 0 ? 0 : Math.min(groups.length, 5) * 12 + 8;
}

function shortenedTo({ en, ja }: Words, room: number, size: number, ending = 0): Words {
  return { en: shortened(en, room, size, ending), ja: shortened(ja, room, size, ending) };
}

/** @param ending share of the room that the end of the text has: of names, it tells one from another */
function shortened(text: string, room: number, size: number, ending = 0): string {
  if (widthOf(text, size) <= room) return text;
  const characters = [...text];
  const end = ending === 0 ? "" : [...fitting([...characters].reverse(), room * ending, size)].reverse().join("");
  return `${fitting(characters, room - widthOf(`…${end}`, size), size)}…${end}`;
}

function fitting(characters: readonly string[], room: number, size: number): string {
  let fit = "";
  for (const character of characters) {
    if (widthOf(fit + character, size) > room) break;
    fit += character;
  }
  return fit;
}

/** About as wide as a text is drawn: characters of Japanese are square. */
function widthOf(text: string, size: number): number {
  let width = 0;
  for (const character of text)
    width += character > "\u2e7f" ? 1 : /[ilj.,:;|'!]/.test(character) ? 0.3 : /[A-Zmw@]/.test(character) ? 0.74 : 0.56;
  return width * size;
}

/** Corners with a radius. */
function roundedPath(points: readonly (readonly [number, number])[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const radius = 7;
  const parts = [`M${first[0]} ${first[1]}`];
  for (const [index, point] of rest.entries()) {
    const before = points[index] ?? first;
    const after = rest[index + 1];
    if (!after) {
      parts.push(`L${point[0]} ${point[1]}`);
      continue;
    }
    const [a, b] = [toward(point, before, radius), toward(point, after, radius)];
    parts.push(`L${a[0]} ${a[1]}Q${point[0]} ${point[1]} ${b[0]} ${b[1]}`);
  }
  return parts.join("");
}

function toward([x, y]: readonly [number, number], [a, b]: readonly [number, number], most: number): [number, number] {
  const length = Math.hypot(a - x, b - y);
  const share = length === 0 ? 0 : Math.min(most, length / 2) / length;
  return [Math.round((x + (a - x) * share) * 10) / 10, Math.round((y + (b - y) * share) * 10) / 10];
}

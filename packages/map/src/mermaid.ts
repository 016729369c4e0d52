import { visible } from "@operation-app/preflight/input";
import { KINDS } from "./kinds.ts";
import type { StackMap, Thing, Wire } from "./stack-map.ts";
import { type Language, portName } from "./svg.ts";
import { CHANGES, PAGE, WORDS } from "./words.ts";

/** The things and who talks to whom, for a document that draws Mermaid. */
export function mermaidOf(map: StackMap, language: Language): string {
  const drawn = map.things.filter(({ kind }) => kind !== "door");
  const names = new Map(drawn.map(({ id }, index) => [id, `n${index}`]));
  const node = (thing: Thing) => `${names.get(thing.id)}["${labelOf(thing, language)}"]`;
  const networks = map.networks.flatMap(({ id, title }, index) => {
    const inside = drawn.filter(({ place }) => place?.network === id);
    if (inside.length === 0) return [];
    const heading = id === "" ? WORDS.elsewhere[language] : `${WORDS.network[language]} · ${title}`;
    return [`  subgraph v${index}["${quoted(heading)}"]`, ...inside.map((thing) => `    ${node(thing)}`), "  end"];
  });
  const outside = drawn.filter(({ place }) => place === undefined).map((thing) => `  ${node(thing)}`);
  const leftOut = map.pathChanges.isWhole ? [] : [`  leftOut["${quoted(PAGE.leftOut[language])}"]`];
  return `${["flowchart TB", ...leftOut, ...outside, ...networks, ...straight(map, drawn).map((wire) => lineOf(wire, names))].join("\n")}\n`;
}

function labelOf({ kind, title, change }: Thing, language: Language): string {
  const name = KINDS[kind].name[language];
  const words = [
    title === "" ? name : `${title}`,
    ...(title === "" ? [] : [name]),
    ...(change ? [CHANGES[change][language]] : []),
  ];
  return words.map(quoted).join("<br/>");
}

/** Endpoints are left out: who goes through one goes to what it leads to. */
function straight({ wires }: StackMap, drawn: readonly Thing[]): Wire[] {
  const shown = new Set(drawn.map(({ id }) => id));
  const ahead = new Map(wires.filter(({ from }) => !shown.has(from)).map(({ from, to }) => [from, to]));
  const all = wires
    .filter(({ from }) => shown.has(from))
    .map((wire) => ({ ...wire, to: ahead.get(wire.to) ?? wire.to }))
    .filter(({ to }) => shown.has(to));
  return [...new Map(all.map((wire) => [`${wire.from} ${wire.to}`, wire])).values()];
}

function lineOf({ from, to, ports, verdict }: Wire, names: ReadonlyMap<string, string>): string {
  const [a, b] = [names.get(from), names.get(to)];
  const arrow = verdict === "blocked" ? "--x" : verdict === "unknown" ? "-.->" : "-->";
  const label = ports.length === 0 ? "" : `|${ports.map(portName).join(", ")}|`;
  return `  ${a} ${arrow}${label} ${b}`;
}

/** Mermaid's own way to write what would end a label. */
function quoted(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} .,:·（）()+\-−–_/～＋±⚠~]/gu, (one) => `#${one.codePointAt(0)};`);
}

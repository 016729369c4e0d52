import { readFileSync } from "node:fs";

/** Where a failure shows. */
export type Place = "stopped task" | "event" | "log" | "apply";

/** An entry of docs/preflight.md. In quoted words an ellipsis stands for what differs, or is left out. */
export interface Row {
  /** Of the broken service. */
  readonly name: string;
  /** Of preflight. Nothing where no configuration tells. */
  readonly rule?: string;
  /** What preflight says will happen. */
  readonly announced?: string;
  readonly place: Place;
  readonly happened: string;
}

/** What was announced, and what happened. @param page in docs/: a list of services, below each a line for both */
export function readAnnouncements(page = "preflight.md"): Row[] {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), "utf8");
  const entries = text.matchAll(/^- \*\*(?<name>\w+)\*\*: .+\n(?<lines>(?: {2}- .+\n)+)/gm);
  return [...entries].map(({ groups: { name = "", lines = "" } = {} }) => {
    const { rule, announced } = lines.match(/^ {2}- \[(?<rule>.+)\]\(.+\): `(?<announced>[^`]+)`$/m)?.groups ?? {};
    const { place, happened = "" } = lines.match(/^ {2}- (?<place>[^:`[]+): `(?<happened>[^`]+)`$/m)?.groups ?? {};
    return { name, rule, announced, place: place as Place, happened };
  });
}

/** Of the whole text. */
export function pattern(words: string): RegExp {
  const parts = words.split(/\s*…\s*/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

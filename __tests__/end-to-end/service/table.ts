import { readFileSync } from "node:fs";

/** Where a failure shows. */
export type Place = "stopped task" | "event" | "log" | "apply";

/** A row of docs/preflight.md. In quoted words an ellipsis stands for what differs, or is left out. */
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

/** What was announced against what happened. @param page in docs/ */
export function readTable(page = "preflight.md"): Row[] {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), "utf8");
  return text.split("\n").flatMap((line) => {
    const [name, , preflight, happens, end] = line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, ""));
    const { place, happened } = happens?.match(/^(?<place>[^:`]+): `(?<happened>[^`]+)`$/)?.groups ?? {};
    if (!name || !place || !happened || end !== undefined) return [];
    const { rule, announced } = preflight?.match(/^\[(?<rule>.+)\]\(.+\): `(?<announced>[^`]+)`$/)?.groups ?? {};
    return [{ name, rule, announced, place: place as Place, happened }];
  });
}

/** Of the whole text. */
export function pattern(words: string): RegExp {
  const parts = words.split(/\s*…\s*/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

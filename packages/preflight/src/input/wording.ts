import { closest, distance } from "fastest-levenshtein";
import type * as z from "zod";

/** A mistake, with the path to the setting that has to change. */
export interface SettingProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What to write where something of another type stands. */
const EXAMPLES: Readonly<Record<string, string>> = {
  string: "a text in quotes",
  boolean: "true or false",
  object: "a group of settings: { … }",
  record: "a group of settings: { name: … }",
  array: "a list: [ … ]",
};

/** Words for values of the wrong type, where the schema has none of its own. */
export function explainType(issue: {
  readonly code?: string;
  readonly expected?: unknown;
  readonly input?: unknown;
  readonly path?: readonly PropertyKey[];
}): string | undefined {
  if (issue.code !== "invalid_type") return undefined;
  if (issue.path?.length === 0 && issue.input === undefined) {
    return "is not exported by the file. Begin it with `export default defineEnvironment({`.";
  }
  if (issue.expected === "string" && typeof issue.input === "number")
    return `is a number. Write "${issue.input}", in quotes.`;
  const example = EXAMPLES[String(issue.expected)] ?? String(issue.expected);
  return issue.input === undefined ? `is needed. Write ${example}.` : `is not what belongs here. Write ${example}.`;
}

/** A setting that the schema does not have, and the one that was probably meant. */
export function unknownSetting(schema: z.ZodType, path: readonly PropertyKey[], name: string): SettingProblem {
  const known = settingsAt(schema, path);
  const meant = known.length > 0 ? closest(name, known) : "";
  const near = distance(name.toLowerCase(), meant.toLowerCase()) <= 2;
  const message = near
    ? `is not a setting. Did you mean "${meant}"?`
    : `is not a setting. Take it out, or use one of ${known.join(", ")}.`;
  return { path: [...path, name], message };
}

/** Names of the settings in a group of the schema. */
function settingsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: Def | undefined = schema.def as Def;
  for (const key of path) at = childOf(unwrapped(at), key)?.def as Def | undefined;
  return Object.keys(unwrapped(at)?.shape ?? {});
}

/** The parts of a zod definition that lead further down. */
interface Def {
  readonly innerType?: { readonly def: unknown };
  readonly options?: readonly { readonly def: unknown }[];
  readonly shape?: Readonly<Record<string, { readonly def: unknown }>>;
  readonly valueType?: { readonly def: unknown };
  readonly element?: { readonly def: unknown };
}

/** What an optional setting, or one with a default, is when it is there; where a word may stand in its place, the group. */
function unwrapped(def: Def | undefined): Def | undefined {
  const inner = def?.innerType?.def ?? def?.options?.find((option) => unwrapped(option.def as Def)?.shape)?.def;
  return inner ? unwrapped(inner as Def) : def;
}

function childOf(def: Def | undefined, key: PropertyKey): { readonly def: unknown } | undefined {
  return def?.shape?.[String(key)] ?? def?.valueType ?? def?.element;
}

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
  if (issue.expected === "array" && ["string", "number"].includes(typeof issue.input))
    return `is not a list. Write [${JSON.stringify(issue.input)}].`;
  return wrongType(issue.input, EXAMPLES[String(issue.expected)] ?? String(issue.expected));
}

/** The same where a group belongs, with the names of its settings. */
export function explainGroup(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): SettingProblem {
  return { path, message: wrongType(input, `a group of settings: { … }, with ${settingsAt(schema, path).join(", ")}`) };
}

function wrongType(input: unknown, example: string): string {
  return input === undefined ? `is needed. Write ${example}.` : `is not what belongs here. Write ${example}.`;
}

/** A setting that the schema does not have, and the one that was probably meant. */
export function unknownSetting(schema: z.ZodType, path: readonly PropertyKey[], name: string): SettingProblem {
  const known = settingsAt(schema, path);
  const meant = known.length > 0 ? closest(name, known) : "";
  const near = distance(name.toLowerCase(), meant.toLowerCase()) <= Math.min(2, Math.floor(name.length / 3));
  const [place, ...others] = placesOf(name, schema.def as Def);
  const elsewhere = place !== undefined && others.length === 0 ? `; ${place} has one of this name` : "";
  const message = near
    ? `is not a setting. Did you mean "${meant}"?`
    : `is not a setting. Remove it, or use one of ${known.join(", ")}${elsewhere}.`;
  return { path: [...path, name], message };
}

/** Groups that have a setting of this name, such as `ecs.workers.<name>`. */
function placesOf(name: string, def: Def | undefined, path: readonly string[] = []): string[] {
  const { shape = {}, valueType, element } = unwrapped(def) ?? {};
  const inside = [
    ...Object.entries(shape).map(([key, value]) => [value, [...path, key]] as const),
    ...(valueType ? [[valueType, [...path, "<name>"]] as const] : []),
    ...(element ? [[element, path] as const] : []),
  ];
  const here = path.length > 0 && Object.hasOwn(shape, name) ? [path.join(".")] : [];
  return [...here, ...inside.flatMap(([value, at]) => placesOf(name, value.def as Def, at))];
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

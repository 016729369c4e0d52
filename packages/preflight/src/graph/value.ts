import type { Resource } from "./graph.ts";
import { remembered } from "./remembered.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What stands in an attribute: JSON, with expressions where Terraform computes something. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value }
  | Expression;

/** A group of attributes: a block, or an object. */
export type Block = Readonly<Record<string, Value>>;

/** That an expression takes something from resources. */
export interface Reference {
  /** Instances that it leads to. */
  readonly resources: readonly Resource[];
  /** Path of the attribute, such as `arn` or `master_user_secret.0.secret_arn`; "" where only the resource is known. */
  readonly attribute: string;
  /** All of `resources` are meant. false: some of them are, and it can't be known which. */
  readonly certain: boolean;
  /**
   * `hidden`: it leads through a local of a module, of which a plan does not tell what it is made of, and so perhaps to
   * none of them. `order`: nothing is taken from them, but Terraform makes them first.
   */
  readonly kind?: "hidden" | "order";
}

/** A value that Terraform computes. What can't be known of it is left open, never guessed. */
export class Expression {
  /** Texts and references in their order, where the expression is a template that can be read. */
  readonly parts: readonly (string | Reference)[] | undefined;
  readonly references: readonly Reference[];
  /** What comes out, where that is known. */
  readonly known: Json | undefined;
  /** What is in the text that comes out, where that is JSON: the argument of `jsonencode`. */
  readonly encodes: Value | undefined;
  /** A `dynamic` block makes it, so that the plan does not tell what it refers to. */
  readonly isDynamic: boolean;
  /** The one reference that is all of the expression. */
  readonly only: Reference | undefined;

  constructor(of: {
    readonly parts?: readonly (string | Reference)[];
    readonly references?: readonly Reference[];
    readonly known?: Json;
    readonly encodes?: Value;
    readonly isDynamic?: boolean;
  }) {
    this.parts = of.parts;
    this.references = of.references ?? of.parts?.filter((part) => typeof part !== "string") ?? [];
    this.known = of.known;
    this.encodes = of.encodes;
    this.isDynamic = of.isDynamic ?? false;
    const part = of.parts?.length === 1 ? of.parts[0] : undefined;
    this.only = typeof part === "object" ? part : undefined;
  }
}

/** Something of which nothing is known. */
export const UNKNOWN = new Expression({});

/** What Terraform would stop at, such as an attribute that an object does not have: `try` takes the next. */
export const INVALID = new Expression({});

/** Something of which nothing is known, since a `dynamic` block of a plan makes it. */
export const DYNAMIC = new Expression({ isDynamic: true });

/** Attributes that lead through others' attributes end somewhere; a chain longer than this is a cycle. */
export const LONGEST_CHAIN = 12;

/**
 * What is written in an attribute. `absent`: nothing, or null, and Terraform takes its default. `empty`: "" or [], which a
 * plan also shows where nothing is written. `written`: something, even where its value can't be known, such as the ARN of
 * a new resource. `unknown`: an expression that may turn out to be any of these.
 */
export type State = "absent" | "empty" | "written" | "unknown";

export function stateOf(value: Value | undefined): State {
  if (isAbsent(value)) return "absent";
  if (isList(value)) {
    if (value.length === 0) return "empty";
    return value.some((item) => stateOf(item) !== "unknown") ? "written" : "unknown";
  }
  if (!(value instanceof Expression)) return value === "" ? "empty" : "written";
  const found = known(value);
  if (found !== undefined) return stateOf(found);
  const isText = value.encodes !== undefined || value.parts?.some((part) => typeof part === "string");
  return isText || value.only?.resources.length ? "written" : "unknown";
}

/** Nothing is written, or null: Terraform takes its default. */
export function isAbsent(value: Value | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** Nothing is written for sure, or nothing but "" or []. */
export function isEmpty(value: Value | undefined): boolean {
  const state = stateOf(value);
  return state === "absent" || state === "empty";
}

/** Something is written for sure, whether its value is known or not. */
export function isWritten(value: Value | undefined): boolean {
  return stateOf(value) === "written";
}

/** Stands for each part of a text that can't be known. */
export const GAP = "\0";

/** A text with a GAP for each part that can't be known; undefined where not even its parts are known. */
export function textWithGaps(value: Value | undefined): string | undefined {
  const whole = text(value);
  if (whole !== undefined || !(value instanceof Expression)) return whole;
  return value.parts?.map((part) => (typeof part === "string" ? part : textOfPart(part))).join("");
}

const textOfPart = remembered((part: Reference) => text(new Expression({ parts: [part] })) ?? GAP);

/** Whether a value has more than some number of characters, items and references. */
export function isLargerThan(limit: number, value: Value): boolean {
  let left = limit;
  const stack: Value[] = [value];
  while (left >= 0 && stack.length > 0) {
    const next = stack.pop() as Value;
    left -= ownSize(next);
    if (left >= 0) pushContents(next, stack);
  }
  return left < 0;
}

/** What a value counts for without what is in it; a list at once for all of its items, however many they are. */
function ownSize(value: Value): number {
  if (typeof value === "string" || isList(value)) return value.length + 1;
  return value instanceof Expression ? 1 + value.references.length + (value.parts?.length ?? 0) : 1;
}

function pushContents(value: Value, stack: Value[]): void {
  if (isList(value)) for (const item of value) stack.push(item);
  else if (isBlock(value)) for (const item of Object.values(value)) stack.push(item);
  else if (value instanceof Expression && value.encodes !== undefined) stack.push(value.encodes);
}

export function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Expression);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value as plain JSON, where all of it is known. */
export function known(value: Value | undefined, depth = 0): Json | undefined {
  if (value === undefined || depth > LONGEST_CHAIN) return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Expression) return depth === 0 ? knownOnce(value) : knownOf(value, depth);
  if (isList(value)) {
    const items = value.map((item) => known(item, depth + 1));
    return items.some((item) => item === undefined) ? undefined : (items as Json[]);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, known(item, depth + 1)] as const);
  return entries.some(([, item]) => item === undefined)
    ? undefined
    : (Object.fromEntries(entries) as { [key: string]: Json });
}

const knownOnce = remembered((expression: Expression) => knownOf(expression, 0));

function knownOf(expression: Expression, depth: number): Json | undefined {
  if (expression.known !== undefined) return expression.known;
  if (expression.encodes !== undefined) {
    const content = known(expression.encodes, depth + 1);
    return content === undefined ? undefined : JSON.stringify(content);
  }
  const only = expression.only;
  if (only) return known(attributeBehind(only), depth + 1);
  if (expression.parts === undefined) return undefined;
  const texts = expression.parts.map((part) =>
    typeof part === "string" ? part : known(attributeBehind(part), depth + 1),
  );
  return texts.every((text) => typeof text === "string" || typeof text === "number") ? texts.join("") : undefined;
}

/** What is written in the attribute that a reference leads to; undefined where AWS makes it up. */
function attributeBehind(reference: Reference): Value | undefined {
  const [resource] = reference.resources;
  if (resource === undefined || reference.resources.length > 1 || reference.attribute === "") return undefined;
  const value = at(resource.values, reference.attribute);
  return value === null ? undefined : value;
}

/** Follows a path such as `master_user_secret.0.secret_arn` into a value; a block may stand for a list of one. */
export function at(value: Value | undefined, path: string): Value | undefined {
  if (!path.includes(".")) return stepInto(value, path);
  let found = value;
  for (const step of path.split(".")) found = stepInto(found, step);
  return found;
}

function stepInto(value: Value | undefined, step: string): Value | undefined {
  if (step === "") return value;
  if (isList(value)) return /^\d+$/.test(step) ? value[Number(step)] : undefined;
  if (!isBlock(value)) return undefined;
  return step === "0" && !("0" in value) ? value : value[step];
}

/** A text that is known. Terraform turns numbers and booleans into texts where it wants them. */
export function text(value: Value | undefined): string | undefined {
  const found = known(value);
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean"
    ? String(found)
    : undefined;
}

/** A number that is known, also where it is written as a text. */
export function number(value: Value | undefined): number | undefined {
  const found = known(value);
  if (typeof found === "number") return found;
  return typeof found === "string" && found.trim() !== "" && Number.isFinite(Number(found)) ? Number(found) : undefined;
}

/** A boolean, or the attribute's default where nothing is written. undefined where it can't be known. */
export function flag(value: Value | undefined, fallback: boolean): boolean | undefined {
  if (isAbsent(value)) return fallback;
  const found = known(value);
  if (found === true || found === "true" || found === "1") return true;
  if (found === false || found === "false" || found === "0") return false;
  return undefined;
}

/** Elements of a list, and whether these are all. */
export interface Items {
  readonly items: readonly Value[];
  /** false: there may be others, or only some of these are meant. */
  readonly complete: boolean;
}

const NO_ITEMS: Items = { items: [], complete: true };

/** Elements of a list or set, lists in it spread out. A single value stands for a list of one, as in Terraform's JSON. */
export function items(value: Value | undefined, depth = 0): Items {
  if (isAbsent(value)) return NO_ITEMS;
  if (depth > LONGEST_CHAIN) return { items: [], complete: false };
  if (isList(value)) return itemsOfList(value, depth);
  if (!(value instanceof Expression)) return { items: [value], complete: true };
  return depth === 0 ? itemsOnce(value) : itemsOf(value, depth);
}

const itemsOnce = remembered((value: Expression) => itemsOf(value, 0));

function itemsOf(value: Expression, depth: number): Items {
  const list = value.known;
  if (Array.isArray(list) && value.references.length === 0) return { items: list, complete: true };
  if (isText(value)) return { items: [value], complete: true };
  const behind = value.only && attributeBehind(value.only);
  if (isList(behind)) return items(behind, depth + 1);
  const references = value.references.filter(({ kind }) => kind !== "order");
  const found = references.flatMap((reference) =>
    reference.certain
      ? reference.resources.map((resource) => new Expression({ parts: [{ ...reference, resources: [resource] }] }))
      : [new Expression({ references: [reference] })],
  );
  const certain = references.length > 0 && references.every((reference) => reference.certain);
  // As many as there will be: then it is all of them.
  const counted = Array.isArray(list) && list.length === found.length;
  return { items: found, complete: counted || (certain && list === undefined && !found.some(standsForMany)) };
}

function itemsOfList(list: readonly Value[], depth: number): Items {
  if (list.every((item) => !isList(item) && !(item instanceof Expression))) return { items: list, complete: true };
  const parts = list.map((item) =>
    isList(item) || isListExpression(item) ? items(item, depth + 1) : { items: [item], complete: !standsForMany(item) },
  );
  return { items: parts.flatMap((part) => part.items), complete: parts.every((part) => part.complete) };
}

/** An expression that is more than one reference: whatever comes out, it is a text. */
function isText(value: Value): boolean {
  return value instanceof Expression && value.parts !== undefined && value.only === undefined;
}

/** It leads to a resource of which there may be any number. */
function standsForMany(value: Value): boolean {
  return value instanceof Expression && value.only?.resources.some(({ many }) => many) === true;
}

/** An expression that stands for several values. */
function isListExpression(value: Value): boolean {
  if (!(value instanceof Expression)) return false;
  if (Array.isArray(value.known)) return true;
  const only = value.only;
  return only !== undefined && (only.resources.length !== 1 || isList(attributeBehind(only)));
}

const NO_BLOCKS = { blocks: [], complete: true };
const NOT_BLOCKS = { blocks: [], complete: false };

/** Nested blocks of one kind: a list of them, or one alone. */
export function blocks(value: Value | undefined): { readonly blocks: readonly Block[]; readonly complete: boolean } {
  if (isAbsent(value)) return NO_BLOCKS;
  if (typeof value !== "object" || isText(value)) return NOT_BLOCKS;
  if (isBlock(value)) return { blocks: [value], complete: true };
  if (isList(value) && value.every(isBlock)) return { blocks: value, complete: true };
  const found = items(value);
  const all = found.items.filter(isBlock);
  return { blocks: all, complete: found.complete && all.length === found.items.length };
}

/** Every block that is nested in one, of whatever kind. */
export function innerBlocks(values: Block): readonly Block[] {
  const found: Block[] = [];
  for (const name in values) for (const inner of blocks(values[name]).blocks) found.push(inner);
  return found;
}

/** The nested block of which there is at most one; undefined where there is none, or where it can't be known. */
export function block(value: Value | undefined): Block | undefined {
  return blocks(value).blocks[0];
}

/** Every reference in a value, however deep. */
export function referencesIn(value: Value | undefined): readonly Reference[] {
  if (typeof value !== "object" || value === null) return NO_REFERENCES;
  if (value instanceof Expression && value.encodes === undefined) return value.references;
  const found: Reference[] = [];
  collectReferences(value, found);
  return found;
}

const NO_REFERENCES: readonly Reference[] = [];

function collectReferences(value: Value | undefined, found: Reference[]): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Expression) {
    for (const reference of value.references) found.push(reference);
    collectReferences(value.encodes, found);
  } else if (isList(value)) for (const item of value) collectReferences(item, found);
  else for (const name in value) collectReferences(value[name], found);
}

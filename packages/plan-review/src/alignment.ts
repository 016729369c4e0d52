import { containersByName, isContainers } from "./containers.ts";
import { isToken, jsonIn, type Masking, ORDER_ONLY } from "./masking.ts";
import { listOf, objectOf, ownOf } from "./plan.ts";
import { isPolicy, statementsByName } from "./policy-documents.ts";

/**
 * Lists whose order matters: commands and arguments, actions of a load balancer, cache behaviors, layers of a function,
 * stages of a pipeline. A plan does not distinguish lists from sets, whose items Terraform writes in an order of its own.
 */
const ORDERED = new Set([
  "action",
  "args",
  "command",
  "default_action",
  "entryPoint",
  "entry_point",
  "layers",
  "ordered_cache_behavior",
  "stage",
]);

/**
 * Two values as trees in which equal parts have the same path. JSON texts are parsed; items of a list are matched by name
 * or content, and by index only where their order matters.
 *
 * @param name of the attribute
 */
export function aligned(before: unknown, after: unknown, masking: Masking, name = ""): [unknown, unknown] {
  if (typeof before === "string" && typeof after === "string") return alignedTexts(before, after, masking);
  if (Array.isArray(before) && Array.isArray(after)) return alignedLists(before, after, masking, name);
  if (isObject(before) && isObject(after)) return alignedObjects(before, after, masking);
  return [before, after];
}

function alignedTexts(before: string, after: string, masking: Masking): [unknown, unknown] {
  if (before === after) return [before, after];
  const [left, right] = [jsonIn(before), jsonIn(after)];
  if (left === undefined || right === undefined) return [before, after];
  const [old, planned] = [masking.mask(left), masking.mask(right)];
  if (isContainers(old) && isContainers(planned)) {
    return aligned(containersByName(old), containersByName(planned), masking);
  }
  if (isPolicy(old) && isPolicy(planned)) return alignedObjects(...statementsByName(old, planned), masking);
  return aligned(old, planned, masking);
}

function alignedObjects(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  masking: Masking,
): [unknown, unknown] {
  const pairs = [...new Set([...Object.keys(before), ...Object.keys(after)])].map((key) => {
    const [left, right] = aligned(ownOf(before, key) ?? undefined, ownOf(after, key) ?? undefined, masking, key);
    return { key, left, right };
  });
  const side = (of: "left" | "right") =>
    withoutPrototype(pairs.flatMap((pair) => (pair[of] === undefined ? [] : [[pair.key, pair[of]]])));
  return [side("left"), side("right")];
}

/** An object that has these keys and no others: a map may have keys such as `__proto__` and `constructor`. */
function withoutPrototype(entries: readonly (readonly [string, unknown])[]): object {
  const found: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) found[key] = value;
  return found;
}

function alignedLists(
  before: readonly unknown[],
  after: readonly unknown[],
  masking: Masking,
  name: string,
): [unknown, unknown] {
  if (ORDERED.has(name) && isReordered(before, after)) {
    return alignedObjects(Object.fromEntries(before.entries()), Object.fromEntries(after.entries()), masking);
  }
  const names = [before, after].map(namesOf);
  const [left, right] = names;
  if (left && right) return alignedObjects(byName(before, left), byName(after, right), masking);
  const { gone, added } = onOneSide(before, after);
  if (gone.length === 0 && added.length === 0)
    return isReordered(before, after) ? [before, ORDER_ONLY] : [after, after];
  if (gone.length === 1 && added.length === 1)
    return alignedObjects({ [gone[0]?.index ?? 0]: gone[0]?.item }, { [gone[0]?.index ?? 0]: added[0] }, masking);
  if (gone.length === added.length && [...gone.map(({ item }) => item), ...added].every(isObject)) {
    const keyed = (items: readonly unknown[]) =>
      Object.fromEntries(items.map((item, place) => [String(gone[place]?.index), item]));
    return alignedObjects(keyed(gone.map(({ item }) => item)), keyed(added), masking);
  }
  return [
    apart(
      "-",
      gone.map(({ item }) => item),
    ),
    apart("+", added),
  ]; // one line for each that is added or removed
}

/** Items without those on both sides, whatever their index. */
function onOneSide(before: readonly unknown[], after: readonly unknown[]) {
  const counts = new Map<string, number>();
  for (const item of after) counts.set(JSON.stringify(item), (counts.get(JSON.stringify(item)) ?? 0) + 1);
  const gone = before.map((item, index) => ({ item, index })).filter(({ item }) => !take(counts, JSON.stringify(item)));
  return { gone, added: after.filter((item) => take(counts, JSON.stringify(item))) };
}

/** Items on both sides are in another order. */
function isReordered(before: readonly unknown[], after: readonly unknown[]): boolean {
  const [old, planned] = [before, after].map((list) => list.map((item) => JSON.stringify(item))) as [
    string[],
    string[],
  ];
  const [left, right] = [new Set(old), new Set(planned)];
  const [common, other] = [old.filter((item) => right.has(item)), planned.filter((item) => left.has(item))];
  return JSON.stringify(common) !== JSON.stringify(other);
}

function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  if (left > 0) counts.set(key, left - 1);
  return left > 0;
}

function apart(side: string, items: readonly unknown[]): object {
  return Object.fromEntries(items.map((item, index) => [`\u0001${side}${String(index).padStart(6, "0")}`, item]));
}

/** Names of the items of a list, where each has a unique one. */
function namesOf(items: readonly unknown[]): string[] | undefined {
  const names = items.map((item) => objectOf(item).name);
  const isNamed = names.every((name) => typeof name === "string" && !isToken(name));
  return items.length > 0 && isNamed && new Set(names).size === names.length ? (names as string[]) : undefined;
}

function byName(items: readonly unknown[], names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(listOf(items).map((item, index) => [`[${names[index]}]`, item]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

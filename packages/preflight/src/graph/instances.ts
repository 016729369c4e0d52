import { elementsOf } from "./elements.ts";
import { type Block, Expression, isList, known, referencesIn, text, UNKNOWN, type Value } from "./value.ts";

/** More instances than this are treated as "any number of them". */
const MOST_INSTANCES = 256;

/** An instance of a resource or a module. */
export interface Instance {
  readonly key: string | number | undefined;
  readonly each?: { readonly key: Value; readonly value: Value };
}

/** The instances that are known. `many`: the one that is there stands for any number of them. */
export interface Expanded {
  readonly instances: readonly Instance[];
  readonly many: boolean;
}

type Evaluate = (value: Value) => Value;

/** Instances that `count` or `for_each` makes, as far as they can be known. */
export function expand({ count, for_each }: Block, evaluate: Evaluate): Expanded {
  if (count !== undefined) return counted(Number(known(evaluate(count))));
  if (for_each !== undefined) return forEach(evaluate(for_each));
  return { instances: [{ key: undefined }], many: false };
}

function counted(count: number): Expanded {
  return Number.isInteger(count) && count >= 0 && count <= MOST_INSTANCES
    ? { instances: Array.from({ length: count }, (_, key) => ({ key })), many: false }
    : { instances: [{ key: undefined }], many: true };
}

function forEach(collection: Value): Expanded {
  const elements = elementsOf(collection);
  const isSet = isList(collection);
  const keyed = elements?.map(([key, value]) => ({ key: isSet ? text(value) : String(key), value }));
  if (keyed && keyed.length <= MOST_INSTANCES && keyed.every(({ key }) => key !== undefined)) {
    return { instances: keyed.map(({ key, value }) => ({ key, each: { key: key as string, value } })), many: false };
  }
  const references = referencesIn(collection).map((reference) => ({ ...reference, certain: false }));
  return { instances: [{ key: undefined, each: { key: UNKNOWN, value: new Expression({ references }) } }], many: true };
}

/** The instance with a key that is known. */
export function instanceWith(key: Instance["key"], { for_each }: Block, evaluate: Evaluate): Instance {
  if (for_each === undefined || key === undefined) return { key };
  const found = elementsOf(evaluate(for_each))?.find(
    ([name, value]) => String(name) === String(key) || text(value) === String(key),
  );
  return { key, each: { key, value: found?.[1] ?? UNKNOWN } };
}

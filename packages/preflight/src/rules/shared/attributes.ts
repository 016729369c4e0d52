import type { Resource } from "../../graph/graph.ts";
import { Expression, isAbsent, isBlock, isList, items, known, text, type Value } from "../../graph/value.ts";

/** Whether something is written in an attribute: in a plan "" and [] stand for nothing. undefined where it can't be known. */
export function isWritten(value: Value | undefined): boolean | undefined {
  if (isAbsent(value)) return false;
  const found = known(value);
  if (found !== undefined) return found !== null && found !== "" && !(Array.isArray(found) && found.length === 0);
  if (value instanceof Expression) {
    return value.only?.resources.length || value.parts?.some((part) => typeof part === "string") ? true : undefined;
  }
  if (isList(value)) return value.some((item) => !(item instanceof Expression) || isWritten(item)) ? true : undefined;
  return isBlock(value) ? true : undefined;
}

/** Texts of a list as far as they are known, and whether these are all. */
export function textsOf(value: Value | undefined): { readonly texts: readonly string[]; readonly complete: boolean } {
  const listed = items(value);
  const texts = listed.items.map(text);
  return {
    texts: texts.filter((one) => one !== undefined),
    complete: listed.complete && texts.every((one) => one !== undefined),
  };
}

/** The region that a resource is in, by its own `region` (provider 6) or by its provider. */
export function ownRegion(resource: Resource): string | undefined {
  const written = resource.get("region");
  return isWritten(written) === false ? resource.region : text(written);
}

/** Names in quotes, one after the other. */
export function quoted(texts: Iterable<string>): string {
  return [...texts].map((one) => `"${one}"`).join(", ");
}

/** Things that have the key of an earlier one; those without a key are passed over. */
export function* repeats<T>(
  things: Iterable<T>,
  keyOf: (thing: T) => string | undefined,
): Generator<{ readonly one: T; readonly earlier: T }> {
  const first = new Map<string, T>();
  for (const one of things) {
    const key = keyOf(one);
    if (key === undefined) continue;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, one);
    else yield { one, earlier };
  }
}

import type { Resource } from "../../graph/graph.ts";
import { isEmpty, items, text, type Value } from "../../graph/value.ts";

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
  return isEmpty(written) ? resource.region : text(written);
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

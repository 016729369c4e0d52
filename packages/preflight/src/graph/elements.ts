import { Expression, isBlock, isList, type Value } from "./value.ts";

/** Keys and values of a collection, in Terraform's order; undefined where they can't be known. */
export function elementsOf(collection: Value): [string | number, Value][] | undefined {
  if (isList(collection)) return collection.map((value, index) => [index, value]);
  if (isBlock(collection)) return Object.entries(collection).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!(collection instanceof Expression)) return undefined;
  const only = collection.only;
  if (only === undefined || only.attribute !== "" || !only.certain) return undefined;
  return only.resources.map((resource, index) => [
    keyIn(resource.address) ?? index,
    new Expression({ parts: [{ resources: [resource], attribute: "", certain: true }] }),
  ]);
}

/** The key of an instance, by its address. */
function keyIn(address: string): string | number | undefined {
  const key = /\[(".*"|\d+)\]$/.exec(address)?.[1];
  return key === undefined ? undefined : JSON.parse(key);
}

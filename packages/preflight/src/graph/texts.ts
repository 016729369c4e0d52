import { Expression, INVALID, type Reference, type Value } from "./value.ts";

/** Texts and expressions one after the other; what can't be known is a gap between them. */
export function concatenate(values: readonly Value[]): Value {
  if (values.includes(INVALID)) return INVALID;
  const parts = values.flatMap(partsOf);
  return parts.every((part) => typeof part === "string")
    ? parts.join("")
    : new Expression({ parts: mergeTexts(parts) });
}

function partsOf(value: Value): readonly (string | Reference)[] {
  if (value instanceof Expression) {
    if (value.parts) return value.parts;
    if (typeof value.known === "string") return [value.known];
    const resources = value.references.flatMap((reference) => reference.resources);
    return [{ resources, attribute: "", certain: false }];
  }
  if (typeof value === "object" && value !== null) return [{ resources: [], attribute: "", certain: false }];
  return [value === null ? "" : String(value)];
}

function mergeTexts(parts: readonly (string | Reference)[]): (string | Reference)[] {
  const merged: (string | Reference)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}

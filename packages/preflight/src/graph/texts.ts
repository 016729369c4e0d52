import { remembered } from "./remembered.ts";
import { Expression, INVALID, type Reference, type Value } from "./value.ts";

/** Texts and expressions one after the other; what can't be known is a gap between them. */
export function concatenate(values: readonly Value[]): Value {
  if (values.includes(INVALID)) return INVALID;
  const parts: (string | Reference)[] = [];
  for (const value of values) {
    if (typeof value === "string") append(parts, value);
    else for (const part of partsOf(value)) append(parts, part);
  }
  const [first = ""] = parts;
  return parts.length <= 1 && typeof first === "string" ? first : templateOf(parts);
}

/** Adds a part; texts side by side become one. */
function append(parts: (string | Reference)[], part: string | Reference): void {
  const last = parts.at(-1);
  if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
  else parts.push(part);
}

/**
 * An expression of texts and references. The same one for the same texts around the same reference, so that what is found
 * out of it is remembered for all who write it.
 */
export function templateOf(parts: readonly (string | Reference)[]): Expression {
  const [first = "", second = "", third = ""] = parts;
  if (parts.length <= 3 && typeof third === "string") {
    if (typeof first === "object" && typeof second === "string") return around(first, "", second + third, parts);
    if (typeof first === "string" && typeof second === "object") return around(second, first, third, parts);
  }
  return new Expression({ parts });
}

function around(
  reference: Reference,
  before: string,
  after: string,
  parts: readonly (string | Reference)[],
): Expression {
  const known = templatesAround(reference);
  // How many parts: with an empty text beside it, the reference is not all that there is.
  const key = `${parts.length} ${before.length} ${before}${after}`;
  const template = known.get(key) ?? new Expression({ parts });
  known.set(key, template);
  return template;
}

const templatesAround = remembered((_: Reference) => new Map<string, Expression>());

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

import { jsonOf } from "../input/json.ts";
import { remembered } from "./remembered.ts";
import { templateOf } from "./texts.ts";
import { Expression, isBlock, isList, text, type Value } from "./value.ts";

const OPENING = "\uE000";
const CLOSING = "\uE001";
const PLACEHOLDER = new RegExp(`${OPENING}(\\d+)${CLOSING}`, "g");

/**
 * What is in an attribute that holds JSON as a text, such as `container_definitions`: written as JSON with
 * interpolations, or by `jsonencode`. References stand where they stand in the text.
 *
 * @returns undefined where it can't be known, or is not JSON
 */
export const decodeJsonText = remembered(decode);

function decode(value: Value | undefined): Value | undefined {
  if (isList(value) || isBlock(value)) return value;
  if (value instanceof Expression && value.encodes !== undefined) return value.encodes;
  const plain = text(value);
  if (plain !== undefined && (typeof value === "string" || (value instanceof Expression && value.parts === undefined)))
    return parse(plain);
  if (!(value instanceof Expression) || value.parts === undefined) return undefined;
  const { parts } = value;
  if (value.only) return plain === undefined ? undefined : parse(plain);
  const marked = parts.map((part, index) => (typeof part === "string" ? part : OPENING + index + CLOSING)).join("");
  const content = parse(marked) ?? parse(quoteBare(marked));
  return content === undefined ? undefined : restore(content, parts);
}

function parse(json: string): Value | undefined {
  return jsonOf(json) as Value | undefined;
}

/** A reference that stands outside of quotes, for a number or a list, becomes a text. */
function quoteBare(json: string): string {
  return json.replace(new RegExp(`"(?:[^"\\\\]|\\\\.)*"|${OPENING}\\d+${CLOSING}`, "g"), (match) =>
    match.startsWith('"') ? match : `"${match}"`,
  );
}

/** Puts the references where their marks are, in what has just been parsed. */
function restore(value: Value, parts: NonNullable<Expression["parts"]>): Value {
  if (typeof value === "string") return value.includes(OPENING) ? withReferences(value, parts) : value;
  if (typeof value !== "object" || value === null) return value;
  const content = value as Record<string, Value>; // or a list
  for (const key of Object.keys(content)) {
    const before = content[key] as Value;
    const restored = restore(before, parts);
    if (restored !== before) content[key] = restored;
    if (!key.includes(OPENING)) continue;
    delete content[key];
    content[key.replace(PLACEHOLDER, "${…}")] = restored;
  }
  return value;
}

function withReferences(marked: string, parts: NonNullable<Expression["parts"]>): Expression {
  const pieces = marked.split(PLACEHOLDER).map((piece, at) => (at % 2 === 0 ? piece : (parts[Number(piece)] ?? "")));
  return templateOf(pieces.filter((piece) => piece !== ""));
}

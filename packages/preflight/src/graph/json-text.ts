import { jsonOf } from "../input/json.ts";
import { remembered } from "./remembered.ts";
import { Expression, isBlock, isList, type Reference, text, type Value } from "./value.ts";

const OPENING = "\uE000";
const CLOSING = "\uE001";
const PLACEHOLDER = new RegExp(`${OPENING}(\\d+)${CLOSING}`, "g");

/**
 * What is in an attribute that holds JSON as a text, such as `container_definitions`: written as JSON with
 * interpolations, or by `jsonencode`. References stand where they stand in the text.
 *
 * @returns undefined where it can't be known, or is not JSON
 */
export function decodeJsonText(value: Value | undefined): Value | undefined {
  return value instanceof Expression ? decodeOnce(value) : decode(value);
}

const decodeOnce = remembered<Expression, Value | undefined>(decode);

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
    const restored = restore(content[key] as Value, parts);
    if (!key.includes(OPENING)) content[key] = restored;
    else {
      delete content[key];
      content[key.replace(PLACEHOLDER, "${…}")] = restored;
    }
  }
  return value;
}

function withReferences(marked: string, parts: NonNullable<Expression["parts"]>): Expression {
  const pieces = marked.split(PLACEHOLDER).flatMap((piece, index) => {
    if (index % 2 === 0) return piece === "" ? [] : [piece];
    return [parts[Number(piece)] ?? ""];
  });
  const [first, ...others] = pieces;
  return typeof first === "object" && others.length === 0 ? alone(first) : new Expression({ parts: pieces });
}

/** The same expression for the same reference, so that what is found out of it is remembered for all. */
const alone = remembered((reference: Reference) => new Expression({ parts: [reference] }));

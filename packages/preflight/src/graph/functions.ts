import { Address4 } from "ip-address";
import { jsonOf } from "../input/json.ts";
import { elementsOf } from "./elements.ts";
import { concatenate } from "./texts.ts";
import { Expression, INVALID, isAbsent, isBlock, isList, known, stateOf, type Value } from "./value.ts";

type TerraformFunction = (...values: readonly Value[]) => Value | undefined;

/** Terraform's functions as far as they pass on references or known values. Undefined: the result can't be known. */
const FUNCTIONS: Readonly<Record<string, TerraformFunction>> = {
  jsonencode: (value) => (value === undefined ? undefined : new Expression({ encodes: value })),
  jsondecode: (value) => {
    const text = known(value);
    return typeof text === "string" ? (jsonOf(text) as Value | undefined) : undefined;
  },
  tolist: (value) => value,
  toset: (value) => value,
  tomap: (value) => value,
  tostring: (value) => value,
  tonumber: (value) => value,
  tobool: (value) => value,
  sensitive: (value) => value,
  nonsensitive: (value) => value,
  distinct: (value) => value,
  one: (value) => {
    const all = listOf(value);
    return all && all.length <= 1 ? (all[0] ?? null) : undefined;
  },
  try: (...values) => {
    const [first, ...others] = values.filter((value) => value !== INVALID);
    if (first === undefined) return INVALID;
    return isSure(first) || others.every((other) => known(other) !== undefined) ? first : undefined;
  },
  can: (value) => (value === INVALID ? false : value !== undefined && isSure(value) ? true : undefined),
  coalesce: (...values) => {
    const first = values.find((value) => !isAbsent(value) && value !== "");
    return first instanceof Expression && first.only === undefined ? undefined : first;
  },
  coalescelist: (...values) => {
    const lists = values.map(listOf);
    const first = lists.find((list) => list === undefined || list.length > 0);
    return first;
  },
  concat: (...values) => {
    const lists = values.map(listOf);
    return lists.every((list) => list !== undefined) ? lists.flat(1) : undefined;
  },
  contains: (list, value) => {
    const [all, one] = [known(list), known(value)];
    return Array.isArray(all) && one !== undefined
      ? all.some((item) => JSON.stringify(item) === JSON.stringify(one))
      : undefined;
  },
  flatten: (value) => (isList(value) ? flatten(value) : undefined),
  compact: (value) =>
    isList(value) && value.every((item) => stateOf(item) !== "unknown")
      ? value.filter((item) => !isAbsent(item) && item !== "")
      : undefined,
  merge: (...values) => {
    const present = values.filter((value) => value !== null);
    return present.every(isBlock) ? Object.assign({}, ...present) : undefined;
  },
  keys: (value) => elementsIn(value)?.map(([key]) => key),
  values: (value) => elementsIn(value)?.map(([, one]) => one),
  length: (value) => (typeof value === "string" ? [...value].length : elementsIn(value)?.length),
  max: (...values) => extreme(Math.max, values),
  min: (...values) => extreme(Math.min, values),
  range: (...values) => {
    const [start, end] = values.length === 1 ? [0, known(values[0])] : [known(values[0]), known(values[1])];
    return values.length <= 2 && typeof start === "number" && typeof end === "number" && end - start <= MOST_ELEMENTS
      ? Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index)
      : undefined;
  },
  reverse: (value) => listOf(value)?.toReversed(),
  zipmap: (keys, values) => {
    const [names, all] = [known(keys), listOf(values)];
    return Array.isArray(names) && all && names.every((name) => typeof name === "string")
      ? Object.fromEntries(names.map((name, index) => [name, all[index] ?? null]))
      : undefined;
  },
  element: (list, index) => {
    const place = known(index);
    const elements = list === undefined ? undefined : elementsOf(list);
    if (typeof place !== "number" || elements === undefined || elements.length === 0) return undefined;
    return elements[place % elements.length]?.[1];
  },
  lookup: (map, key, fallback) => {
    const name = known(key);
    return isBlock(map) && typeof name === "string" ? (map[name] ?? fallback ?? INVALID) : undefined;
  },
  slice: (list, from, to) => {
    const [first, last] = [known(from), known(to)];
    return isList(list) && typeof first === "number" && typeof last === "number" ? list.slice(first, last) : undefined;
  },
  join: (separator, list) => {
    const [between, texts] = [known(separator), listOf(list)];
    if (typeof between !== "string" || !texts?.every((one) => stateOf(one) !== "unknown")) return undefined;
    return concatenate(texts.flatMap((one, index) => (index === 0 ? [one] : [between, one])));
  },
  split: (separator, text) => {
    const [between, whole] = [known(separator), known(text)];
    return typeof between === "string" && typeof whole === "string" ? whole.split(between) : undefined;
  },
  replace: (text, part, other) => {
    const [whole, found, instead] = [known(text), known(part), known(other)];
    const isPattern = typeof found === "string" && /^\/.*\/$/s.test(found);
    return typeof whole === "string" && typeof found === "string" && typeof instead === "string" && !isPattern
      ? whole.replaceAll(found, instead)
      : undefined;
  },
  startswith: (text, start) => compareTexts(text, start, (whole, part) => whole.startsWith(part)),
  endswith: (text, end) => compareTexts(text, end, (whole, part) => whole.endsWith(part)),
  trimprefix: (text, start) => compareTexts(text, start, cutStart),
  trimsuffix: (text, end) => compareTexts(text, end, cutEnd),
  lower: (text) => mapText(text, (known) => known.toLowerCase()),
  upper: (text) => mapText(text, (known) => known.toUpperCase()),
  trimspace: (text) => mapText(text, (known) => known.trim()),
  format: (template, ...values) => {
    const text = known(template);
    const texts = values.map((value) => known(value));
    if (typeof text !== "string" || /%[^sd%]/.test(text) || texts.some((one) => one === undefined)) return undefined;
    let next = 0;
    return text.replace(/%[sd]/g, () => String(texts[next++])).replaceAll("%%", "%");
  },
  cidrsubnet: (prefix, bits, place) => {
    const [block, added, index] = [known(prefix), known(bits), known(place)];
    return typeof block === "string" && typeof added === "number" && typeof index === "number"
      ? subnetOf(block, added, index)
      : undefined;
  },
};

/** @returns undefined where the function is not known here, or its result can't be */
export function callFunction(name: string, values: readonly Value[]): Value | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]?.(...values) : undefined;
}

/** Lists of more elements than this are not made. */
const MOST_ELEMENTS = 4096;

function elementsIn(value: Value | undefined) {
  return value === undefined ? undefined : elementsOf(value);
}

/** Elements of a list, or of all instances of a resource. */
function listOf(value: Value | undefined): readonly Value[] | undefined {
  if (isList(value)) return value;
  return value instanceof Expression ? elementsOf(value)?.map(([, one]) => one) : undefined;
}

/** Nothing in it is left open that could make it invalid. */
function isSure(value: Value): boolean {
  return !(value instanceof Expression) || value.known !== undefined || value.parts !== undefined || isJson(value);
}

function isJson({ encodes }: Expression): boolean {
  return encodes !== undefined;
}

function extreme(pick: (...all: number[]) => number, values: readonly Value[]): number | undefined {
  const numbers = values.map((value) => Number(known(value) ?? Number.NaN));
  return numbers.length === 0 || numbers.some(Number.isNaN) ? undefined : pick(...numbers);
}

function compareTexts<T extends Value>(
  text: Value | undefined,
  part: Value | undefined,
  compare: (text: string, part: string) => T,
): T | undefined {
  const [whole, piece] = [known(text), known(part)];
  return typeof whole === "string" && typeof piece === "string" ? compare(whole, piece) : undefined;
}

function cutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : text;
}

function cutEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, text.length - end.length) : text;
}

function mapText(value: Value | undefined, change: (text: string) => string): Value | undefined {
  const text = known(value);
  return typeof text === "string" ? change(text) : undefined;
}

function flatten(list: readonly Value[]): Value[] {
  return list.flatMap((item) => (isList(item) ? flatten(item) : [item]));
}

function subnetOf(prefix: string, addedBits: number, place: number): string | undefined {
  if (!Address4.isValid(prefix)) return undefined;
  const block = new Address4(prefix);
  const length = block.subnetMask + addedBits;
  if (length > 32 || place < 0) return undefined;
  const first = block.startAddress().bigInt() + BigInt(place) * (1n << BigInt(32 - length));
  return `${Address4.fromBigInt(first).correctForm()}/${length}`;
}

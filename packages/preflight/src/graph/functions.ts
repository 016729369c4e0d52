import { Address4 } from "ip-address";
import { elementsOf } from "./elements.ts";
import { Expression, isAbsent, isBlock, isList, known, type Value } from "./value.ts";

type TerraformFunction = (...values: readonly Value[]) => Value | undefined;

/** Terraform's functions as far as they pass on references or known values. Undefined: the result can't be known. */
const FUNCTIONS: Readonly<Record<string, TerraformFunction>> = {
  jsonencode: (value) => (value === undefined ? undefined : new Expression({ encodes: value })),
  jsondecode: (value) => {
    const text = known(value);
    try {
      return typeof text === "string" ? JSON.parse(text) : undefined;
    } catch {
      return undefined;
    }
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
  one: (value) => (isList(value) && value.length <= 1 ? (value[0] ?? null) : undefined),
  try: (value, ...others) => (others.every((other) => known(other) !== undefined) ? value : undefined),
  coalesce: (...values) => {
    const first = values.find((value) => !isAbsent(value) && value !== "");
    return first instanceof Expression && first.only === undefined ? undefined : first;
  },
  concat: (...values) => (values.every(isList) ? values.flat(1) : undefined),
  flatten: (value) => (isList(value) ? flatten(value) : undefined),
  compact: (value) =>
    isList(value) && value.every((item) => typeof item === "string" || isAbsent(item))
      ? value.filter((item) => !isAbsent(item) && item !== "")
      : undefined,
  merge: (...values) => (values.every(isBlock) ? Object.assign({}, ...values) : undefined),
  keys: (value) => (isBlock(value) ? Object.keys(value).sort() : undefined),
  values: (value) => (isBlock(value) ? Object.values(value) : undefined),
  length: (value) => (isList(value) ? value.length : isBlock(value) ? Object.keys(value).length : undefined),
  element: (list, index) => {
    const place = known(index);
    const elements = list === undefined ? undefined : elementsOf(list);
    if (typeof place !== "number" || elements === undefined || elements.length === 0) return undefined;
    return elements[place % elements.length]?.[1];
  },
  lookup: (map, key, fallback) => {
    const name = known(key);
    return isBlock(map) && typeof name === "string" ? (map[name] ?? fallback) : undefined;
  },
  slice: (list, from, to) => {
    const [first, last] = [known(from), known(to)];
    return isList(list) && typeof first === "number" && typeof last === "number" ? list.slice(first, last) : undefined;
  },
  join: (separator, list) => {
    const [between, texts] = [known(separator), known(list)];
    return typeof between === "string" && Array.isArray(texts) ? texts.join(between) : undefined;
  },
  split: (separator, text) => {
    const [between, whole] = [known(separator), known(text)];
    return typeof between === "string" && typeof whole === "string" ? whole.split(between) : undefined;
  },
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

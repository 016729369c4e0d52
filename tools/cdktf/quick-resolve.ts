import resolving from "cdktf/lib/tokens/private/resolve.js";
import { Tokenization } from "cdktf/lib/tokens/token.js";

type Resolve = typeof resolving.resolve;

/** What a text at least has that stands for something else: a token's mark, a number with an exponent, a map's value. */
const MARK = /TfToken|[-|\d.+]e[-|\d.eE+]| Map Token Value/;

/** As in cdktf. */
const DEEPEST = 200;

/** Of cdktf. */
export const { resolve } = resolving;

/**
 * Has cdktf pass over what stands for itself. It resolves each value of a stack three times, when it prepares, each element,
 * and the stack as a whole; and each time makes closures and tries four patterns on each text and name, a tenth of a synth.
 */
export function resolveQuickly(): void {
  resolving.resolve = quickResolve;
}

/** The same as cdktf's `resolve`, to which is left what may stand for something else, or can't be resolved. */
export const quickResolve: Resolve = (value, options) => resolved(value, options, undefined);

/** The way from the value that was to be resolved to one inside of it. */
interface Place {
  readonly outer: Place | undefined;
  readonly step: number | string;
  readonly depth: number;
}

function resolved(value: unknown, options: Parameters<Resolve>[1], place: Place | undefined): unknown {
  if (isPlain(value)) return value;
  const depth = place?.depth ?? options.prefix?.length ?? 0;
  const inside = (item: unknown, step: number | string) =>
    isPlain(item) ? item : resolved(item, options, { outer: place, step, depth: depth + 1 });
  if (depth <= DEEPEST && isPlainList(value)) return value.map(inside).filter((item) => item !== undefined);
  if (depth > DEEPEST || !isPlainObject(value))
    return resolve(value, place ? { ...options, prefix: [...(options.prefix ?? []), ...stepsTo(place)] } : options);
  const all: Record<string, unknown> = {};
  // for...in makes no list: this runs for every block of a stack, before V8 has optimized anything.
  for (const name in value) {
    const found = inside(value[name], name);
    if (found !== undefined) all[name] = found;
  }
  return all;
}

function stepsTo(place: Place): string[] {
  return [...(place.outer ? stepsTo(place.outer) : []), String(place.step)];
}

function isPlain(value: unknown): boolean {
  if (typeof value === "string") return !MARK.test(value);
  return typeof value === "boolean" || value === undefined || Number.isSafeInteger(value); // a token is no such number
}

/** None of its items makes the list as a whole stand for something else, as a text or number may. */
function isPlainList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every((item) => isPlain(item) || (typeof item === "object" && item !== null));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return !Tokenization.isResolvable(value) && Object.keys(value).every(isPlainName);
}

/** Names of arguments come again and again. */
const plainNames = new Set<string>();

function isPlainName(name: string): boolean {
  if (plainNames.has(name)) return true;
  if (name === "__proto__" || !isPlain(name)) return false;
  plainNames.add(name);
  return true;
}

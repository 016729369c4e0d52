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
export const quickResolve: Resolve = (value, options) => {
  if (isPlain(value)) return value;
  const { prefix = [] } = options;
  const inside = (item: unknown, step: number | string) =>
    isPlain(item) ? item : quickResolve(item, { ...options, prefix: [...prefix, String(step)] });
  if (prefix.length > DEEPEST) return resolve(value, options);
  if (isPlainList(value)) return value.map(inside).filter((item) => item !== undefined);
  if (!isPlainObject(value)) return resolve(value, options);
  const entries = Object.entries(value).map(([name, item]) => [name, inside(item, name)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
};

function isPlain(value: unknown): boolean {
  return typeof value === "string" ? !MARK.test(value) : typeof value === "boolean" || value === undefined;
}

/** None of its items makes the list as a whole stand for something else, as a text or number may. */
function isPlainList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every((item) => isPlain(item) || (typeof item === "object" && item !== null));
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return !Tokenization.isResolvable(value) && Object.keys(value).every(isPlain);
}

import diff from "microdiff";
import { aligned } from "./alignment.ts";
import { hasUnknown, isSecretToken, Masking, shown, withUnknown } from "./masking.ts";
import { type Change, objectOf, ownOf } from "./plan.ts";

type Fields = Readonly<Record<string, unknown>>;

/** An attribute that changes. */
export interface Difference {
  /** Such as `password_policy.0.minimum_length`. */
  readonly path: string;
  /** The two values as JSON, without secrets. */
  readonly before: string;
  readonly after: string;
}

export interface DifferenceOptions {
  /** Secrets of the whole plan. @default what the change itself marks */
  readonly masking?: Masking;
  /** Leaves out what is known after apply, unless it forces a replacement. */
  readonly onlyKnown?: boolean;
}

/** Attributes that a change changes, secrets masked. */
export function differencesOf(change: Change, options: DifferenceOptions = {}): Difference[] {
  const { masking = new Masking(), onlyKnown = false } = options;
  const forced = forcingNames(change);
  const names = openNames(change);
  const everyName = Object.fromEntries(names.map((name) => [name, true]));
  // A mark on the whole object hides each of its values, and not which of them change.
  const marks = [change.before_sensitive, change.after_sensitive].map((mark) => (mark === true ? everyName : mark));
  const maskedValues = (values: unknown) => objectOf(masking.mask(pick(objectOf(values), names), marks));
  const before = maskedValues(change.before);
  const planned = maskedValues(change.after);
  const unknownValues = Object.entries(pick(objectOf(change.after_unknown), names)).map(([name, inner]) => {
    const isLeftOut = onlyKnown && inner === true && !forced.has(name);
    return [name, isLeftOut ? ownOf(before, name) : withUnknown(ownOf(planned, name), inner)];
  });
  return valueDifferences(before, { ...planned, ...Object.fromEntries(unknownValues) }, masking);
}

/** Of the differences of a change, those that force a replacement; all of them where Terraform does not say. */
export function forcingOf(change: Change, differences: readonly Difference[]): Difference[] {
  const forced = forcingNames(change);
  return differences.filter(({ path }) => forced.size === 0 || forced.has(/^[^.[]*/.exec(path)?.[0] ?? ""));
}

function forcingNames({ replace_paths: paths }: Change): ReadonlySet<string> {
  return new Set((paths ?? []).map(([first]) => String(first)));
}

/** Attributes that tell whether an object's value is secret, by its name or its type: see `Masking`. */
const NAMES: ReadonlySet<string> = new Set(["name", "Name", "key", "Key", "type"]);

/** Attributes that can differ, and those that name the object: most of a large object stays as it is. */
function openNames({ before, after, after_unknown: unknown }: Change): string[] {
  const [old, planned, open] = [before, after, unknown].map(objectOf) as [Fields, Fields, Fields];
  return Object.keys({ ...old, ...planned, ...open }).filter((name) => {
    const values = [ownOf(old, name), ownOf(planned, name)] as const;
    return NAMES.has(name) || hasUnknown(ownOf(open, name)) || !isSameJson(...values);
  });
}

function isSameJson(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}

/** What is different between two masked values. */
export function valueDifferences(before: unknown, after: unknown, masking: Masking): Difference[] {
  const [left, right] = aligned({ value: before }, { value: after }, masking) as [object, object];
  return diff(left, right, { cyclesFix: false })
    .map((one) => {
      const old = "oldValue" in one ? one.oldValue : undefined;
      const value = "value" in one ? one.value : undefined;
      const isChanged = isSecretToken(old) && isSecretToken(value);
      return {
        path: pathText(one.path.slice(1)),
        before: shown(old, masking),
        after: isChanged ? "(sensitive, changed)" : shown(value, masking),
      };
    })
    .map((one) =>
      one.before === one.after && one.before !== "(none)"
        ? { ...one, after: `${one.after} (changed in a part that is not shown)` }
        : one,
    )
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => compare(a.path, b.path));
}

/** Leaves out steps that only keep items apart, see `aligned`. */
function pathText(path: readonly (string | number)[]): string {
  return path
    .map(String)
    .filter((step) => !step.startsWith("\u0001"))
    .join(".")
    .replaceAll(".[", "[");
}

function pick(values: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]));
}

/** Orders by characters, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import diff from "microdiff";
import { aligned } from "./alignment.ts";
import { isSecretToken, Masking, shown, withUnknown } from "./masking.ts";
import { type Change, objectOf, ownOf } from "./plan.ts";

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
  /** Only what forces a replacement, where Terraform says so. */
  readonly forcing?: boolean;
  /** Leaves out what is known after apply, unless it forces a replacement. */
  readonly onlyKnown?: boolean;
}

/** Attributes that a change changes, secrets masked. */
export function differencesOf(change: Change, options: DifferenceOptions = {}): Difference[] {
  const { masking = new Masking(), forcing = false, onlyKnown = false } = options;
  const names = Object.keys({ ...objectOf(change.before), ...objectOf(change.after) });
  const everyName = Object.fromEntries(names.map((name) => [name, true]));
  // A mark on the whole object hides each of its values, and not which of them change.
  const marks = [change.before_sensitive, change.after_sensitive].map((mark) => (mark === true ? everyName : mark));
  const maskedValues = (values: unknown) => objectOf(masking.mask(objectOf(values), marks));
  const before = maskedValues(change.before);
  const planned = maskedValues(change.after);
  const unknown = objectOf(change.after_unknown);
  const forced = new Set((change.replace_paths ?? []).map(([first]) => String(first)));
  const unknownValues = Object.entries(unknown).map(([name, inner]) => {
    const isLeftOut = onlyKnown && inner === true && !forced.has(name);
    return [name, isLeftOut ? ownOf(before, name) : withUnknown(ownOf(planned, name), inner)];
  });
  const after = { ...planned, ...Object.fromEntries(unknownValues) };
  const chosen = forcing && forced.size > 0 ? (name: string) => forced.has(name) : () => true;
  return valueDifferences(pick(before, chosen), pick(after, chosen), masking);
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

function pick(values: Readonly<Record<string, unknown>>, isChosen: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isChosen(name)));
}

/** Orders by characters, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

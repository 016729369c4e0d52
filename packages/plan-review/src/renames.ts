import { type Kind, kindOf } from "./actions.ts";
import { compare } from "./differences.ts";
import { objectOf, type Plan, type ResourceChange } from "./plan.ts";

/**
 * Objects that are deleted while a similar one of the same type is created: likely renamed without a moved block. The most
 * similar ones are paired.
 */
export function missingMoves({ resource_changes: changes }: Plan): Map<string, string> {
  const found = new Map<string, string>();
  const paired = new Set<string>();
  const managed = changes.filter(({ mode, deposed }) => mode === "managed" && deposed === undefined);
  const made = sidesByType(managed, "create", "after");
  for (const [type, gone] of sidesByType(managed, "delete", "before")) {
    const others = made.get(type) ?? [];
    if (gone.length * others.length > MAX_PAIRS) continue;
    const pairs = gone.flatMap((one) => others.map((other) => ({ one, other, alike: likeness(one, other) })));
    pairs.sort(
      (a, b) => b.alike - a.alike || compare(a.one.address, b.one.address) || compare(a.other.address, b.other.address),
    );
    for (const { one, other, alike } of pairs) {
      if (alike < MIN_LIKENESS || found.has(one.address) || paired.has(other.address)) continue;
      found.set(one.address, other.address);
      paired.add(other.address);
    }
  }
  return found;
}

/** With more pairs, the result would be arbitrary. */
const MAX_PAIRS = 40_000;

interface Side {
  readonly address: string;
  /** Attributes as JSON: each is compared many times. */
  readonly attributes: ReadonlyMap<string, string>;
}

function sidesByType(changes: readonly ResourceChange[], kind: Kind, side: "before" | "after"): Map<string, Side[]> {
  const found = new Map<string, Side[]>();
  for (const one of changes) {
    if (kindOf(one) !== kind) continue;
    const written = Object.entries(objectOf(one.change[side])).filter(([, value]) => value !== null);
    const attributes = new Map(written.map(([name, value]) => [name, JSON.stringify(value)]));
    const same = found.get(one.type);
    if (same) same.push({ address: one.address, attributes });
    else found.set(one.type, [{ address: one.address, attributes }]);
  }
  return found;
}

/** At least half of the attributes of the new object are equal. */
const MIN_LIKENESS = 0.5;

function likeness({ attributes: before }: Side, { attributes: after }: Side): number {
  const equal = [...after].filter(([name, value]) => before.get(name) === value);
  return after.size === 0 ? 0 : equal.length / after.size;
}

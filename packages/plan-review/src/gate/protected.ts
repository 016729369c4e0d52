import { type Kind, kindOf, reasonOf } from "../actions.ts";
import { compare } from "../differences.ts";
import { matches, type Policy, type ProtectedObjects } from "../gate-policy.ts";
import { objectOf, type Plan, type ResourceChange } from "../plan.ts";
import type { Found } from "./stop.ts";

const WORDS = {
  delete: "deleted",
  replace: "replaced by a new one",
  forget: "forgotten: no state has it any more",
} as const;

/** The way out for the loss of one object, where the caller knows a better one than the gate; undefined where it doesn't. */
export type Advice = (change: ResourceChange) => string | undefined;

/** Protected objects that would be lost, or would lose their protection. */
export function lostObjects(
  plan: Plan,
  policy: Policy,
  moves: ReadonlyMap<string, string>,
  adviceOn: Advice = () => undefined,
): Found[] {
  return plan.resource_changes
    .filter(({ mode }) => mode === "managed")
    .flatMap((change) => lost(change, policy, moves, adviceOn) ?? []);
}

function lost(
  change: ResourceChange,
  policy: Policy,
  moves: ReadonlyMap<string, string>,
  adviceOn: Advice,
): Found | undefined {
  const { address, deposed, previous_address: from = address, type } = change;
  const guard =
    guardOf(policy, from, typeOf(from) ?? type, change.change.before) ??
    guardOf(policy, address, type, change.change.before);
  if (!guard) return undefined;
  const kind = kindOf(change);
  if (kind === "delete" || kind === "replace" || kind === "forget") {
    const to = kind === "delete" && deposed === undefined ? moves.get(address) : undefined;
    const what =
      deposed === undefined ? "would be" : `has an object left over from a replacement (${deposed}), which would be`;
    const reason = reasonOf(change);
    const cause = to ? `${to} would be made: it looks renamed, and there is no moved block.` : guard.why;
    return {
      address,
      action: kind,
      message: `${what} ${WORDS[kind]}${reason ? ` (${reason})` : ""}. ${cause}${to ? ` ${guard.why}` : ""}`,
      fix: to ? "Say that it is the same object:" : wayOut(change, kind, adviceOn),
      code: to && movedBlock(address, to),
    };
  }
  if (guardOf(policy, address, type, change.change.after)) return undefined;
  const was =
    from === address
      ? "is protected, and would not be any more"
      : `comes from ${from}, which is protected, and would not be`;
  return {
    address,
    action: "unprotect",
    message: `${was}. ${guard.why}`,
    fix: "Change the policy first, so that it protects what the object becomes.",
  };
}

function wayOut(change: ResourceChange, kind: keyof typeof WORDS, adviceOn: Advice): string {
  const advice = adviceOn(change);
  if (advice !== undefined) return advice;
  if (kind === "forget") return "Take its removed block away.";
  if (kind === "delete")
    return "Put it back into the configuration, or write a moved block where it has another address.";
  if (change.action_reason === "replace_because_tainted") {
    return `Look whether it is whole in AWS. If so, keep it: terraform untaint '${change.address}'. If it has just been made and holds nothing yet, the exception below lets it go.`;
  }
  return "Take the change back that forces the replacement, or make a copy of what is in it first.";
}

function guardOf(policy: Policy, address: string, type: string, values: unknown): ProtectedObjects | undefined {
  return policy.protected.find(
    (one) =>
      one.type === type &&
      (one.addresses?.some((pattern) => matches(pattern, address)) ?? true) &&
      Object.entries(one.where ?? {}).every(([attribute, patterns]) => {
        const value = objectOf(values)[attribute];
        return typeof value === "string" && patterns.some((pattern) => matches(pattern, value));
      }),
  );
}

/** Type in an address: keys of for_each may hold anything, so they are taken out first. */
function typeOf(address: string): string | undefined {
  const plain = address.replace(/\[("(?:[^"\\]|\\.)*"|\d+)\]/g, "");
  return plain.split(".").at(-2);
}

function movedBlock(from: string, to: string): string {
  return `moved {\n  from = ${from}\n  to   = ${to}\n}\n// or in TypeScript, where ${to} is made: .moveFromId(${JSON.stringify(from)})`;
}

/**
 * Objects that go while one of the same type comes: likely the same one with another name, for which a moved block is
 * missing. The most alike belong together.
 */
export function missingMoves({ resource_changes: changes }: Plan): Map<string, string> {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  const managed = changes.filter(({ mode, deposed }) => mode === "managed" && deposed === undefined);
  const made = sidesByType(managed, "create", "after");
  for (const [type, gone] of sidesByType(managed, "delete", "before")) {
    const others = made.get(type) ?? [];
    if (gone.length * others.length > MOST_PAIRS) continue;
    const pairs = gone.flatMap((one) => others.map((other) => ({ one, other, alike: likeness(one, other) })));
    pairs.sort(
      (a, b) => b.alike - a.alike || compare(a.one.address, b.one.address) || compare(a.other.address, b.other.address),
    );
    for (const { one, other, alike } of pairs) {
      if (alike < LEAST_LIKENESS || found.has(one.address) || taken.has(other.address)) continue;
      found.set(one.address, other.address);
      taken.add(other.address);
    }
  }
  return found;
}

/** Of more, nobody could say which belongs to which. */
const MOST_PAIRS = 40_000;

interface Side {
  readonly address: string;
  /** Attributes as JSON, to be compared many times. */
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

/** Half of what the new one says is what the old one was. */
const LEAST_LIKENESS = 0.5;

function likeness({ attributes: before }: Side, { attributes: after }: Side): number {
  const equal = [...after].filter(([name, value]) => before.get(name) === value);
  return after.size === 0 ? 0 : equal.length / after.size;
}

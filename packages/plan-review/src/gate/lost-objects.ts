import { kindOf, reasonOf } from "../actions.ts";
import { type Policy, whyProtected } from "../gate-policy.ts";
import { objectOf, type Plan, type ResourceChange } from "../plan.ts";
import type { Found } from "./stop.ts";

const WORDS = { delete: "deleted", replace: "replaced by a new one", forget: "removed from the state" } as const;
type Loss = keyof typeof WORDS;

/** How to avoid the loss of one object, where the caller knows better than the gate; undefined where it doesn't. */
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
  const { address, previous_address: from = address, type } = change;
  if (change.change.before === null) return undefined; // What is made has nothing to lose.
  const why =
    whyProtected(policy, from, typeOf(from) ?? type, change.change.before) ??
    whyProtected(policy, address, type, change.change.before);
  if (why === undefined) return undefined;
  const kind = kindOf(change);
  if (kind === "delete" || kind === "replace" || kind === "forget") {
    const to = kind === "delete" && change.deposed === undefined ? moves.get(address) : undefined;
    return {
      address,
      action: kind,
      message: lossMessage(change, kind, why, to),
      ...fixFor(change, kind, adviceOn, to),
    };
  }
  const after = { ...objectOf(change.change.before), ...objectOf(change.change.after) }; // what is unknown is left out of it
  return whyProtected(policy, address, type, after) === undefined ? unprotected(change, why) : undefined;
}

function lossMessage(change: ResourceChange, kind: Loss, why: string, to: string | undefined): string {
  const { deposed } = change;
  const what =
    deposed === undefined ? "would be" : `has an object left over from a replacement (${deposed}), which would be`;
  const reason = reasonOf(change);
  const renamed = to === undefined ? "" : ` It looks renamed to ${to}, and there is no moved block.`;
  return `${what} ${WORDS[kind]}${reason ? ` (${reason})` : ""}.${renamed} ${why}`;
}

/** It stays, where or as what the policy does not protect it. */
function unprotected({ address, previous_address: from = address }: ResourceChange, why: string): Found {
  const was =
    from === address ? "is protected now, and would not be any more" : `moves from ${from}, where it is protected`;
  const fix = "Extend the policy first, so that it protects the object afterwards.";
  return { address, action: "unprotect", message: `${was}. ${why}`, fix };
}

function fixFor(
  change: ResourceChange,
  kind: Loss,
  adviceOn: Advice,
  to: string | undefined,
): Pick<Found, "fix" | "code"> {
  if (to !== undefined) return { fix: "If it is the same object, write:", code: movedBlock(change.address, to) };
  return { fix: adviceOn(change) ?? usualFix(change, kind) };
}

function usualFix({ address, action_reason: reason }: ResourceChange, kind: Loss): string {
  if (kind === "forget") return "Delete its removed block.";
  if (kind === "delete") return "Put it back into the configuration, or write a moved block if its address changed.";
  if (reason === "replace_because_tainted") {
    return `Check that it is complete in AWS. If so, keep it: terraform untaint '${address}'. If it was just created and is still empty, use the exception below.`;
  }
  return "Revert the change that forces the replacement, or back up its contents first.";
}

/** Type in an address: keys of for_each may hold anything, so they are taken out first. */
function typeOf(address: string): string | undefined {
  const plain = address.replace(/\[("(?:[^"\\]|\\.)*"|\d+)\]/g, "");
  return plain.split(".").at(-2);
}

function movedBlock(from: string, to: string): string {
  return `moved {\n  from = ${from}\n  to   = ${to}\n}\n// or in TypeScript, where ${to} is made: .moveFromId(${JSON.stringify(from)})`;
}

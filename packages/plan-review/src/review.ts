import type { CostChange, Usage } from "@operation-app/cost";
import type { Rule } from "@operation-app/preflight";
import {
  assertKnownActions,
  type Counts,
  countsOf,
  KINDS,
  type Kind,
  kindOf,
  reasonOf,
  summaryLine,
} from "./actions.ts";
import { compare, type Difference, differencesOf, forcingOf, valueDifferences } from "./differences.ts";
import type { JudgedException } from "./gate/exceptions.ts";
import { type JudgeFindings, judge } from "./gate/index.ts";
import type { Advice } from "./gate/lost-objects.ts";
import type { Blocked } from "./gate/stop.ts";
import { POLICY_FILE, type Policy } from "./gate-policy.ts";
import { type Masking, maskingOf, withUnknown } from "./masking.ts";
import { withoutOwnWrites } from "./own-writes.ts";
import type { PathChange } from "./path-changes.ts";
import {
  assertComplete,
  type Change,
  doesNotMark,
  hasObjects,
  listOf,
  type Plan,
  type ResourceChange,
} from "./plan.ts";
import { missingMoves } from "./renames.ts";
import { explainingUnknownTexts } from "./unknown-texts.ts";

/** The review of a plan, without secrets. */
export interface Review {
  /** Changes when a field is removed or changes its meaning. */
  readonly version: 1;
  readonly verdict: "good" | "blocked";
  /** As Terraform prints it: `Plan: 1 to add, 0 to change, 0 to destroy.` */
  readonly summary: string;
  readonly counts: Counts;
  readonly blocked: readonly Blocked[];
  /** What the plan changes, the most important first. */
  readonly changes: readonly ReviewedChange[];
  readonly outputs: readonly ReviewedOutput[];
  /** Changes made outside Terraform since the last apply. */
  readonly drift: readonly ReviewedChange[];
  /** `check` blocks and conditions that fail, or are known after apply. */
  readonly checks: readonly {
    readonly address: string;
    readonly status: string;
    readonly problems: readonly string[];
  }[];
  /** Preflight's warnings. */
  readonly warnings: readonly { readonly id: string; readonly address: string; readonly message: string }[];
  readonly exceptions: readonly JudgedException[];
  /** What is not stopped but should be checked. */
  readonly notes: readonly string[];
  /** What the plan changes of the monthly cost; not there where that is nothing. */
  readonly cost?: CostChange;
  /** Connections that the plan opens or closes; not there where it does neither. */
  readonly paths?: readonly PathChange[];
  /** Where exceptions are written. */
  readonly policyFile: string;
}

export interface ReviewedChange {
  readonly address: string;
  readonly kind: Kind;
  /** The plan's own, such as `["delete", "create"]`. */
  readonly actions: readonly string[];
  /** Terraform's reason, in words. */
  readonly reason?: string;
  /** Its address before. */
  readonly from?: string;
  /** The id that it is imported by; "" where the plan does not have it. */
  readonly imported?: string;
  /** The key of an object left over from an unfinished replacement. */
  readonly deposed?: string;
  /** Its likely new address, for which a moved block is missing. */
  readonly renamed?: string;
  /** Attributes that force the replacement. */
  readonly forcing: readonly Difference[];
  /** Other attributes that change. Empty where an object is created or deleted. */
  readonly differences: readonly Difference[];
}

export interface ReviewedOutput {
  readonly name: string;
  readonly action: string;
  readonly differences: readonly Difference[];
}

export interface ReviewOptions {
  readonly policy: Policy;
  /** Named where an exception may be written. @default review-policy.ts */
  readonly policyFile?: string;
  /** Directory of the source that the plan was made of. @default what the plan does not tell is unknown */
  readonly source?: string | undefined;
  /** YYYY-MM-DD in UTC, to tell which exceptions have expired. */
  readonly today: string;
  /** @default findings of preflight count as they are */
  readonly judgeFindings?: JudgeFindings;
  /** @default the gate's own advice */
  readonly adviceOn?: Advice;
  /** Rules that look beside preflight's own, such as `THOROUGH_RULE`. @default none */
  readonly moreRules?: readonly Rule[];
  /** What a month is like, for what it costs. @default `DEFAULT_USAGE` */
  readonly usage?: Usage | undefined;
  /** Region of what does not say its own, for what it costs. @default what costs there is not known */
  readonly region?: string | undefined;
}

/**
 * Reviews a plan.
 *
 * @param name of the plan, for errors
 * @throws InputError in one line where the plan is not complete, or can't be judged
 */
export async function review(plan: Plan, name: string, options: ReviewOptions): Promise<Review> {
  assertKnownActions(plan, name);
  assertComplete(plan, name);
  const masking = maskingOf(plan);
  const moves = missingMoves(plan);
  const { blocked, exceptions, warnings, notes, cost, paths } = await judge(plan, name, { ...options, moves });
  const counts = countsOf(plan);
  return {
    version: 1,
    verdict: blocked.length === 0 ? "good" : "blocked",
    summary: summaryLine(counts, listOf(plan.action_invocations).length),
    counts,
    blocked: blocked.map((one) => ({
      ...one,
      address: masking.maskAddress(one.address),
      message: masking.maskProse(one.message),
      fix: masking.maskProse(one.fix),
      ...(one.exception !== undefined && { exception: masking.maskProse(one.exception) }),
    })),
    changes: changesOf(plan, masking, moves),
    outputs: outputsOf(plan, masking),
    drift: driftOf(plan, masking),
    checks: checksOf(plan, masking),
    warnings: warnings.map(({ id, address, message }) => ({
      id,
      address: masking.maskAddress(address),
      message: masking.maskProse(message),
    })),
    exceptions,
    notes: [...notesOf(plan), ...notes.map((note) => masking.maskProse(note))],
    ...(cost && { cost: maskedCost(cost, masking) }),
    ...(paths.length > 0 && { paths: paths.map((one) => withMaskedEnds(one, masking)) }),
    policyFile: options.policyFile ?? POLICY_FILE,
  };
}

function withMaskedEnds(path: PathChange, masking: Masking): PathChange {
  return { ...path, from: masking.maskAddress(path.from), to: masking.maskAddress(path.to) };
}

/** Classes and engines of a plan are in the names of what is billed. */
function maskedCost(cost: CostChange, masking: Masking): CostChange {
  return {
    ...cost,
    resources: cost.resources.map((one) => ({
      ...one,
      address: masking.maskAddress(one.address),
      lines: one.lines.map((line) => ({ ...line, what: masking.maskProse(line.what) })),
    })),
    notPriced: cost.notPriced.map((one) => ({
      ...one,
      address: masking.maskAddress(one.address),
      what: masking.maskProse(one.what),
      why: masking.maskProse(one.why),
    })),
  };
}

/** Changes made outside Terraform since the last apply. A plan of `-refresh-only` is enough. */
export function reviewDrift(plan: Plan): readonly ReviewedChange[] {
  return driftOf(plan, maskingOf(plan));
}

/** Whether there is anything that could have changed: false before the first apply. */
export function isDeployed(plan: Plan): boolean {
  return hasObjects(plan) || driftOf(plan, maskingOf(plan)).length > 0;
}

function changesOf(plan: Plan, masking: Masking, moves: ReadonlyMap<string, string>): ReviewedChange[] {
  const explain = explainingUnknownTexts(plan, masking);
  return plan.resource_changes
    .filter((one) => kindOf(one) !== "no-op")
    .map((one) => {
      const found = reviewed(one, masking, moves.get(one.deposed === undefined ? one.address : ""));
      const [forcing, differences] = [found.forcing, found.differences].map((all) => explain(one, all)) as [
        Difference[],
        Difference[],
      ];
      return { ...found, forcing, differences };
    })
    .sort(byImportance);
}

function reviewed(one: ResourceChange, masking: Masking, renamed?: string): ReviewedChange {
  const { address, change, previous_address: from, deposed } = one;
  const kind = kindOf(one);
  const isCompared = kind === "update" || kind === "replace";
  // Values that a new object computes are left out.
  const all = isCompared ? differencesOf(change, { masking, onlyKnown: kind === "replace" }) : [];
  const forcing = kind === "replace" && change.replace_paths ? forcingOf(change, all) : [];
  const others = all.filter((one) => !forcing.includes(one));
  const telling = others.filter(({ before, after }) => !(isEmpty(before) && isEmpty(after)));
  const differences = telling.length > 0 || kind === "replace" ? telling : others;
  const id = (change.importing as { id?: unknown } | null | undefined)?.id;
  return {
    address: masking.maskAddress(address),
    kind,
    actions: change.actions,
    reason: reasonOf(one),
    from: from && masking.maskAddress(from),
    imported: change.importing == null ? undefined : typeof id === "string" ? masking.maskProse(id) : "",
    deposed,
    renamed: renamed && masking.maskAddress(renamed),
    forcing,
    differences,
  };
}

function byImportance(a: ReviewedChange, b: ReviewedChange): number {
  return (
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    compare(a.address, b.address) ||
    compare(a.deposed ?? "", b.deposed ?? "")
  );
}

function outputsOf({ output_changes: outputs }: Plan, masking: Masking): ReviewedOutput[] {
  return Object.entries(outputs)
    .filter(([, { actions }]) => actions.join() !== "no-op")
    .map(([name, change]) => ({
      name,
      action: change.actions.join(", "),
      differences: outputDifferences(name, change, masking),
    }))
    .sort((a, b) => compare(a.name, b.name));
}

function outputDifferences(name: string, change: Change, masking: Masking): Difference[] {
  const marks = [change.before_sensitive, change.after_sensitive];
  const [before, after] = [change.before, change.after].map((value) => masking.mask(value, marks, name));
  return valueDifferences(before, withUnknown(after, change.after_unknown), masking);
}

/** Only real differences: Terraform also lists changes from one empty value to another. */
function driftOf(plan: Plan, masking: Masking): ReviewedChange[] {
  const withoutOwn = withoutOwnWrites(plan);
  return plan.resource_drift
    .filter(({ mode }) => mode === "managed")
    .map((one) => {
      const found = reviewed(withoutOwn(one), masking);
      const differences = found.differences.filter(
        ({ before, after }) => !(isEmpty(before) && isEmpty(after)) && !(before === "(none)" && isDefault(after)),
      );
      return { ...found, differences };
    })
    .filter(({ kind, differences }) => kind === "delete" || differences.length > 0)
    .sort(byImportance);
}

/** What was never set, and AWS tells once it is asked. */
function isDefault(shown: string): boolean {
  return shown === "false" || shown === "0";
}

/** The provider stores "", [] or {} for what was never set. */
function isEmpty(shown: string): boolean {
  return ["(none)", '""', "[]", "{}"].includes(shown);
}

function checksOf({ checks }: Plan, masking: Masking): Review["checks"] {
  return (checks ?? [])
    .filter(({ status }) => status !== "pass")
    .map(({ address, status, instances }) => ({
      address: masking.maskAddress(address.to_display),
      status,
      problems: (instances ?? [])
        .flatMap(({ problems }) => problems ?? [])
        .map(({ message }) => masking.maskProse(message))
        .sort(compare),
    }))
    .sort((a, b) => compare(a.status, b.status) || compare(a.address, b.address));
}

function notesOf(plan: Plan): string[] {
  const invoked = listOf(plan.action_invocations).length;
  const maker = plan.complete === undefined ? doesNotMark(plan) : undefined;
  return [
    ...(maker
      ? [`${maker} does not mark a plan as complete: make sure that it was made without -target and -exclude.`]
      : []),
    ...(invoked > 0 ? [`${invoked} provider actions would be invoked; they are not reviewed.`] : []),
  ];
}

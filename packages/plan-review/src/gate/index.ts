import { type CostChange, costChange, type Usage } from "@operation-app/cost";
import {
  type LocatedFinding,
  load,
  preflight,
  RULES,
  type Rule,
  sentenceOf,
  type Unjudged,
  unjudged,
} from "@operation-app/preflight";
import { compare } from "../differences.ts";
import { type Policy, STOPS } from "../gate-policy.ts";
import { LOSS_RULES } from "../losses/index.ts";
import { type PathChange, pathChanges } from "../path-changes.ts";
import type { Plan } from "../plan.ts";
import { addedCost } from "./added-cost.ts";
import { type JudgedException, withoutExcepted } from "./exceptions.ts";
import { judgedPolicies } from "./iam/index.ts";
import { widenedIngress } from "./ingress.ts";
import { type Advice, lostObjects } from "./lost-objects.ts";
import { lostProtection } from "./protections.ts";
import { publicOpenings } from "./public-access.ts";
import type { Blocked, Found } from "./stop.ts";
import { notedChanges } from "./unknown-values.ts";

/** Findings as they count: without those that are acknowledged, or with another severity. */
export type JudgeFindings = (findings: readonly LocatedFinding[], rules: readonly Rule[]) => readonly LocatedFinding[];

export interface GateOptions {
  readonly policy: Policy;
  /** YYYY-MM-DD in UTC. */
  readonly today: string;
  /** Directory of the source that the plan was made of. */
  readonly source?: string | undefined;
  readonly judgeFindings?: JudgeFindings;
  readonly adviceOn?: Advice;
  readonly moreRules?: readonly Rule[];
  readonly usage?: Usage | undefined;
  readonly region?: string | undefined;
  /** Missing moved blocks, from → to. */
  readonly moves: ReadonlyMap<string, string>;
}

export interface Judgement {
  readonly blocked: readonly Blocked[];
  readonly exceptions: readonly JudgedException[];
  /** Preflight's warnings. */
  readonly warnings: readonly LocatedFinding[];
  /** What is not stopped, but should be checked. */
  readonly notes: readonly string[];
  /** What the plan changes a month; undefined where that is nothing. */
  readonly cost: CostChange | undefined;
  /** What it opens and closes in the network. */
  readonly paths: readonly PathChange[];
}

/** Whether a plan may be applied: what it would lose, open or switch off, and the findings of preflight. */
export async function judge(plan: Plan, name: string, options: GateOptions): Promise<Judgement> {
  const { policy, today, source, judgeFindings = (findings) => findings, adviceOn, moreRules = [], moves } = options;
  const { usage, region } = options;
  const graph = await load(plan, name, source);
  const rules = [...RULES, ...LOSS_RULES, ...moreRules];
  const lost = lostObjects(plan, policy, moves, adviceOn);
  const known = new Set(lost.flatMap(({ address }) => [address, moves.get(address) ?? address]));
  const findings = judgeFindings(preflight(graph, rules), rules).filter(
    ({ id, address }) => !(LOSS_IDS.has(id) && known.has(address)),
  );
  const cost = await costChange(plan, graph, { usage, region });
  const found = [
    ...lost,
    ...widenedIngress(plan, policy),
    ...publicOpenings(plan, graph),
    ...judgedPolicies(plan, graph, policy),
    ...lostProtection(plan, graph, policy),
    ...addedCost(cost, policy, today),
    ...findings.filter(isError).map(preflightStop),
  ].sort(byImportance);
  const warnings = findings.filter((one) => !isError(one));
  const paths = await pathChanges(plan, graph);
  const notes = [
    ...notedChanges(plan, graph, policy),
    ...unjudged(graph).map(blindSpot),
    ...(paths.isWhole ? [] : [TOO_MANY_PAIRS]),
  ];
  return {
    ...withoutExcepted(found, policy.exceptions, today),
    warnings,
    notes,
    cost,
    paths: paths.changes,
  };
}

const TOO_MANY_PAIRS =
  "what the plan opens and closes between things of the network is not listed, since it touches too many of them; what the internet reaches is.";

/**
 * Of a protected object, the gate reports the loss itself, and a missing moved block: one exception is enough. CHG-003: its
 * name is taken again.
 */
const LOSS_IDS = new Set([...LOSS_RULES.map(({ id }) => id), "CHG-003"]);

function isError({ severity }: LocatedFinding): boolean {
  return severity === "error";
}

/** Of the values that are not known, the first stands for the others: `preflight` lists them. */
function blindSpot({ because: [first, ...others], ...one }: Unjudged): string {
  const rest = others.length > 0 ? ` (and ${others.length} more)` : "";
  const why = first && `: ${first.address}.${first.attribute} ${first.reason}${rest}`;
  return [`${sentenceOf(one)}${why ?? ""}.`, one.remedy].filter(Boolean).join(" ");
}

function preflightStop({ id, address, message, cause, fix }: LocatedFinding): Found {
  return { address, action: "preflight", message: `${message} ${cause} (${id})`, fix };
}

function byImportance(a: Found, b: Found): number {
  const rank = ({ action }: Found) => (action === "preflight" ? STOPS.length : STOPS.indexOf(action));
  return rank(a) - rank(b) || compare(a.address, b.address) || compare(a.message, b.message);
}

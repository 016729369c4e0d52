import { type Accepting, judgedFor, type LocatedFinding, load, preflight } from "@operation-app/preflight";
import { compare } from "../differences.ts";
import { type Policy, STOPS } from "../gate-policy.ts";
import type { Plan } from "../plan.ts";
import { type JudgedException, withoutExcepted } from "./exceptions.ts";
import { judgedPolicies } from "./iam/index.ts";
import { widenedIngress } from "./ingress.ts";
import { type Advice, lostObjects } from "./lost-objects.ts";
import { lostProtection } from "./protections.ts";
import { publicOpenings } from "./public-access.ts";
import type { Blocked, Found } from "./stop.ts";
import { notedChanges } from "./unknown-values.ts";

export interface GateOptions {
  readonly policy: Policy;
  /** YYYY-MM-DD in UTC. */
  readonly today: string;
  readonly environment?: Accepting;
  readonly adviceOn?: Advice;
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
}

/** Whether a plan may be applied: what it would lose, open or switch off, and the findings of preflight. */
export async function judge(plan: Plan, name: string, options: GateOptions): Promise<Judgement> {
  const { policy, today, environment, adviceOn, moves } = options;
  const graph = await load(plan, name);
  const findings = judgedFor(environment, preflight(graph));
  const lost = lostObjects(plan, policy, moves, adviceOn);
  const known = new Set(lost.flatMap(({ address }) => [address, moves.get(address) ?? address]));
  const errors = findings
    .filter(({ severity, id, address }) => severity === "error" && !(LOSSES.has(id) && known.has(address)))
    .map(preflightStop);
  const found = [
    ...lost,
    ...widenedIngress(plan, policy),
    ...publicOpenings(plan, graph),
    ...judgedPolicies(plan, graph, policy),
    ...lostProtection(plan, graph, policy),
    ...errors,
  ].sort(byImportance);
  const warnings = findings.filter(({ severity }) => severity !== "error");
  return { ...withoutExcepted(found, policy.exceptions, today), warnings, notes: notedChanges(plan, graph, policy) };
}

/** Findings of preflight that say of a protected object what the gate says of it: one exception is enough for both. */
const LOSSES = new Set(["COG-041", "STATE-003", "STATE-005"]);

function preflightStop({ id, address, message, cause, fix }: LocatedFinding): Found {
  return { address, action: "preflight", message: `${message} ${cause} (${id})`, fix };
}

function byImportance(a: Found, b: Found): number {
  const rank = ({ action }: Found) => (action === "preflight" ? STOPS.length : STOPS.indexOf(action));
  return rank(a) - rank(b) || compare(a.address, b.address) || compare(a.message, b.message);
}

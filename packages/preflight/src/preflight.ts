import type { Graph } from "./graph/graph.ts";
import { outcomeOf } from "./outcome.ts";
import type { Failure, Problem, Rule, Severity } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** What preflight says of one resource. */
export interface Finding {
  /** Of the rule, such as `NET-001`. */
  readonly id: string;
  readonly severity: Severity;
  /** Address of the resource in Terraform. */
  readonly address: string;
  readonly message: string;
  /** Why it happens, and what it becomes. */
  readonly cause: string;
  readonly fix: string;
  /** File and line that made the resource, where that is known: `modules/lb/index.ts:132`. */
  readonly source?: string;
}

/** A finding, and the attribute that it is about. */
export interface LocatedFinding extends Finding {
  readonly attribute: string | undefined;
}

/** Everything that is wrong with a configuration, errors first, then by rule and address. */
export function preflight(graph: Graph, rules: readonly Rule[] = RULES): LocatedFinding[] {
  // What is there already works, or is known not to: a plan that changes nothing is not stopped.
  const changesNothing = graph.kind === "plan" && isUnchanged(graph);
  const findings = rules
    .flatMap((rule) => findingsOf(rule, graph))
    .map((finding) => (changesNothing ? { ...finding, severity: "warning" as const } : finding));
  const unique = new Map(findings.map((finding) => [`${finding.id} ${finding.address} ${finding.message}`, finding]));
  return [...unique.values()].sort(
    (a, b) =>
      compare(a.severity, b.severity) ||
      compare(a.id, b.id) ||
      compare(a.address, b.address) ||
      compare(a.message, b.message),
  );
}

function isUnchanged({ resources, removals }: Graph): boolean {
  const changes = resources.filter(({ isData }) => !isData).map(({ change }) => change?.actions.join());
  return removals.length === 0 && changes.length > 0 && changes.every((actions) => actions === "no-op");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function findingsOf(rule: Rule, graph: Graph): LocatedFinding[] {
  return "failures" in rule
    ? Array.from(rule.check(graph), (problem) => findingOf(rule, problem, problem.failure))
    : Array.from(rule.check(graph), (problem) => findingOf(rule, problem, rule));
}

function findingOf(rule: Rule, problem: Problem, failure: Failure): LocatedFinding {
  const { how, what } = outcomeOf(failure);
  return {
    id: rule.id,
    severity: problem.severity ?? failure.severity ?? rule.severity,
    address: typeof problem.at === "string" ? problem.at : problem.at.address,
    message: problem.message,
    cause: `${failure.cause} ${how}: ${what}`,
    fix: problem.fix,
    attribute: problem.attribute,
  };
}

import type { Graph } from "./graph/graph.ts";
import type { Problem, Rule, Severity } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** What preflight says of one resource. */
export interface Finding {
  /** Of the rule, such as `NET-001`. */
  readonly id: string;
  readonly severity: Severity;
  /** Address of the resource in Terraform. */
  readonly address: string;
  readonly message: string;
  /** What it would become, and why. */
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
  const findings = rules.flatMap((rule) => [...rule.check(graph)].map((problem) => findingOf(rule, problem)));
  const unique = new Map(findings.map((finding) => [`${finding.id} ${finding.address} ${finding.message}`, finding]));
  return [...unique.values()].sort(
    (a, b) =>
      compare(a.severity, b.severity) ||
      compare(a.id, b.id) ||
      compare(a.address, b.address) ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const OUTCOMES = {
  plan: "terraform plan would end with",
  apply: "terraform apply would end with",
  push: "a push would end with",
  runtime: "it would be deployed, and then",
  destroy: "terraform destroy would end with",
} as const;

function findingOf(rule: Rule, problem: Problem): LocatedFinding {
  return {
    id: rule.id,
    severity: problem.severity ?? rule.severity,
    address: typeof problem.at === "string" ? problem.at : problem.at.address,
    message: problem.message,
    cause: `${rule.cause} Unnoticed, ${OUTCOMES[rule.when]}: ${rule.prevents}`,
    fix: problem.fix,
    attribute: problem.attribute,
  };
}

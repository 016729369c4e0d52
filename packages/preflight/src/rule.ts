import type { Graph, Resource } from "./graph/graph.ts";
import type { Block } from "./graph/value.ts";

/** `error`: it will fail. `warning`: it will likely hurt. */
export type Severity = "error" | "warning";

/** Where a mistake shows without preflight. */
export type When = "plan" | "apply" | "push" | "runtime" | "destroy";

/** What a problem becomes where nothing is done about it. */
export interface Failure {
  readonly when: When;
  /** The real message of AWS, of the provider or of a container; `no error: …` and what one sees, where there is none. */
  readonly prevents: string;
  /** Why it happens. One sentence. */
  readonly cause: string;
  /** Where it is not the rule's own. */
  readonly severity?: Severity;
}

/** Something that is wrong with a configuration. */
export interface Problem {
  /** The resource that has to change, or its address. */
  readonly at: Resource | string;
  /** What is wrong, with the values that make it so. One sentence, which goes on from the address. */
  readonly message: string;
  /** What to write. One sentence. */
  readonly fix: string;
  /** Attribute that it is about, such as `vpc_id`: it leads to the line of the environment file. */
  readonly attribute?: string;
  /** Where it is not the failure's own. */
  readonly severity?: Severity;
}

/** Resources named `main`, by type: `{ aws_vpc: { cidr_block: "10.0.0.0/16" } }`. */
export type Resources = Readonly<Record<string, Block>>;

/** What a rule finds something in, and what it lets pass. Both are tested, and stand in the documentation. */
export interface Example {
  readonly bad: Resources;
  readonly good: Resources;
  /** What the finding is about, where there are several that look alike. */
  readonly attribute?: string;
}

export interface RuleHead {
  /** Such as `NET-001`; it never changes, because acknowledgements name it. */
  readonly id: string;
  readonly severity: Severity;
  /** What must be so, in a few words: the heading in the documentation. */
  readonly title: string;
  /** Page of AWS, Terraform or the provider that says so. */
  readonly reference: string;
  readonly examples?: readonly Example[];
}

interface RuleOfOneProblem extends RuleHead, Omit<Failure, "severity"> {
  readonly check: (graph: Graph) => Iterable<Problem>;
}

interface RuleOfSeveralProblems extends RuleHead {
  readonly failures: readonly Failure[];
  readonly check: (graph: Graph) => Iterable<Problem & { readonly failure: Failure }>;
}

/**
 * A way for a configuration to be wrong. One that can report a single kind of problem says in itself what it prevents and
 * why; one of several kinds is made by `defineRule`. `packages/preflight/docs/rules.md` is made of these.
 */
export type Rule = RuleOfOneProblem | RuleOfSeveralProblems;

/**
 * A rule that can report several kinds of problem, each of which fails in its own way.
 *
 * @param problems the failures, by names that the problems of `check` give as their `kind`
 */
export function defineRule<Kind extends string>({
  problems,
  check,
  ...head
}: RuleHead & {
  readonly problems: Readonly<Record<Kind, Failure>>;
  readonly check: (graph: Graph) => Iterable<KindOfProblem<NoInfer<Kind>>>;
}): Rule {
  return {
    ...head,
    failures: Object.values(problems),
    *check(graph) {
      for (const { kind, ...problem } of check(graph)) yield { ...problem, failure: problems[kind] };
    },
  };
}

/** A problem of a rule that has several, and which of them it is. */
export type KindOfProblem<Kind extends string> = Problem & { readonly kind: Kind };

/** What the problems of a rule become, the rule's own severity where they have none. */
export function failuresOf(rule: Rule): readonly (Failure & { readonly severity: Severity })[] {
  const failures: readonly Failure[] = "failures" in rule ? rule.failures : [rule];
  return failures.map((failure) => ({ ...failure, severity: failure.severity ?? rule.severity }));
}

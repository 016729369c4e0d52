import type { Graph, Resource } from "./graph/graph.ts";

/** `error`: it will fail. `warning`: it will likely hurt. */
export type Severity = "error" | "warning";

/** Where a mistake shows without preflight. */
export type When = "plan" | "apply" | "push" | "runtime" | "destroy";

/** Something that is wrong with a configuration. */
export interface Problem {
  /** The resource that has to change, or its address. */
  readonly at: Resource | string;
  /** What is wrong, with the values that make it so. One sentence. */
  readonly message: string;
  /** What to write. One sentence. */
  readonly fix: string;
  /** Attribute that it is about, such as `vpc_id`: it leads to the line of the environment file. */
  readonly attribute?: string;
  /** Where it is not the rule's own. */
  readonly severity?: Severity;
}

/** A way for a configuration to be wrong. `packages/preflight/docs/rules.md` is made of these. */
export interface Rule {
  /** Such as `NET-001`; it never changes, because acknowledgements name it. */
  readonly id: string;
  readonly severity: Severity;
  /** What must be so, in a few words: the heading in the documentation. */
  readonly title: string;
  readonly when: When;
  /** The real message of AWS, of the provider or of a container that it prevents, or what one sees where there is none. */
  readonly prevents: string;
  /** Why it happens. One sentence. */
  readonly cause: string;
  /** Page of AWS, Terraform or the provider that says so. */
  readonly reference: string;
  readonly check: (graph: Graph) => Iterable<Problem>;
}

import type { Graph, Resource } from "../graph/graph.ts";
import { defineRule, type Failure, type Problem, type Rule } from "../rule.ts";

function* cycles(graph: Graph): Generator<Problem> {
  if (graph.kind === "plan") return; // Terraform would not have made one
  const done = new Set<Resource>();
  for (const start of graph.resources) {
    const cycle = done.has(start) ? undefined : cycleFrom(start, done);
    // Security groups alone are NET-009's, which knows the way out.
    if (!cycle || cycle.every(({ type }) => type === "aws_security_group")) continue;
    const names = cycle.map(({ address }) => address);
    yield {
      at: cycle[0] as Resource,
      message: `refers to itself${names.length > 1 ? ` through ${names.slice(1).join(", ")}` : ""}.`,
      fix: "Remove one of these references, or move it to a separate resource.",
    };
  }
}

/** The resources of a cycle that a walk along the references meets; what was walked before is not walked again. */
function cycleFrom(start: Resource, done: Set<Resource>): Resource[] | undefined {
  const path: { resource: Resource; next: Iterator<Resource> }[] = [];
  const onPath = new Set<Resource>();
  const enter = (resource: Resource) => {
    done.add(resource);
    onPath.add(resource);
    path.push({ resource, next: resource.dependencies.values() });
  };
  enter(start);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const { value, done: isLast } = top.next.next();
    if (isLast) {
      onPath.delete(top.resource);
      path.pop();
    } else if (onPath.has(value)) {
      return path.slice(path.findIndex(({ resource }) => resource === value)).map(({ resource }) => resource);
    } else if (!done.has(value)) {
      enter(value);
    }
  }
  return undefined;
}

const undeclared = (prevents: string): Failure => ({
  when: "plan",
  prevents,
  cause: "The name is mistyped, or what it refers to was removed.",
});

export const REFERENCE_RULES: readonly Rule[] = [
  defineRule({
    id: "REF-001",
    severity: "error",
    title: "References lead to something in the configuration",
    reference: "https://developer.hashicorp.com/terraform/language/expressions/references",
    problems: {
      resource: undeclared(
        'Error: Reference to undeclared resource: A managed resource "…" has not been declared in the root module.',
      ),
      data: undeclared(
        'Error: Reference to undeclared resource: A data resource "…" has not been declared in the root module.',
      ),
      var: undeclared(
        'Error: Reference to undeclared input variable: An input variable with the name "…" has not been declared.',
      ),
      local: undeclared(
        'Error: Reference to undeclared local value: A local value with the name "…" has not been declared.',
      ),
    },
    *check(graph) {
      for (const { name, by } of graph.undeclared()) {
        const prefix = /^(data|var|local)\./.exec(name)?.[1] as "data" | "var" | "local" | undefined;
        yield {
          kind: prefix ?? "resource",
          at: by,
          message: `refers to ${name}, which is not in the configuration.`,
          fix: "Correct the name, or add what it refers to.",
        };
      }
    },
  }),
  {
    id: "REF-002",
    severity: "error",
    title: "References do not go in circles",
    when: "plan",
    prevents: "Error: Cycle: aws_…, aws_…",
    cause: "Terraform would have to create each of them before the other.",
    reference: "https://developer.hashicorp.com/terraform/internals/graph",
    check: cycles,
  },
];

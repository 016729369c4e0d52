import type { Graph, Resource } from "../graph/graph.ts";
import type { Problem, Rule } from "../rule.ts";

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
      message: `refers to itself${names.length > 1 ? ` by way of ${names.slice(1).join(", ")}` : ""}.`,
      fix: "Take one of these references out, or write what it is for as a resource of its own.",
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

export const REFERENCE_RULES: readonly Rule[] = [
  {
    id: "REF-001",
    severity: "error",
    title: "What a resource refers to is there",
    when: "plan",
    prevents:
      'Error: Reference to undeclared resource: A managed resource "…" has not been declared in the root module. / Reference to undeclared input variable / … local value',
    cause: "The name is mistyped, or what it named was taken out.",
    reference: "https://developer.hashicorp.com/terraform/language/expressions/references",
    *check(graph) {
      for (const { name, by } of graph.undeclared()) {
        yield {
          at: by,
          message: `refers to ${name}, which is not in the configuration.`,
          fix: "Correct the name, or add what it names.",
        };
      }
    },
  },
  {
    id: "REF-002",
    severity: "error",
    title: "References do not go in circles",
    when: "plan",
    prevents: "Error: Cycle: aws_…, aws_…",
    cause: "Terraform would have to make each of them before the other.",
    reference: "https://developer.hashicorp.com/terraform/internals/graph",
    check: cycles,
  },
];

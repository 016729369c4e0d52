import type { Graph, Resource } from "../graph/graph.ts";
import { text } from "../graph/value.ts";
import { matchesAction } from "./permissions.ts";
import { readPolicy } from "./policy.ts";

/** Services that the trust policy of a role names; `complete`: it names no others, and can be read. */
export function trustedServices(
  graph: Graph,
  role: Resource,
): { readonly services: readonly string[]; readonly complete: boolean } {
  const policy = readPolicy(graph, role.get("assume_role_policy"));
  const trusting = policy.statements.filter(
    (statement) => statement.allow && matchesAction(statement, "sts:AssumeRole") !== "no",
  );
  // A service is one only under `Service`; under `AWS` or the like its name means nothing.
  const named = trusting.flatMap(({ principals = {} }) =>
    Object.entries(principals).flatMap(([kind, who]) => who.map((one) => ({ name: text(one), kind }))),
  );
  return {
    services: named.flatMap(({ name, kind }) =>
      name !== undefined && (kind === "Service" || name === "*") ? [name] : [],
    ),
    complete: policy.complete && named.every(({ name }) => name !== undefined),
  };
}

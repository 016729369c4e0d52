import { GAP, type Graph, readPolicy, type Statement, textWithGaps, type Value } from "@operation-app/preflight/graph";
import { jsonIn } from "../../masking.ts";
import { type Fields, statementsOf } from "../../policy-documents.ts";
import { type ChangedObject, isUnknownAt } from "../changed-objects.ts";

export interface PlannedPolicy {
  readonly statements: readonly Fields[];
  /** Parts of it are known after apply. */
  readonly isOpen: boolean;
}

/** Statements of a policy that is written as JSON. */
export function writtenStatements(policy: unknown): Fields[] {
  return typeof policy === "string" ? statementsOf(jsonIn(policy)) : [];
}

/**
 * The policy that an object would have. Where its text is known after apply, the policy document that it comes from may be
 * known, except some ARNs.
 */
export function plannedPolicy(
  { address, after, unknown }: ChangedObject,
  attribute: string,
  graph: Graph,
): PlannedPolicy {
  if (!isUnknownAt(unknown, attribute)) return { statements: writtenStatements(after[attribute]), isOpen: false };
  const written = graph.find(address)?.get(attribute);
  const { statements, complete } = readPolicy(graph, written);
  const isRead = complete && statements.length > 0;
  return { statements: statementsOf({ Statement: statements.map(asWritten) }), isOpen: !isRead };
}

function asWritten(statement: Statement): Fields {
  const { effect = "Allow", actions, notActions, resources, notResources, principals, conditions } = statement;
  const texts = (values: readonly Value[]) => values.map((value) => textWithGaps(value) ?? GAP);
  const lists = (values: Readonly<Record<string, readonly Value[]>>) =>
    Object.fromEntries(Object.entries(values).map(([key, list]) => [key === "*" ? "AWS" : key, texts(list)]));
  const tests = Object.entries(conditions).map(([test, keys]) => [test, lists(keys)]);
  return {
    Effect: effect,
    ...(actions && { Action: texts(actions) }),
    ...(notActions && { NotAction: texts(notActions) }),
    ...(resources && { Resource: texts(resources) }),
    ...(notResources && { NotResource: texts(notResources) }),
    ...(principals && { Principal: lists(principals) }),
    ...(tests.length > 0 && { Condition: Object.fromEntries(tests) }),
  };
}

import type { Graph, Resource } from "../graph/graph.ts";
import { decodeJsonText } from "../graph/json-text.ts";
import { linked } from "../graph/links.ts";
import { rememberedIn } from "../graph/remembered.ts";
import {
  type Block,
  blocks,
  Expression,
  isAbsent,
  isBlock,
  isEmpty,
  isList,
  items,
  text,
  UNKNOWN,
  type Value,
} from "../graph/value.ts";

/** One statement of a policy. */
export interface Statement {
  readonly sid: string | undefined;
  /** As it is written, where that is known. */
  readonly effect: string | undefined;
  readonly allow: boolean;
  /** Patterns of actions; undefined where the statement has `NotAction`. */
  readonly actions: readonly Value[] | undefined;
  readonly notActions: readonly Value[] | undefined;
  readonly resources: readonly Value[] | undefined;
  readonly notResources: readonly Value[] | undefined;
  /** Who is named, by kind (`Service`, `AWS`, `*`); undefined where no principal is. */
  readonly principals: Readonly<Record<string, readonly Value[]>> | undefined;
  /** It has `NotPrincipal`: everybody but those who are named. */
  readonly hasNotPrincipal: boolean;
  readonly hasConditions: boolean;
  /** Tests by operator and key, as in JSON. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly Value[]>>>>;
}

/** A policy as far as it can be read. */
export interface Policy {
  readonly statements: readonly Statement[];
  /** There are no other statements. */
  readonly complete: boolean;
}

const UNREADABLE: Policy = { statements: [], complete: false };
const DOCUMENT = "data.aws_iam_policy_document";
/** Documents that take in each other go in circles. */
const DEEPEST = 8;

/** Reads a policy: JSON in a text, `jsonencode`, or what a policy document data source makes. */
export const readPolicy = rememberedIn((graph, value: Value | undefined) => read(graph, value, 0));

function read(graph: Graph, value: Value | undefined, depth: number): Policy {
  if (isAbsent(value)) return { statements: [], complete: true };
  if (depth > DEEPEST) return UNREADABLE;
  if (value instanceof Expression && value.known === undefined) {
    const documents = linked(value, DOCUMENT);
    const [document, ...others] = documents.resources;
    if (document && others.length === 0 && documents.certain) return readDocument(graph, document, depth);
  }
  const decoded = decodeJsonText(value);
  if (!isBlock(decoded)) return UNREADABLE;
  const written = decoded.Statement;
  const statements = isList(written) ? written : [written];
  const readable = statements.filter(isBlock);
  return { statements: readable.map(readStatement), complete: readable.length === statements.length };
}

function readStatement(statement: Block): Statement {
  return {
    sid: text(statement.Sid),
    effect: text(statement.Effect),
    allow: text(statement.Effect) !== "Deny",
    actions: listOf(statement.Action),
    notActions: listOf(statement.NotAction),
    resources: listOf(statement.Resource),
    notResources: listOf(statement.NotResource),
    principals: principalsOf(statement.Principal),
    hasNotPrincipal: !isAbsent(statement.NotPrincipal),
    hasConditions: !isAbsent(statement.Condition),
    conditions: conditionsOf(statement.Condition),
  };
}

function listOf(value: Value | undefined): readonly Value[] | undefined {
  if (isAbsent(value)) return undefined;
  const found = items(value);
  return found.complete ? found.items : [...found.items, value];
}

function principalsOf(value: Value | undefined): Statement["principals"] {
  if (isAbsent(value)) return undefined;
  if (isBlock(value)) return Object.fromEntries(Object.entries(value).map(([kind, who]) => [kind, listOf(who) ?? []]));
  return { "*": [value] };
}

function conditionsOf(condition: Value | undefined): Statement["conditions"] {
  if (!isBlock(condition)) return {};
  const tests = Object.entries(condition).filter((test): test is [string, Block] => isBlock(test[1]));
  const values = (keys: Block) =>
    Object.fromEntries(Object.entries(keys).map(([key, one]) => [key, listOf(one) ?? []]));
  return Object.fromEntries(tests.map(([test, keys]) => [test, values(keys)]));
}

function documentConditions(conditions: readonly Block[]): Statement["conditions"] {
  const found: Record<string, Record<string, readonly Value[]>> = {};
  for (const condition of conditions) {
    const [test, key] = [text(condition.test), text(condition.variable)];
    if (test === undefined || key === undefined) continue;
    found[test] = { ...found[test], [key]: listOf(condition.values) ?? [] };
  }
  return found;
}

/** Statements of a policy document data source that it does not take from others. */
export function readOwnStatements(document: Resource): readonly Statement[] {
  return blocks(document.get("statement")).blocks.map(readDocumentStatement);
}

function readDocument(graph: Graph, document: Resource, depth: number): Policy {
  const own = blocks(document.get("statement"));
  const taken = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"].map((name) => {
    const listed = items(document.get(name));
    const policies = listed.items.map((one) => read(graph, one, depth + 1));
    return {
      statements: policies.flatMap((policy) => policy.statements),
      complete: listed.complete && policies.every((policy) => policy.complete),
    };
  });
  return {
    statements: [...own.blocks.map(readDocumentStatement), ...taken.flatMap(({ statements }) => statements)],
    complete: own.complete && taken.every(({ complete }) => complete),
  };
}

function readDocumentStatement(statement: Block): Statement {
  const list = (name: string) => {
    const found = listOf(statement[name]);
    return found?.length === 0 ? undefined : found;
  };
  const { blocks: principals, complete } = blocks(statement.principals);
  return {
    sid: text(statement.sid),
    effect: text(statement.effect),
    allow: text(statement.effect) !== "Deny",
    actions: list("actions"),
    notActions: list("not_actions"),
    resources: list("resources"),
    notResources: list("not_resources"),
    principals:
      principals.length === 0
        ? complete
          ? undefined
          : { "*": [UNKNOWN] }
        : Object.fromEntries(principals.map((one) => [text(one.type) ?? "*", listOf(one.identifiers) ?? []])),
    hasNotPrincipal: !isEmpty(statement.not_principals),
    hasConditions: items(statement.condition).items.length > 0,
    conditions: documentConditions(blocks(statement.condition).blocks),
  };
}

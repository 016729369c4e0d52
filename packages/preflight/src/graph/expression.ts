import type { TFExpressionSyntaxTree } from "@cdktf/hcl2json";
import { elementsOf } from "./elements.ts";
import { callFunction } from "./functions.ts";
import { readTraversal, splitTemplate } from "./template.ts";
import { at, Expression, isBlock, isList, known, type Reference, referencesIn, UNKNOWN, type Value } from "./value.ts";

type Node = TFExpressionSyntaxTree.ExpressionType;

/** What names in an expression stand for. */
export interface Scope {
  /** The value behind the first steps of a traversal, and how many steps those are; undefined for a name unknown here. */
  readonly resolve: (steps: readonly string[]) => { readonly value: Value; readonly used: number } | undefined;
}

/** Expressions, parsed, by their text: the steps of a plain traversal, the tree of anything more. */
export type SyntaxTrees = ReadonlyMap<string, readonly string[] | Node>;

/** Expressions that no two evaluations give the same value for: there is nothing to find out. */
const MADE_UP = /^[^.]*\b(?:uuid|timestamp|bcrypt)\(/;

/** Parses the expressions in texts as far as that takes a parser: plain traversals are read without. */
export async function parseExpressions(texts: Iterable<string>): Promise<SyntaxTrees> {
  const { parsed, others } = readExpressions(texts);
  if (others.size === 0) return parsed;
  const { getExpressionAst } = await import("@cdktf/hcl2json");
  for (const expression of others) {
    const tree = await getExpressionAst("expression.tf", expression).catch(() => null);
    if (tree) parsed.set(expression, tree as Node);
  }
  return parsed;
}

/** The plain traversals in texts, read, and the other expressions. */
function readExpressions(texts: Iterable<string>) {
  const parsed = new Map<string, readonly string[] | Node>();
  const others = new Set<string>();
  for (const text of texts) {
    if (!text.includes("${")) continue;
    for (const piece of splitTemplate(text) ?? []) {
      if (typeof piece === "string" || parsed.has(piece.expression) || MADE_UP.test(piece.expression)) continue;
      const steps = readTraversal(piece.expression);
      if (steps) parsed.set(piece.expression, steps);
      else others.add(piece.expression);
    }
  }
  return { parsed, others };
}

/** Evaluates a Terraform string. */
export function evaluateText(text: string, scope: Scope, trees: SyntaxTrees): Value {
  const pieces = splitTemplate(text);
  if (pieces === undefined) return UNKNOWN;
  const values = pieces.map((piece) =>
    typeof piece === "string" ? piece : evaluateExpression(piece.expression, scope, trees),
  );
  return values.length === 1 ? (values[0] as Value) : concatenate(values);
}

function evaluateExpression(expression: string, scope: Scope, trees: SyntaxTrees): Value {
  const parsed = trees.get(expression) ?? readTraversal(expression);
  if (parsed === undefined) return UNKNOWN;
  return isTraversal(parsed) ? traverse(parsed, scope) : evaluateNode(parsed, expression, scope);
}

function isTraversal(parsed: readonly string[] | Node): parsed is readonly string[] {
  return Array.isArray(parsed);
}

function traverse(steps: readonly string[], scope: Scope): Value {
  const start = scope.resolve(steps);
  return start ? descend(start.value, steps.slice(start.used)) : UNKNOWN;
}

/** Follows attributes and indices into a value, and into the resources that it refers to. */
export function descend(value: Value, steps: readonly string[]): Value {
  if (steps.length === 0) return value;
  if (value instanceof Expression) {
    const only = value.only;
    if (only === undefined) {
      return new Expression({ references: value.references.map((one) => ({ ...one, certain: false })) });
    }
    const [picked, rest] = pickInstance(only, steps);
    const attribute = [picked.attribute, ...rest].filter((step) => step !== "").join(".");
    return new Expression({ parts: [{ ...picked, attribute }] });
  }
  const [step = "", ...others] = steps;
  const next = isList(value) || isBlock(value) ? at(value, step) : undefined;
  return next === undefined ? UNKNOWN : descend(next, others);
}

/** Of a resource with `count` or `for_each`, the first step names an instance. */
function pickInstance(reference: Reference, steps: readonly string[]): [Reference, readonly string[]] {
  const [key = ""] = steps;
  if (reference.attribute !== "") return [reference, steps];
  if (reference.resources.every(({ many }) => many)) return [reference, steps.slice(1)]; // whichever it is, it is one of them
  const picked = reference.resources.filter(
    ({ address }) => address.endsWith(`[${key}]`) || address.endsWith(`["${key}"]`),
  );
  return picked.length === 1 ? [{ ...reference, resources: picked }, steps.slice(1)] : [reference, steps];
}

/** Texts and expressions one after the other; what can't be known is a gap between them. */
function concatenate(values: readonly Value[]): Value {
  const parts = values.flatMap(partsOf);
  return parts.every((part) => typeof part === "string")
    ? parts.join("")
    : new Expression({ parts: mergeTexts(parts) });
}

function partsOf(value: Value): readonly (string | Reference)[] {
  if (value instanceof Expression) {
    if (value.parts) return value.parts;
    if (typeof value.known === "string") return [value.known];
    const resources = value.references.flatMap((reference) => reference.resources);
    return [{ resources, attribute: "", certain: false }];
  }
  if (typeof value === "object" && value !== null) return [{ resources: [], attribute: "", certain: false }];
  return [value === null ? "" : String(value)];
}

function mergeTexts(parts: readonly (string | Reference)[]): (string | Reference)[] {
  const merged: (string | Reference)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}

/** An expression of which only is known what it is made of. */
function madeOf(values: readonly Value[]): Expression {
  const references = values.flatMap(referencesIn).map((reference) => ({ ...reference, certain: false }));
  return references.length === 0 ? UNKNOWN : new Expression({ references });
}

function evaluateNode(node: Node, source: string, scope: Scope): Value {
  const evaluate = (child: Node) => evaluateNode(child, source, scope);
  switch (node.type) {
    case "literalValue":
      return literal(node.meta.type, node.meta.value);
    case "templateWrap":
      return node.children[0] ? evaluate(node.children[0]) : UNKNOWN;
    case "template":
      return concatenate(node.children.map(evaluate));
    case "scopeTraversal":
      return traverse(segments(node.meta.traversal), scope);
    case "relativeTraversal":
      return node.children[0] ? descend(evaluate(node.children[0]), segments(node.meta.traversal)) : UNKNOWN;
    case "tuple":
      return node.children.map(evaluate);
    case "object":
      return evaluateObject(node.children, source, scope);
    case "function":
      return (
        callFunction(node.meta.name, spreadLast(node, node.children.map(evaluate))) ??
        madeOf(node.children.map(evaluate))
      );
    case "conditional":
      return evaluateConditional(node.children.map(evaluate));
    case "index":
      return evaluateIndex(node.children.map(evaluate));
    case "splat":
      return evaluateSplat(node.children, source, scope);
    case "for":
      return evaluateFor(node, source, scope);
    case "binaryOp":
    case "unaryOp":
      return calculate(node.meta.operator, node.children.map(evaluate)) ?? madeOf(node.children.map(evaluate));
    default: // parentheses
      return (node as Node).children?.[0] ? evaluate((node as Node).children[0] as Node) : UNKNOWN;
  }
}

function literal(type: string, value: string): Value {
  if (type === "number") return Number(value);
  if (type === "bool") return value === "true";
  return type === "string" ? unescaped(value) : null;
}

/** The parser gives texts as they are written: with backslashes, and `$${` for `${`. */
function unescaped(text: string): string {
  const plain = text.replaceAll(/([$%])\1\{/g, "$1{");
  try {
    return text.includes("\\") ? JSON.parse(`"${plain}"`) : plain;
  } catch {
    return plain; // a heredoc, in which a backslash is one
  }
}

function segments(traversal: readonly { readonly segment: string }[]): string[] {
  return traversal.map(({ segment }) => segment.replace(/^"|"$/g, ""));
}

function evaluateObject(children: readonly Node[], source: string, scope: Scope): Value {
  const entries: [string, Value][] = [];
  for (let index = 0; index + 1 < children.length; index += 2) {
    const [keyNode, valueNode] = [children[index] as Node, children[index + 1] as Node];
    const inner = keyNode.children[0];
    const key = inner
      ? known(evaluateNode(inner, source, scope))
      : source.slice(keyNode.range.start.byte, keyNode.range.end.byte);
    if (typeof key !== "string" && typeof key !== "number") return madeOf([evaluateNode(valueNode, source, scope)]);
    entries.push([String(key), evaluateNode(valueNode, source, scope)]);
  }
  return Object.fromEntries(entries);
}

/** `f(list...)`: the last argument's elements are arguments. */
function spreadLast(node: Node, values: readonly Value[]): readonly Value[] {
  if (node.type !== "function" || !node.meta.expandedFinalArgument) return values;
  const last = values.at(-1);
  return isList(last) ? [...values.slice(0, -1), ...last] : values;
}

function evaluateConditional([condition, whenTrue, whenFalse]: readonly Value[]): Value {
  const holds = known(condition);
  if (holds === true || holds === "true") return whenTrue ?? UNKNOWN;
  if (holds === false || holds === "false") return whenFalse ?? UNKNOWN;
  return madeOf([whenTrue ?? UNKNOWN, whenFalse ?? UNKNOWN]);
}

function evaluateIndex([collection, key]: readonly Value[]): Value {
  const step = known(key);
  if (collection === undefined) return UNKNOWN;
  if (typeof step === "number" || typeof step === "string") return descend(collection, [String(step)]);
  return madeOf([collection]);
}

function evaluateSplat(children: readonly Node[], source: string, scope: Scope): Value {
  const [collectionNode, eachNode] = children;
  if (collectionNode === undefined) return UNKNOWN;
  const collection = evaluateNode(collectionNode, source, scope);
  const steps = eachNode?.type === "relativeTraversal" ? segments(eachNode.meta.traversal) : [];
  if (isList(collection)) return collection.map((item) => descend(item, steps));
  if (collection instanceof Expression && collection.only) {
    const { resources } = collection.only;
    return resources.map((resource) =>
      descend(new Expression({ parts: [{ resources: [resource], attribute: "", certain: true }] }), steps),
    );
  }
  return madeOf([collection]);
}

function evaluateFor(node: TFExpressionSyntaxTree.ForExpression, source: string, scope: Scope): Value {
  const { keyVar, valVar, conditionalExpression, openRangeValue } = node.meta;
  const [collectionNode, ...others] = node.children;
  const valueNode = others.at(-1);
  if (collectionNode === undefined || valueNode === undefined) return UNKNOWN;
  const collection = evaluateNode(collectionNode, source, scope);
  const elements = elementsOf(collection);
  if (elements === undefined || conditionalExpression || openRangeValue !== "[" || others.length > 1) {
    return madeOf([collection]);
  }
  return elements.map(([key, value]) => {
    const names: Record<string, Value> = { ...(keyVar && { [keyVar]: key }), [valVar]: value };
    const inner: Scope = {
      resolve: (steps) => {
        const value = names[steps[0] ?? ""];
        return value === undefined ? scope.resolve(steps) : { value, used: 1 };
      },
    };
    return evaluateNode(valueNode, source, inner);
  });
}

function calculate(operator: string, values: readonly Value[]): Value | undefined {
  const operands = values.map((value) => known(value));
  if (operands.some((operand) => operand === undefined)) return undefined;
  const [a, b] = operands as [never, never];
  switch (operator) {
    case "equal":
      return JSON.stringify(a) === JSON.stringify(b);
    case "notEqual":
      return JSON.stringify(a) !== JSON.stringify(b);
    case "logicalNot":
      return !a;
    case "logicalAnd":
      return a && b;
    case "logicalOr":
      return a || b;
    default:
      break;
  }
  if (typeof a !== "number" || (b !== undefined && typeof b !== "number")) return undefined;
  const [left, right] = [a as number, b as number];
  switch (operator) {
    case "add":
      return left + right;
    case "subtract":
      return left - right;
    case "multiply":
      return left * right;
    case "divide":
      return right === 0 ? undefined : left / right;
    case "modulo":
      return right === 0 ? undefined : left % right;
    case "greaterThan":
      return left > right;
    case "greaterThanOrEqual":
      return left >= right;
    case "lessThan":
      return left < right;
    case "lessThanOrEqual":
      return left <= right;
    case "negate":
      return -left;
    default:
      return undefined;
  }
}

import type { TFExpressionSyntaxTree } from "@cdktf/hcl2json";
import { elementsOf } from "./elements.ts";
import { callFunction } from "./functions.ts";
import { calculate } from "./operators.ts";
import { parseSyntax } from "./syntax.ts";
import { isTemplate, type Piece, readTraversal, splitTemplate } from "./template.ts";
import { concatenate } from "./texts.ts";
import {
  at,
  Expression,
  INVALID,
  isBlock,
  isList,
  known,
  type Reference,
  referencesIn,
  UNKNOWN,
  type Value,
} from "./value.ts";

type Node = TFExpressionSyntaxTree.ExpressionType;

/** What names in an expression stand for. */
export interface Scope {
  /** What a splat is at: `x` in `all[*].x` is of this. */
  readonly item?: Value;
  /** undefined for a name unknown here. */
  readonly resolve: (steps: readonly string[]) => Resolved | undefined;
  /** What traversals lead to that are the same everywhere, by their texts, as far as that has been found out. */
  readonly known?: Map<string, Value>;
}

/** The value behind the first steps of a traversal. */
export interface Resolved {
  readonly value: Value;
  /** How many steps those are. */
  readonly used: number;
  /** These steps lead there wherever they stand in the module. */
  readonly isSameEverywhere?: boolean;
}

/** Texts, parsed. */
export interface SyntaxTrees {
  /** The pieces of texts; undefined for a text with directives. */
  readonly templates: ReadonlyMap<string, readonly Piece[] | undefined>;
  /** Expressions by their text: the steps of a plain traversal, the tree of anything more. */
  readonly expressions: ReadonlyMap<string, readonly string[] | Node>;
}

/** Expressions that no two evaluations give the same value for: there is nothing to find out. */
const MADE_UP = /^[^.]*\b(?:uuid|timestamp|bcrypt)\(/;

/** Parses the expressions in texts. */
export async function parseExpressions(texts: Iterable<string>): Promise<SyntaxTrees> {
  const templates = new Map([...texts].filter(isTemplate).map((text) => [text, splitTemplate(text)]));
  const { expressions, others } = readExpressions(templates);
  if (others.size === 0) return { templates, expressions };
  const { getExpressionAst } = await import("@cdktf/hcl2json");
  for (const expression of others) {
    const tree = await getExpressionAst("expression.tf", expression).catch(() => null);
    if (tree) expressions.set(expression, tree as Node);
  }
  return { templates, expressions };
}

/** The expressions in texts that are read without a parser of all of HCL, and the others. */
function readExpressions(templates: SyntaxTrees["templates"]) {
  const expressions = new Map<string, readonly string[] | Node>();
  const others = new Set<string>();
  for (const [text, pieces] of templates) {
    for (const expression of expressionsIn(text, pieces)) {
      if (expressions.has(expression) || others.has(expression) || MADE_UP.test(expression)) continue;
      const read = readTraversal(expression) ?? parseSyntax(expression);
      if (read) expressions.set(expression, read);
      else others.add(expression);
    }
  }
  return { expressions, others };
}

function expressionsIn(text: string, pieces: readonly Piece[] | undefined): string[] {
  if (pieces === undefined) return [asHeredoc(text)];
  return pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.expression]));
}

/** Evaluates a Terraform string. */
export function evaluateText(text: string, scope: Scope, trees: SyntaxTrees): Value {
  if (!isTemplate(text)) return text;
  const pieces = trees.templates.has(text) ? trees.templates.get(text) : splitTemplate(text);
  if (pieces === undefined) return evaluateTemplate(asHeredoc(text), scope, trees);
  const values = pieces.map((piece) =>
    typeof piece === "string" ? piece : evaluateExpression(piece.expression, scope, trees),
  );
  return values.length === 1 ? (values[0] as Value) : concatenate(values);
}

/** A text with directives (`%{ if … }`), in the one form that takes any text. */
function asHeredoc(text: string): string {
  return `<<TEMPLATE\n${text}\nTEMPLATE\n`;
}

function evaluateTemplate(heredoc: string, scope: Scope, trees: SyntaxTrees): Value {
  const tree = trees.expressions.get(heredoc);
  const value = tree === undefined || isTraversal(tree) ? UNKNOWN : evaluateNode(tree, heredoc, scope);
  const withoutEnd = (end: Value | undefined) => (typeof end === "string" ? end.replace(/\n$/, "") : "");
  if (typeof value === "string") return withoutEnd(value);
  if (!(value instanceof Expression) || value.parts === undefined) return value;
  return new Expression({ parts: [...value.parts.slice(0, -1), withoutEnd(value.parts.at(-1) as Value)] });
}

function evaluateExpression(expression: string, scope: Scope, trees: SyntaxTrees): Value {
  const known = scope.known?.get(expression);
  if (known !== undefined) return known;
  const parsed = trees.expressions.get(expression) ?? readTraversal(expression);
  if (parsed === undefined) return UNKNOWN;
  if (!isTraversal(parsed)) return evaluateNode(parsed, expression, scope);
  const start = scope.resolve(parsed);
  if (start === undefined) return UNKNOWN;
  const value = descend(start.value, parsed.slice(start.used));
  if (start.isSameEverywhere) scope.known?.set(expression, value);
  return value;
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
  return next === undefined ? INVALID : descend(next, others);
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

/** An expression of which only is known what it is made of. */
function madeOf(values: readonly Value[]): Expression {
  const references = values.flatMap(referencesIn).map((reference) => ({ ...reference, certain: false }));
  return references.length === 0 ? UNKNOWN : new Expression({ references });
}

/** @param source the text of the whole expression */
export function evaluateNode(node: Node, source: string, scope: Scope): Value {
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
      return wholeOf(node.children.map(evaluate));
    case "object":
      return evaluateObject(node.children, source, scope);
    case "function":
      return evaluateFunction(node.meta.name, spreadLast(node, node.children.map(evaluate)));
    case "conditional":
      return evaluateConditional(node.children, evaluate);
    case "index":
      return evaluateIndex(node.children.map(evaluate));
    case "splat":
      return evaluateSplat(node.children, source, scope);
    case "for":
      return evaluateFor(node, source, scope);
    case "binaryOp":
    case "unaryOp":
      return evaluateOperation(node.meta.operator, node.children.map(evaluate));
    default: // parentheses, and a list of texts in a template
      return evaluateOther(node as Node, evaluate, scope);
  }
}

function evaluateOther(node: Node, evaluate: (child: Node) => Value, scope: Scope): Value {
  const [inner] = node.children ?? [];
  const value = inner ? evaluate(inner) : (scope.item ?? UNKNOWN);
  return (node.type as string) === "templateJoin" && isList(value) ? concatenate(value) : value;
}

/** A collection, where each of its elements is valid. */
function wholeOf(values: readonly Value[]): Value {
  return values.includes(INVALID) ? INVALID : values;
}

function evaluateFunction(name: string, values: readonly Value[]): Value {
  const isTolerant = name === "try" || name === "can";
  if (!isTolerant && values.includes(INVALID)) return INVALID;
  const result = callFunction(name, values);
  return result === undefined ? madeOf(values) : result; // null is a result, too
}

function evaluateOperation(operator: string, values: readonly Value[]): Value {
  return values.includes(INVALID) ? INVALID : (calculate(operator, values) ?? madeOf(values));
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
    const key = keyOfItem(keyNode, source, scope);
    const value = evaluateNode(valueNode, source, scope);
    if (value === INVALID) return INVALID;
    if (key === undefined) return madeOf([value]);
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

/** The key of an item of an object: a name, or an expression; undefined where it can't be known. */
export function keyOfItem(
  { children: [inner], range }: Node,
  source: string,
  scope: Scope = NAMELESS,
): string | undefined {
  // The parser counts bytes.
  if (!inner) return Buffer.from(source).subarray(range.start.byte, range.end.byte).toString();
  const key = known(evaluateNode(inner, source, scope));
  return typeof key === "string" || typeof key === "number" ? String(key) : undefined;
}

/** Nothing has a name. */
export const NAMELESS: Scope = { resolve: () => undefined };

/** `f(list...)`: the last argument's elements are arguments. */
function spreadLast(node: Node, values: readonly Value[]): readonly Value[] {
  if (node.type !== "function" || !node.meta.expandedFinalArgument) return values;
  const last = values.at(-1);
  return isList(last) ? [...values.slice(0, -1), ...last] : values;
}

function evaluateConditional(
  [conditionNode, whenTrue, whenFalse]: readonly Node[],
  evaluate: (node: Node) => Value,
): Value {
  if (!conditionNode || !whenTrue || !whenFalse) return UNKNOWN;
  const condition = evaluate(conditionNode);
  if (condition === INVALID) return INVALID;
  const holds = known(condition);
  if (holds === true || holds === "true") return evaluate(whenTrue);
  if (holds === false || holds === "false") return evaluate(whenFalse);
  return madeOf([evaluate(whenTrue), evaluate(whenFalse)]);
}

function evaluateIndex([collection, key]: readonly Value[]): Value {
  if (collection === undefined) return UNKNOWN;
  if (collection === INVALID || key === INVALID) return INVALID;
  const step = known(key);
  if (typeof step === "number" || typeof step === "string") return descend(collection, [String(step)]);
  return madeOf([collection]);
}

function evaluateSplat(children: readonly Node[], source: string, scope: Scope): Value {
  const [collectionNode, eachNode] = children;
  if (collectionNode === undefined) return UNKNOWN;
  const collection = evaluateNode(collectionNode, source, scope);
  if (collection === INVALID) return INVALID;
  if (collection === null) return [];
  const each = (item: Value) => (eachNode ? evaluateEach(eachNode, source, { ...scope, item }) : item);
  if (isList(collection)) return wholeOf(collection.map(each));
  if (!(collection instanceof Expression)) return wholeOf([each(collection)]);
  if (!collection.only) return madeOf([collection]);
  const { resources, attribute } = collection.only;
  if (attribute !== "") return madeOf([collection]);
  return resources.map((resource) =>
    each(new Expression({ parts: [{ resources: [resource], attribute: "", certain: true }] })),
  );
}

/** What follows a `[*]`, of one element. */
function evaluateEach(node: Node, source: string, scope: Scope): Value {
  if (node.type !== "relativeTraversal") return evaluateNode(node, source, scope);
  const [inner] = node.children;
  return descend(inner ? evaluateEach(inner, source, scope) : (scope.item ?? UNKNOWN), segments(node.meta.traversal));
}

function evaluateFor(node: TFExpressionSyntaxTree.ForExpression, source: string, scope: Scope): Value {
  const { keyVar, valVar, conditionalExpression, keyExpression, groupedValue } = node.meta;
  const [collectionNode, ...others] = node.children;
  const keyNode = keyExpression ? others.shift() : undefined;
  const [valueNode, conditionNode] = others;
  if (collectionNode === undefined || valueNode === undefined) return UNKNOWN;
  const collection = evaluateNode(collectionNode, source, scope);
  if (collection === INVALID) return INVALID;
  const elements = elementsOf(collection);
  // Of whatever elements there are, what is made of each of them is made of the same things.
  const whichever = () => {
    const inner = scopeWith(scope, { ...(keyVar && { [keyVar]: UNKNOWN }), [valVar]: madeOf([collection]) });
    return madeOf([
      collection,
      ...(keyNode ? [keyNode, valueNode] : [valueNode]).map((one) => evaluateNode(one, source, inner)),
    ]);
  };
  if (elements === undefined || (conditionalExpression && !conditionNode)) return whichever();
  const scopes = elements.map(([key, value]) =>
    scopeWith(scope, { ...(keyVar && { [keyVar]: key }), [valVar]: value }),
  );
  const holds = scopes.map((inner) => (conditionNode ? known(evaluateNode(conditionNode, source, inner)) : true));
  if (holds.some((one) => typeof one !== "boolean")) return whichever();
  const kept = scopes.filter((_, index) => holds[index]);
  const values = kept.map((inner) => evaluateNode(valueNode, source, inner));
  const keys = keyNode ? kept.map((inner) => evaluateNode(keyNode, source, inner)) : undefined;
  if (values.includes(INVALID) || keys?.includes(INVALID)) return INVALID;
  return keys ? objectOf(keys, values, groupedValue) : values;
}

function scopeWith(scope: Scope, names: Readonly<Record<string, Value>>): Scope {
  return {
    ...scope,
    resolve: (steps) => {
      const [name = ""] = steps;
      const value = Object.hasOwn(names, name) ? names[name] : undefined;
      return value === undefined ? scope.resolve(steps) : { value, used: 1 };
    },
  };
}

/** @param isGrouped each key has a list of all its values, by `...` */
function objectOf(keys: readonly Value[], values: readonly Value[], isGrouped: boolean): Value {
  const entries = new Map<string, Value>();
  for (const [index, key] of keys.entries()) {
    const name = known(key);
    if (typeof name !== "string" && typeof name !== "number") return madeOf(values);
    const value = values[index] as Value;
    const before = entries.get(String(name));
    entries.set(String(name), isGrouped ? [...(isList(before) ? before : []), value] : value);
  }
  return Object.fromEntries(entries);
}

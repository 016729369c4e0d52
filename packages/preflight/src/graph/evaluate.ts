import { bodies, labelled, plain } from "./blocks.ts";
import { elementsOf } from "./elements.ts";
import { evaluateText, type Scope, type SyntaxTrees } from "./expression.ts";
import { type Block, Expression, isBlock, isList, referencesIn, text, UNKNOWN, type Value } from "./value.ts";

/** A value as it is written: every text in it evaluated, and its `dynamic` blocks expanded. */
export function evaluateValue(value: Value, scope: Scope, trees: SyntaxTrees): Value {
  if (typeof value === "string") return evaluateText(value, scope, trees);
  if (isList(value)) return value.map((item) => evaluateValue(item, scope, trees));
  return isBlock(value) ? evaluateBlock(value, scope, trees) : value;
}

/** @param except arguments that are left out */
export function evaluateBlock(body: Block, scope: Scope, trees: SyntaxTrees, except?: ReadonlySet<string>): Block {
  const values: Record<string, Value> = {};
  for (const name of Object.keys(body)) {
    const value = body[name] as Value;
    if (except?.has(name)) continue;
    if (name === "dynamic") addDynamicBlocks(values, value, body, scope, trees);
    else values[keyOf(name, scope, trees)] ??= evaluateValue(value, scope, trees);
  }
  return values;
}

function keyOf(name: string, scope: Scope, trees: SyntaxTrees): string {
  return name.includes("${") ? (text(evaluateText(name, scope, trees)) ?? name) : name;
}

/** `dynamic` blocks beside the written ones of the same kind. */
function addDynamicBlocks(
  values: Record<string, Value>,
  dynamic: Value,
  body: Block,
  scope: Scope,
  trees: SyntaxTrees,
): void {
  for (const { labels, body: dynamicBody } of labelled(dynamic, 1)) {
    const [name = ""] = labels;
    values[name] ??= body[name] === undefined ? [] : evaluateValue(body[name], scope, trees);
    const before = [values[name]].flat() as Value[];
    values[name] = [...before, ...expandDynamicBlock(name, dynamicBody, scope, trees)];
  }
}

function expandDynamicBlock(name: string, body: Block, scope: Scope, trees: SyntaxTrees): Value[] {
  const collection = evaluateValue(body.for_each ?? UNKNOWN, scope, trees);
  const elements = elementsOf(collection);
  const [content] = bodies(body.content);
  if (elements === undefined || content === undefined) {
    const references = referencesIn(collection).map((reference) => ({ ...reference, certain: false }));
    return [references.length === 0 ? UNKNOWN : new Expression({ references })];
  }
  const iterator = typeof body.iterator === "string" ? plain(body.iterator) : name;
  return elements.map(([key, value]) =>
    evaluateBlock(
      content,
      {
        resolve: (steps) =>
          steps[0] === iterator ? { value: steps[1] === "key" ? key : value, used: 2 } : scope.resolve(steps),
      },
      trees,
    ),
  );
}

import type { TFExpressionSyntaxTree } from "@cdktf/hcl2json";
import { evaluateNode, keyOfItem, NAMELESS, type SyntaxTrees } from "./expression.ts";
import { isBlock, isList, type Value } from "./value.ts";

type Node = TFExpressionSyntaxTree.ExpressionType;

/** A value as a variable of a type has it: attributes that are left out are null, or what `optional` names. */
export function convertTo(type: Value | undefined, value: Value, trees: SyntaxTrees): Value {
  const source = typeof type === "string" ? /^\$\{(.*)\}$/s.exec(type)?.[1]?.trim() : undefined;
  const tree = source === undefined ? undefined : trees.expressions.get(source);
  return source === undefined || tree === undefined || Array.isArray(tree)
    ? value
    : convert(tree as Node, value, source);
}

function convert(type: Node, value: Value, source: string): Value {
  if (type.type !== "function") return value;
  const [of] = type.children;
  if (of === undefined) return value;
  switch (type.meta.name) {
    case "object":
      return isBlock(value) ? convertObject(of, value, source) : value;
    case "map":
      return isBlock(value)
        ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, convert(of, one, source)]))
        : value;
    case "list":
    case "set":
      return isList(value) ? value.map((one) => convert(of, one, source)) : value;
    default:
      return value;
  }
}

function convertObject({ children }: Node, value: Readonly<Record<string, Value>>, source: string): Value {
  const converted: Record<string, Value> = {};
  for (let index = 0; index + 1 < children.length; index += 2) {
    const [keyNode, type] = [children[index] as Node, children[index + 1] as Node];
    const name = keyOfItem(keyNode, source);
    if (name === undefined) return value;
    const isOptional = type.type === "function" && type.meta.name === "optional";
    const [inner = type, otherwise] = isOptional ? type.children : [type];
    const given = value[name] ?? (otherwise ? evaluateNode(otherwise, source, NAMELESS) : null);
    converted[name] = given === null ? null : convert(inner, given, source);
  }
  return converted;
}

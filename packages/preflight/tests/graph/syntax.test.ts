import { getExpressionAst, type TFExpressionSyntaxTree } from "@cdktf/hcl2json";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSyntax } from "../../src/graph/syntax.ts";

type Node = TFExpressionSyntaxTree.ExpressionType;

interface Meta {
  readonly traversal?: readonly { readonly segment: string }[];
  readonly keyExpression?: string;
  readonly conditionalExpression?: string;
  readonly [name: string]: unknown;
}

/** What is evaluated of a tree: of an item's name that is no expression, where it stands. */
function evaluated(node: Node, parent?: Node): unknown {
  const meta = (node.meta ?? {}) as Meta;
  const picked = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, meta[name]]));
  const steps = meta.traversal?.map(({ segment }) => segment);
  const ofType: Record<string, object> = {
    literalValue: { valueType: meta.type, ...picked("value") },
    function: picked("name", "expandedFinalArgument"),
    binaryOp: picked("operator"),
    unaryOp: picked("operator"),
    scopeTraversal: { steps },
    relativeTraversal: { steps },
    for: {
      ...picked("keyVar", "valVar", "groupedValue"),
      hasKey: Boolean(meta.keyExpression),
      hasCondition: Boolean(meta.conditionalExpression),
    },
  };
  const isName = parent?.type === "object" && (node.type as string) === "" && node.children.length === 0;
  return {
    type: node.type,
    ...ofType[node.type],
    ...(isName && { from: node.range.start.byte, to: node.range.end.byte }),
    children: node.children.map((child) => evaluated(child, node)),
  };
}

const ofAllOfHcl = async (text: string) => evaluated((await getExpressionAst("expression.tf", text)) as Node);

/** Some text that looks like an expression, and mostly is one. */
const expressions = fc.letrec<{ any: string; step: string }>((tie) => {
  const any = tie("any");
  const name = fc.constantFrom("a", "var", "x-1", "_y", "for", "if", "in", "null", "true", "é");
  const piece = fc.oneof(
    fc.constantFrom("x", " ", "$", "%", "$$", "$${", "%%{", "%{ if a }", "\\n", '\\"', "\\u00e9", "\n", "é"),
    any.map((one) => `\${${one}}`),
  );
  return {
    step: fc.oneof(
      { withCrossShrink: true },
      name.map((one) => `.${one}`),
      fc.constantFrom(".0", ".0.1", '["k"]', '["a.b"]', '["\\""]', "[0]", "[*]", ".*", "[-1]", " .b", ". b"),
      any.map((one) => `[${one}]`),
    ),
    any: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      name,
      fc.constantFrom("1", "1.5e3", "0x1", '""', '"x"', "-1", "[]", "{}", "f()", "<<E\nx\nE\n", "a # b"),
      fc.tuple(name, fc.array(tie("step"), { maxLength: 4 })).map(([first, steps]) => first + steps.join("")),
      fc.tuple(any, tie("step")).map(([one, step]) => `(${one})${step}`),
      fc
        .tuple(fc.constantFrom("f", "try", "a::b"), fc.array(any, { maxLength: 3 }), fc.constantFrom("", ",", "..."))
        .map(([called, values, end]) => `${called}(${values.join(", ")}${end})`),
      fc
        .tuple(any, fc.constantFrom("+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "\n+", "=>", "<<"), any)
        .map(([left, sign, right]) => `${left} ${sign} ${right}`),
      fc.tuple(fc.constantFrom("-", "!", "- "), any).map(([sign, one]) => sign + one),
      fc.tuple(any, any, any).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
      fc.array(any, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
      fc
        .tuple(
          fc.array(fc.tuple(fc.oneof(name, any), fc.constantFrom("=", " = ", ": "), any), { maxLength: 3 }),
          fc.constantFrom(", ", "\n", ",\n", " "),
        )
        .map(([items, between]) => `{${items.map((item) => item.join("")).join(between)}}`),
      fc.array(piece, { maxLength: 4 }).map((pieces) => `"${pieces.join("")}"`),
      fc
        .tuple(name, any, any, fc.constantFrom("", " if x"))
        .map(([item, all, one, rest]) => `[for ${item} in ${all} : ${one}${rest}]`),
      fc
        .tuple(any, any, any, fc.constantFrom("", "...", " if x", "... if x"))
        .map(([all, key, one, rest]) => `{for k, v in ${all} : ${key} => ${one}${rest}}`),
    ),
  };
}).any;

describe("an expression is parsed without the parser of all of HCL", () => {
  it.each([
    'one([for proof in a.b : proof.c if proof.d == "x"])',
    'replace(join("/", [a.b, a["c"][0].d]), "arn:", "")',
    '{ a = 1, "b" : 2, (c) = 3, c.d = 4, for = 5, null = [true, null] }',
    "{\n  a = x[*].b\n  c = f(\n a...)\n}",
    "{ for k, v in m : k => v... if !v.off }",
    'a ? "x${b}y" : c[d].e - -1',
    '"$${a} %%{b} 100% $5 \\"${f("y")}\\n"',
    "object({ a = optional(string, null), b = list(map(any)) })",
    "a[*].b[0].c == 1.5e3 || (a || b).c && a < b",
  ])("%s", async (text) => {
    const tree = parseSyntax(text);
    expect(tree && evaluated(tree)).toEqual(await ofAllOfHcl(text));
  });

  it("as that one parses it, or left to that one", async () => {
    await fc.assert(
      fc.asyncProperty(expressions, async (text) => {
        const tree = parseSyntax(text);
        if (tree) expect(evaluated(tree)).toEqual(await ofAllOfHcl(text));
      }),
      { numRuns: 300 },
    );
  });

  it("or left to that one where it is nested too deep", () => {
    expect(parseSyntax("(".repeat(100_000))).toBeUndefined();
  });
});

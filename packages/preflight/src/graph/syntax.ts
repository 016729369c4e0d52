import type { TFExpressionSyntaxTree } from "@cdktf/hcl2json";

type Node = TFExpressionSyntaxTree.ExpressionType;

/** Operators of two sides, each line before all below it. Source: https://developer.hashicorp.com/terraform/language/expressions/operators */
const OPERATORS: readonly Readonly<Record<string, string>>[] = [
  { "||": "logicalOr" },
  { "&&": "logicalAnd" },
  { "==": "equal", "!=": "notEqual" },
  { "<=": "lessThanOrEqual", ">=": "greaterThanOrEqual", "<": "lessThan", ">": "greaterThan" },
  { "+": "add", "-": "subtract" },
  { "*": "multiply", "/": "divide", "%": "modulo" },
];

const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const DIGITS = /\d+(?!\d|\.\d)/y;
const KEY = /[A-Za-z_][A-Za-z0-9_-]*(?=[ \t]*(?:=(?![=>])|:))/y;
const TEXT = /(?:[^"\\$%\n]|\\[nrt"\\]|\$(?![${])|%(?![%{])|\$\$\{|%%\{)*/y;
const SPACE = /[ \t\r\n]*/y;
const SPACE_IN_LINE = /[ \t\r]*/y;

/**
 * Parses a Terraform expression into what `getExpressionAst` of @cdktf/hcl2json makes of it, as far as it is evaluated here.
 * That parser is the whole of HCL as WebAssembly, and starting it takes longer than all else that preflight does.
 *
 * @returns undefined for what is left to that parser: heredocs, directives, comments, `.*`, and whatever is wrong
 */
export function parseSyntax(source: string): Node | undefined {
  try {
    return new Parser(source).whole();
  } catch (error) {
    if (error instanceof NotParsed || error instanceof RangeError) return undefined; // RangeError: nested too deep
    throw error;
  }
}

class NotParsed extends Error {}

function node(type: string, children: readonly unknown[], meta: object = {}): Node {
  return { type, children, meta } as unknown as Node;
}

class Parser {
  private at = 0;
  /** Between the items of an object, the end of a line counts. */
  private space = SPACE;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  whole(): Node {
    const expression = this.expression();
    this.skipSpace();
    return this.at === this.source.length ? expression : this.fail();
  }

  private fail(): never {
    throw new NotParsed();
  }

  private skipSpace(): void {
    this.match(this.space);
  }

  /** What stands here, as it is written; undefined where something else does. */
  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private take(mark: string): boolean {
    this.skipSpace();
    const isHere = this.source.startsWith(mark, this.at);
    if (isHere) this.at += mark.length;
    return isHere;
  }

  private need(mark: string): void {
    if (!this.take(mark)) this.fail();
  }

  private takeName(): string | undefined {
    this.skipSpace();
    return this.match(NAME);
  }

  private takeWord(word: string): boolean {
    const before = this.at;
    if (this.takeName() === word) return true;
    this.at = before;
    return false;
  }

  private withSpace<T>(space: RegExp, parse: () => T): T {
    const before = this.space;
    this.space = space;
    const parsed = parse();
    this.space = before;
    return parsed;
  }

  private expression(): Node {
    const condition = this.operation(0);
    if (!this.take("?")) return condition;
    const whenTrue = this.expression();
    this.need(":");
    return node("conditional", [condition, whenTrue, this.expression()]);
  }

  private operation(level: number): Node {
    const operators = OPERATORS[level];
    if (operators === undefined) return this.operand();
    let left = this.operation(level + 1);
    for (;;) {
      const sign = Object.keys(operators).find((one) => this.take(one));
      if (sign === undefined) return left;
      left = node("binaryOp", [left, this.operation(level + 1)], { operator: operators[sign] });
    }
  }

  private operand(): Node {
    if (this.take("-")) return node("unaryOp", [this.operand()], { operator: "negate" });
    if (this.take("!")) return node("unaryOp", [this.operand()], { operator: "logicalNot" });
    let value = this.term();
    for (let next = this.withStep(value); next !== undefined; next = this.withStep(value)) value = next;
    return value;
  }

  /** A value with the attribute, index or splat behind it; undefined where there is none. */
  private withStep(value: Node): Node | undefined {
    this.skipSpace();
    if (this.source.startsWith("...", this.at)) return undefined;
    if (this.take(".")) return addStep(value, this.match(NAME) ?? this.match(DIGITS) ?? this.fail());
    if (!this.take("[")) return undefined;
    if (this.take("*")) return this.splat(value);
    const key = this.inside("]");
    const step = this.stepOf(key);
    return step === undefined ? node("index", [value, key]) : addStep(value, step);
  }

  /** An index that is written out, as the step of a traversal; undefined for one that is computed. */
  private stepOf(key: Node): string | undefined {
    if (key.type === "literalValue") return /^(?:0|[1-9]\d*)$/.test(key.meta.value) ? key.meta.value : this.fail();
    const [text] = key.type === "template" ? key.children : [];
    if (text?.type !== "literalValue" || key.children.length > 1) return undefined;
    return /[\\$%]/.test(text.meta.value) ? this.fail() : `"${text.meta.value}"`;
  }

  private splat(value: Node): Node {
    this.need("]");
    let each = node("", []);
    for (let next = this.withStep(each); next !== undefined; next = this.withStep(each)) {
      if (next.type !== "relativeTraversal") this.fail();
      each = next;
    }
    return node("splat", [value, each]);
  }

  private term(): Node {
    if (this.take("(")) return node("", [this.inside(")")]);
    if (this.take('"')) return this.text();
    if (this.take("[")) return this.withSpace(SPACE, () => (this.takeWord("for") ? this.forList() : this.tuple()));
    if (this.take("{")) return this.withSpace(SPACE, () => (this.takeWord("for") ? this.forObject() : this.object()));
    const number = this.match(NUMBER);
    if (number !== undefined) return node("literalValue", [], { type: "number", value: number });
    const name = this.takeName() ?? this.fail();
    if (this.take("(")) return this.withSpace(SPACE, () => this.call(name));
    if (name === "null") return node("literalValue", [], { type: "dynamic", value: name });
    if (name === "true" || name === "false") return node("literalValue", [], { type: "bool", value: name });
    return node("scopeTraversal", [], { traversal: [{ segment: name }] });
  }

  private inside(end: string): Node {
    return this.withSpace(SPACE, () => {
      const expression = this.expression();
      this.need(end);
      return expression;
    });
  }

  private text(): Node {
    const parts: Node[] = [];
    for (;;) {
      const text = this.match(TEXT) ?? "";
      if (text !== "") parts.push(node("literalValue", [], { type: "string", value: text }));
      if (this.match(/"/y)) break;
      if (!this.match(/\$\{(?!~)/y)) this.fail();
      parts.push(this.inside("}"));
    }
    const [only] = parts;
    if (only === undefined) return node("template", [node("literalValue", [], { type: "string", value: "" })]);
    const isText = only.type === "literalValue" && only.meta.type === "string";
    return node(parts.length === 1 && !isText ? "templateWrap" : "template", parts);
  }

  private tuple(): Node {
    const items: Node[] = [];
    while (!this.take("]")) {
      items.push(this.expression());
      if (this.take(",")) continue;
      this.need("]");
      break;
    }
    return node("tuple", items);
  }

  private call(name: string): Node {
    const values: Node[] = [];
    let expandedFinalArgument = false;
    while (!this.take(")")) {
      values.push(this.expression());
      expandedFinalArgument = this.take("...");
      if (!expandedFinalArgument && this.take(",")) continue;
      this.need(")");
      break;
    }
    return node("function", values, { name, expandedFinalArgument });
  }

  private object(): Node {
    const items: Node[] = [];
    while (!this.take("}")) {
      const isSeparated = this.withSpace(SPACE_IN_LINE, () => {
        items.push(this.key());
        if (!this.take("=")) this.need(":");
        items.push(this.expression());
        return this.take(",") || this.take("\n");
      });
      if (isSeparated) continue;
      this.need("}");
      break;
    }
    return node("object", items);
  }

  /** A name is its own value, by where it stands, as bytes; anything else is an expression. */
  private key(): Node {
    this.skipSpace();
    const start = this.at;
    const name = this.match(KEY);
    if (name === undefined) return node("", [this.expression()]);
    const byte = Buffer.byteLength(this.source.slice(0, start));
    const range = { start: { byte }, end: { byte: byte + name.length } };
    return { ...node("", []), range } as Node;
  }

  private forList(): Node {
    const { collection, ...names } = this.forHead();
    const value = this.expression();
    const condition = this.condition();
    this.need("]");
    return node("for", [collection, value, ...condition], {
      ...names,
      groupedValue: false,
      ...conditionMeta(condition),
    });
  }

  private forObject(): Node {
    const { collection, ...names } = this.forHead();
    const key = this.expression();
    this.need("=>");
    const value = this.expression();
    const groupedValue = this.take("...");
    const condition = this.condition();
    this.need("}");
    const meta = { ...names, keyExpression: "key", groupedValue, ...conditionMeta(condition) };
    return node("for", [collection, key, value, ...condition], meta);
  }

  private forHead() {
    const first = this.takeName() ?? this.fail();
    const second = this.take(",") ? (this.takeName() ?? this.fail()) : undefined;
    if (!this.takeWord("in")) this.fail();
    const collection = this.expression();
    this.need(":");
    return { collection, keyVar: second === undefined ? "" : first, valVar: second ?? first };
  }

  private condition(): readonly Node[] {
    return this.takeWord("if") ? [this.expression()] : [];
  }
}

function conditionMeta(condition: readonly Node[]) {
  return condition.length > 0 ? { conditionalExpression: "condition" } : {};
}

function addStep(value: Node, segment: string): Node {
  const isTraversal = value.type === "scopeTraversal" || value.type === "relativeTraversal";
  if (!isTraversal) return node("relativeTraversal", [value], { traversal: [{ segment }] });
  return node(value.type, value.children, { traversal: [...value.meta.traversal, { segment }] });
}

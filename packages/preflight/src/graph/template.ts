/** A piece of a Terraform string: text, or the expression between `${` and `}`. */
export type Piece = string | { readonly expression: string };

/** What an attribute of another resource, or of a local or variable, looks like: names, and indices that are written out. */
const STEP = String.raw`\.[A-Za-z0-9_-]+|\[\d+\]|\["[^"\\$]*"\]`;
const TRAVERSAL = new RegExp(`^[A-Za-z_][A-Za-z0-9_-]*(?:${STEP})*$`);
const STEPS = new RegExp(`^[A-Za-z_][A-Za-z0-9_-]*|${STEP}`, "g");

/** Where a Terraform string is more than text: an escaped brace, an expression, a directive. */
const OPENING = /\$\$\{|%%\{|\$\{|%\{/g;

/** Whether a Terraform string may be more than its text. */
export function isTemplate(text: string): boolean {
  return text.includes("${") || text.includes("%{");
}

/**
 * Takes a Terraform string apart.
 *
 * @returns undefined where it holds a directive (`%{ if … }`) or an expression that does not end
 */
export function splitTemplate(text: string): Piece[] | undefined {
  if (!isTemplate(text)) return [text];
  const pieces: Piece[] = [];
  let literal = "";
  let done = 0;
  for (const { 0: opening, index } of text.matchAll(OPENING)) {
    if (index < done) continue; // inside an expression
    literal += text.slice(done, index);
    done = index + opening.length;
    if (opening === "%{") return undefined;
    if (opening !== "${") {
      literal += opening.slice(1);
      continue;
    }
    const end = endOfExpression(text, done);
    if (end === undefined) return undefined;
    if (literal !== "") pieces.push(literal);
    literal = "";
    pieces.push({ expression: plainExpression(text.slice(done, end)) });
    done = end + 1;
  }
  literal += text.slice(done);
  if (literal !== "" || pieces.length === 0) pieces.push(literal);
  return pieces;
}

/** An expression without the marks that strip the space around it: `${~ a ~}`. */
function plainExpression(text: string): string {
  return text.replace(/^~|~$/g, "").trim();
}

/** Where the brace is that ends an expression, past braces and texts inside it. */
function endOfExpression(text: string, start: number): number | undefined {
  const first = text.indexOf("}", start);
  if (first < 0) return undefined;
  if (!/["{]/.test(text.slice(start, first))) return first;
  const open: ("{" | '"')[] = [];
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (open.at(-1) === '"') index += skippedInText(text, index, open);
    else if (character === '"' || character === "{") open.push(character);
    else if (character === "}" && open.pop() === undefined) return index;
  }
  return undefined;
}

/** Opens and closes what a character of a quoted text opens and closes; returns how many after it belong to it. */
function skippedInText(text: string, index: number, open: ("{" | '"')[]): number {
  const character = text[index];
  if (character === "\\") return 1;
  if (character === '"') open.pop();
  if (character !== "$" || text[index + 1] !== "{") return 0;
  open.push("{");
  return 1;
}

/** Turns a set into a list so that it can be indexed: the elements stay what they are. */
const CONVERSION = /^(?:tolist|toset)\(([^()]*)\)/;

/** Reads `aws_subnet.a.id`, `var.tags["x"]` or `tolist(a.b.c)[0].d` into its steps; undefined for anything that computes. */
export function readTraversal(expression: string): string[] | undefined {
  const plain = expression.replace(CONVERSION, "$1");
  if (!TRAVERSAL.test(plain)) return undefined;
  return (plain.match(STEPS) ?? []).map((step) => step.replace(/^\.|^\["?|"?\]$/g, ""));
}

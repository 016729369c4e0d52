/** A piece of a Terraform string: text, or the expression between `${` and `}`. */
export type Piece = string | { readonly expression: string };

/** What an attribute of another resource, or of a local or variable, looks like: names, and indices that are written out. */
const STEP = String.raw`\.[A-Za-z0-9_-]+|\[\d+\]|\["[^"\\$]*"\]`;
const TRAVERSAL = new RegExp(`^[A-Za-z_][A-Za-z0-9_-]*(?:${STEP})*$`);
const STEPS = new RegExp(`^[A-Za-z_][A-Za-z0-9_-]*|${STEP}`, "g");

/**
 * Takes a Terraform string apart.
 *
 * @returns undefined where it holds a directive (`%{ if … }`) or an expression that does not end
 */
export function splitTemplate(text: string): Piece[] | undefined {
  if (!text.includes("${") && !text.includes("%{")) return [text];
  const pieces: Piece[] = [];
  let literal = "";
  for (let index = 0; index < text.length; index++) {
    const opening = text.slice(index, index + 2);
    if ((opening === "$$" || opening === "%%") && text[index + 2] === "{") {
      literal += text.slice(index + 1, index + 3);
      index += 2;
    } else if (opening === "%{") {
      return undefined;
    } else if (opening === "${") {
      const end = endOfExpression(text, index + 2);
      if (end === undefined) return undefined;
      if (literal !== "") pieces.push(literal);
      literal = "";
      pieces.push({
        expression: text
          .slice(index + 2, end)
          .replace(/^~|~$/g, "")
          .trim(),
      });
      index = end;
    } else {
      literal += text[index];
    }
  }
  if (literal !== "" || pieces.length === 0) pieces.push(literal);
  return pieces;
}

/** Where the brace is that ends an expression, past braces and texts inside it. */
function endOfExpression(text: string, start: number): number | undefined {
  const open: ("{" | '"')[] = [];
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (open.at(-1) === '"') {
      if (character === "\\") index++;
      else if (character === '"') open.pop();
      else if (character === "$" && text[index + 1] === "{") {
        open.push("{");
        index++;
      }
    } else if (character === '"' || character === "{") {
      open.push(character);
    } else if (character === "}") {
      if (open.pop() === undefined) return index;
    }
  }
  return undefined;
}

/** Turns a set into a list so that it can be indexed: the elements stay what they are. */
const CONVERSION = /^(?:tolist|toset)\(([^()]*)\)/;

/** Reads `aws_subnet.a.id`, `var.tags["x"]` or `tolist(a.b.c)[0].d` into its steps; undefined for anything that computes. */
export function readTraversal(expression: string): string[] | undefined {
  const plain = expression.replace(CONVERSION, "$1");
  if (!TRAVERSAL.test(plain)) return undefined;
  return (plain.match(STEPS) ?? []).map((step) => step.replace(/^\.|^\["?|"?\]$/g, ""));
}

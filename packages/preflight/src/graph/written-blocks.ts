import { isExpression } from "./plan-modules.ts";
import { type Block, isBlock, isEmpty, isList, type Value } from "./value.ts";

/** Of more blocks than these, each is compared with none but that in its place. */
const MOST_BLOCKS = 300;

/**
 * Which of the written blocks each planned one comes from, each of them once: sets have no order, so what is known of both
 * tells. Blocks that are alike may stand for each other, unless a `dynamic` block makes more of them.
 *
 * @param unknown marks of what is not known yet of each planned one
 */
export function pairedWith(
  expressions: Value | undefined,
  planned: readonly Value[],
  unknown: Value | undefined,
): (Block | undefined)[] {
  if (!isList(expressions)) return planned.map(() => (isBlock(expressions) ? expressions : undefined));
  if (planned.length > MOST_BLOCKS)
    return planned.map((_, index) => expressions[index]).map((one) => (isBlock(one) ? one : undefined));
  const left = new Set(expressions.filter(isBlock));
  const hasOthers = planned.length > left.size;
  const scoreOf = (written: Block, index: number) =>
    likeness(written, planned[index], isList(unknown) ? unknown[index] : undefined);
  const fitting = (written: Block) => planned.filter((_, index) => scoreOf(written, index) !== undefined).length;
  const isClear = hasOthers ? (written: Block) => fitting(written) === 1 : () => true;
  const found = planned.map((_, index) => {
    let best: { readonly written: Block; readonly score: number } | undefined;
    for (const written of left) {
      const score = scoreOf(written, index);
      if (score !== undefined && score > (best?.score ?? -1) && isClear(written)) best = { written, score };
    }
    if (best) left.delete(best.written);
    return best?.written;
  });
  // What fits nothing, such as a text that the provider writes otherwise, is in its place.
  return found.map((fit, index) => {
    const own = expressions[index];
    return fit ?? (!hasOthers && isBlock(own) && left.has(own) ? own : undefined);
  });
}

/** How much of a written block is in a planned one; undefined where it is another one. */
function likeness(written: Block, planned: Value | undefined, unknown: Value | undefined): number | undefined {
  if (!isBlock(planned)) return undefined;
  const marks = isBlock(unknown) ? unknown : {};
  let score = 0;
  for (const [name, value] of Object.entries(written)) {
    const isThere = !isEmpty(planned[name]) || (marks[name] !== undefined && marks[name] !== false);
    if (isConstant(value) && !isSame(value.constant_value, planned[name])) return undefined;
    if (isExpression(value) && !isThere) return undefined;
    if (isThere) score += 1;
  }
  return score;
}

/** What is written without anything that Terraform computes. */
export function isConstant(value: Value | undefined): value is Block {
  return isBlock(value) && "constant_value" in value && !isExpression(value);
}

/** Null is whatever the provider makes of it; `80` and `"80"` are the same, and so are lists in another order. */
function isSame(written: Value | undefined, planned: Value | undefined): boolean {
  if (written === null || written === undefined) return true;
  if (isList(written) && isList(planned))
    return written.length === planned.length && written.map(textOf).sort().join() === planned.map(textOf).sort().join();
  return planned !== undefined && textOf(written) === textOf(planned);
}

const textOf = (value: Value): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

/**
 * The blocks of an attribute that takes blocks, such as the rules of a security group: a plan pools what they refer to,
 * but where the configuration is in JSON, it has the text of each block, too.
 *
 * @returns undefined where there is no such text
 */
export function blocksInJson(expression: Value | undefined): Block[] | undefined {
  if (!isExpression(expression) || !isList(expression.constant_value)) return undefined;
  const written = expression.constant_value;
  if (!written.every(isBlock) || written.length > MOST_BLOCKS) return undefined;
  return written.map((block) =>
    Object.fromEntries(
      Object.entries(block).map(([name, value]) => {
        const text = JSON.stringify(value);
        if (!/[$%]\{/.test(text)) return [name, { constant_value: value }];
        return [name, { references: expression.references.filter((reference) => isNamedIn(text, reference)) }];
      }),
    ),
  );
}

/** `aws_subnet.a` is in `${aws_subnet.a.id}`, and not in `${aws_subnet.ab.id}`. */
function isNamedIn(text: string, reference: string): boolean {
  const quoted = JSON.stringify(reference)
    .slice(1, -1)
    .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w.-])${quoted}(?![\\w-])`).test(text);
}

/** Blocks that a resource has by `dynamic`, of which the configuration part of a plan has nothing. */
export function dynamicBlocks(body: Block | undefined): Block {
  return isBlock(body?.dynamic) ? body.dynamic : {};
}

/** What the configuration part has for a block: a block, or a list of one. */
export function writtenIn(expressions: Value | undefined): Block {
  if (isBlock(expressions)) return expressions;
  return isList(expressions) && isBlock(expressions[0]) ? expressions[0] : {};
}

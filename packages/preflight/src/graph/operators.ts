import { isList, type Json, known, stateOf, type Value } from "./value.ts";

/** What an operator makes of the values on its sides; undefined where that can't be known. @param operator as its syntax node names it */
export function calculate(operator: string, values: readonly Value[]): Value | undefined {
  if (operator === "equal") return isEqual(values);
  if (operator === "notEqual") return not(isEqual(values));
  if (operator === "logicalAnd" || operator === "logicalOr") return join(operator === "logicalOr", values);
  const operands = values.map((value) => known(value));
  if (operands.some((operand) => operand === undefined)) return undefined;
  const [a, b] = operands as [never, never];
  if (operator === "logicalNot") return !a;
  return count(operator, a, b);
}

function not(holds: boolean | undefined): boolean | undefined {
  return holds === undefined ? undefined : !holds;
}

/** Of two conditions, one alone may decide. */
function join(decisive: boolean, values: readonly Value[]): Value | undefined {
  const found = values.map((value) => known(value));
  if (found.includes(decisive)) return decisive;
  return found.includes(undefined) ? undefined : !decisive;
}

function count(operator: string, a: Json, b: Json | undefined): Value | undefined {
  if (typeof a !== "number" || (b !== undefined && typeof b !== "number")) return undefined;
  const [left, right] = [a, b as number];
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

/** Whether two values are the same, as far as that can be known: what is there is not null, whatever it is. */
function isEqual([a, b]: readonly Value[]): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [left, right] = [known(a), known(b)];
  if (left !== undefined && right !== undefined) return JSON.stringify(left) === JSON.stringify(right);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (one === null) return stateOf(other) === "written" ? false : undefined;
    if (isList(one) && isList(other) && one.length !== other.length) return false;
  }
  return undefined;
}

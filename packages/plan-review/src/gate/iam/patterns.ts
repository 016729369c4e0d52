import { matches, pattern } from "@operation-app/preflight/graph";
import { listOf } from "../../plan.ts";
import type { Fields } from "../../policy-documents.ts";

/** Whether an IAM pattern, with `*` and `?`, matches a text, or all that another pattern matches. */
export function isLike(wanted: string, found: string): boolean {
  if (wanted === found) return true;
  const wildcard = wanted.search(/[*?]/);
  // Most begin differently, which is faster to check.
  if (wildcard < 0 || !found.startsWith(wanted.slice(0, wildcard))) return false;
  return matches(pattern(wanted), pattern(found)) === "yes";
}

/** Actions are case-insensitive. */
export function actsLike(wanted: string, found: string): boolean {
  return isLike(wanted.toLowerCase(), found.toLowerCase());
}

export function textsOf(list: unknown): string[] {
  return listOf(list).map(String);
}

/** Whether a statement covers the actions and resources of another one. */
export function holdsAll(statement: Fields, other: Fields): boolean {
  return (
    holdsList(statement, other, "Action", actsLike) &&
    (other.Resource === undefined && other.NotResource === undefined
      ? true
      : holdsList(statement, other, "Resource", isLike))
  );
}

function holdsList(
  statement: Fields,
  other: Fields,
  field: "Action" | "Resource",
  isIn: (wanted: string, found: string) => boolean,
): boolean {
  const excluded = textsOf(statement[`Not${field}`]);
  const otherExcluded = other[`Not${field}`];
  if (statement[`Not${field}`] !== undefined) {
    // All but what it names: the other one must leave out as much.
    return otherExcluded !== undefined && excluded.every((one) => textsOf(otherExcluded).some((two) => isIn(two, one)));
  }
  const wanted = textsOf(statement[field]);
  if (otherExcluded !== undefined) return wanted.some((one) => /^\*(:\*)?$/.test(one));
  return textsOf(other[field]).every((one) => wanted.some((two) => isIn(two, one)));
}

import { compare } from "../differences.ts";
import type { Exception } from "../gate-policy.ts";
import type { Blocked, Found } from "./stop.ts";

/** An exception of the policy, and its effect on a plan. */
export interface JudgedException extends Exception {
  /** `used`: it lets something through. `expired`: its day is over. `unused`: nothing in the plan matches it. */
  readonly state: "used" | "expired" | "unused";
}

/**
 * Leaves out what the policy excepts.
 *
 * @param today YYYY-MM-DD in UTC; an exception holds through its day
 */
export function withoutExcepted(
  found: readonly Found[],
  exceptions: readonly Exception[],
  today: string,
): { readonly blocked: Blocked[]; readonly exceptions: JudgedException[] } {
  const isFor = (exception: Exception, { address, action }: Found) =>
    exception.address === address && exception.action === action;
  const holds = ({ until }: Exception) => today <= until;
  const judged = exceptions.map((exception): JudgedException => {
    const isExpired = !holds(exception);
    const isMatched = found.some((one) => isFor(exception, one));
    return { ...exception, state: isExpired ? "expired" : isMatched ? "used" : "unused" };
  });
  const left = found.filter((one) => !exceptions.some((exception) => isFor(exception, one) && holds(exception)));
  return {
    blocked: left.map((one) => ({ ...one, exception: exceptionLine(one) })),
    exceptions: judged.sort(
      (a, b) => compare(a.address, b.address) || compare(a.action, b.action) || compare(a.until, b.until),
    ),
  };
}

/** The line that lets it through. Its day is left open: the same plan must give the same text tomorrow. */
function exceptionLine({ address, action }: Found): string | undefined {
  if (action === "preflight") return undefined;
  return `{ address: ${JSON.stringify(address)}, action: "${action}", reason: "…", until: "YYYY-MM-DD" },`;
}

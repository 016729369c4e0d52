import { compare } from "../differences.ts";
import type { Exception } from "../policy.ts";
import type { Blocked, Found } from "./stop.ts";

/** An exception of the policy, and what has become of it. */
export interface JudgedException extends Exception {
  /** `used`: it lets something through. `expired`: it would, but its day is over. `unused`: the plan has nothing for it. */
  readonly state: "used" | "expired" | "unused";
}

/** How long the exception holds that is proposed. */
const PROPOSED_DAYS = 7;

/**
 * Takes out what the policy excepts.
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
    blocked: left.map((one) => ({ ...one, code: [...(one.code ?? []), ...exceptionLine(one, today)] })),
    exceptions: judged.sort(
      (a, b) => compare(a.address, b.address) || compare(a.action, b.action) || compare(a.until, b.until),
    ),
  };
}

/** The line that lets it through, once it is meant. */
function exceptionLine({ address, action }: Found, today: string): string[] {
  if (action === "preflight") return [];
  const until = new Date(Date.parse(`${today}T00:00:00Z`) + PROPOSED_DAYS * 86_400_000).toISOString().slice(0, 10);
  return [`{ address: ${JSON.stringify(address)}, action: "${action}", reason: "…", until: "${until}" },`];
}

import type { ChangedObject } from "../changed-objects.ts";
import { isUnknownAt } from "../changed-objects.ts";
import type { Found } from "../stop.ts";
import { testedKeys } from "./conditions.ts";
import { holdsAll } from "./patterns.ts";
import { writtenStatements } from "./planned-policy.ts";

/** Policies of an organization that would forbid less. */
export function lostDenials({ address, type, before, after, unknown }: ChangedObject): Found[] {
  if (type !== "aws_organizations_policy" || isUnknownAt(unknown, "content")) return [];
  const [old, planned] = [before, after].map(({ content }) =>
    writtenStatements(content).filter(({ Effect }) => Effect === "Deny"),
  ) as [ReturnType<typeof writtenStatements>, ReturnType<typeof writtenStatements>];
  const lost = old.filter(
    (one) =>
      !planned.some((other) => {
        const tested = testedKeys(one.Condition);
        return holdsAll(other, one) && [...testedKeys(other.Condition)].every((test) => tested.has(test));
      }),
  );
  if (lost.length === 0) return [];
  const message = `would no longer forbid what ${lost.length === 1 ? "a statement" : `${lost.length} statements`} of it did.`;
  return [{ address, action: "guard-off", message, fix: "Keep its Deny statements." }];
}

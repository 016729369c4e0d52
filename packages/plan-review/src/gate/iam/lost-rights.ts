import { jsonIn } from "../../masking.ts";
import { statementsOf } from "../../policy-documents.ts";
import { type ChangedObject, isUnknownAt } from "../changed-objects.ts";
import { actsLike, textsOf } from "./patterns.ts";

/** Rights that a role has and would not have any more, for whoever reads the review: code that uses them fails after the apply. */
export function lostRights({ address, type, change, before, after, unknown }: ChangedObject): string[] {
  if (type !== "aws_iam_role_policy" || change.change.actions.join() !== "update") return [];
  if (isUnknownAt(unknown, "policy")) return [];
  const [old, planned] = [allowedIn(before.policy), allowedIn(after.policy)];
  const lost = old.filter((action) => !planned.some((one) => actsLike(one, action)));
  if (lost.length === 0) return [];
  const shown = lost.slice(0, MAX_SHOWN).join(", ");
  const rest = lost.length > MAX_SHOWN ? ` and ${lost.length - MAX_SHOWN} more` : "";
  return [`${address} would no longer allow ${shown}${rest}: what still calls it is refused.`];
}

const MAX_SHOWN = 6;

function allowedIn(policy: unknown): string[] {
  const document = typeof policy === "string" ? jsonIn(policy) : undefined;
  const allowed = statementsOf(document).filter(({ Effect }) => Effect === "Allow");
  return [...new Set(allowed.flatMap(({ Action }) => textsOf(Action)))];
}

import type { Graph } from "@operation-app/preflight/graph";
import type { Policy } from "../../gate-policy.ts";
import type { Plan } from "../../plan.ts";
import { changedObjects, goneBuckets } from "../changed-objects.ts";
import type { Found } from "../stop.ts";
import { knownAccounts } from "./accounts.ts";
import { newAdministrators } from "./administrators.ts";
import { loosenedPolicies } from "./loosened.ts";
import { openedPolicies } from "./opened-policies.ts";
import { newShares } from "./shares.ts";
import { lostTlsRefusals } from "./tls-refusals.ts";

/** Policies that would allow more, allow others, or deny less. */
export function judgedPolicies(plan: Plan, graph: Graph, policy: Policy): Found[] {
  const accounts = knownAccounts(plan, policy);
  const objects = changedObjects(plan);
  const gone = goneBuckets(objects);
  return objects.flatMap((object) => {
    const opened = openedPolicies(object, graph, accounts);
    return [
      ...(opened.length > 0 ? opened : loosenedPolicies(object, graph)),
      ...newShares(object, accounts),
      ...newAdministrators(object, graph),
      ...lostTlsRefusals(object, graph, gone),
    ];
  });
}

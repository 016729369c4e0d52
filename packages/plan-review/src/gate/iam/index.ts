import type { Graph } from "../../../../preflight/src/graph/graph.ts";
import type { Policy } from "../../gate-policy.ts";
import type { Plan } from "../../plan.ts";
import type { Found } from "../stop.ts";
import { changedObjects, goneBuckets } from "../values.ts";
import { knownAccounts } from "./accounts.ts";
import { newAdministrators } from "./administrators.ts";
import { openedPolicies } from "./openings.ts";
import { lostTlsRefusals } from "./refusals.ts";
import { newShares } from "./shares.ts";

/** Policies of IAM that would allow more than they did, to others than they did, or refuse less. */
export function judgedPolicies(plan: Plan, graph: Graph, policy: Policy): Found[] {
  const accounts = knownAccounts(plan, policy);
  const objects = changedObjects(plan);
  const gone = goneBuckets(objects);
  return objects.flatMap((object) => [
    ...openedPolicies(object, graph, accounts),
    ...newShares(object, accounts),
    ...newAdministrators(object, graph),
    ...lostTlsRefusals(object, graph, gone),
  ]);
}

import type { CostChange, ResourceChange } from "@operation-app/cost";
import type { Policy } from "../gate-policy.ts";
import type { Found } from "./stop.ts";

/**
 * What adds more to the bill than a policy allows. Each thing counts with the least that it will cost, and one that is
 * excepted with nothing.
 *
 * @param today YYYY-MM-DD in UTC
 */
export function addedCost(cost: CostChange | undefined, { mostAddedUsd, exceptions }: Policy, today: string): Found[] {
  if (cost === undefined || mostAddedUsd === undefined) return [];
  const isExcepted = ({ address }: ResourceChange) =>
    exceptions.some((one) => one.action === "added-cost" && one.address === address && today <= one.until);
  const added = cost.resources.filter(isAdded);
  const sum = cost.resources
    .filter((one) => !(isAdded(one) && isExcepted(one)))
    .reduce((total, { monthly }) => total + monthly.low, 0);
  return added
    .filter((one) => sum > mostAddedUsd || isExcepted(one))
    .map(({ address, monthly }) => ({
      address,
      action: "added-cost",
      message: `would add ${monthly.low.toFixed(2)} USD a month, of ${sum.toFixed(2)} that this plan adds without exceptions: the policy allows ${mostAddedUsd}.`,
      fix: "Choose something smaller, or raise mostAddedUsd in the policy.",
    }));
}

function isAdded({ monthly }: ResourceChange): boolean {
  return monthly.low >= 0.005;
}

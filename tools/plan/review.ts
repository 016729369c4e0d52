import { POLICY_FILE, type Policy, type Review, readPolicy, review } from "@operation-app/plan-review";
import type { Plan } from "@operation-app/plan-review/plan";
import { THOROUGH_RULE } from "@operation-app/preflight";
import { judgedFor } from "../../environments/schema/findings.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { adoptionAdvice } from "../adopt/advice.ts";

/**
 * Reviews an environment's plan by this project's policy, as it stands today.
 *
 * @param source directory of the configuration that it was made of. @default what the plan does not tell is unknown
 * @throws InputError where the policy has mistakes, or the plan is not whole
 */
export async function reviewPlan(environment: Environment, plan: Plan, source?: string): Promise<Review> {
  return review(plan, "the plan", {
    policy: await policyOf(),
    source,
    today: new Date().toISOString().slice(0, 10),
    judgeFindings: (findings, rules) => judgedFor(environment, findings, rules),
    adviceOn: adoptionAdvice(environment),
    moreRules: [THOROUGH_RULE],
    usage: environment.usage,
    region: environment.region,
  });
}

/** This project's policy, or another. It may be TypeScript, which bin/infra, being a bundle, does not take by itself. */
export async function policyOf(file: string = POLICY_FILE): Promise<Policy> {
  if (!file.endsWith(".ts")) return readPolicy(file);
  const unregister = (await import("tsx/esm/api")).register();
  return readPolicy(file).finally(unregister);
}

/** Whether an apply would do anything, if only to the state: a move, say, or an output. */
export function hasChanges({ changes, outputs }: Review): boolean {
  return outputs.length > 0 || changes.some(({ kind }) => kind !== "read");
}

import { join } from "node:path";
import { expect, it } from "vitest";
import production from "../../environments/production.ts";
import { policyWith, reviewOf, stopsOf } from "../../packages/plan-review/tests/support/review.ts";
import { planOfStack } from "../../packages/preflight/tests/support/plan.ts";
import { put, temporaryDirectory } from "../../packages/preflight/tests/support/temporary.ts";
import policy from "../../review-policy.ts";
import { synthesizeText } from "../support/synthesize.ts";

it("lets the first deployment of this project through", async () => {
  const source = temporaryDirectory();
  const stack = synthesizeText(production);
  put(join(source, "cdk.tf.json"), stack);
  const plan = { ...planOfStack(JSON.parse(stack)), complete: true };
  expect(await stopsOf(plan, { policy: policyWith(policy) })).toEqual([]);
  const { notes } = await reviewOf(plan, { policy: policyWith(policy), source });
  expect(notes).toEqual([]);
  expect(await stopsOf(plan)).toEqual([
    "public-ingress aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_443",
    "public-ingress aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_80",
  ]);
});

import { expect, it } from "vitest";
import production from "../../environments/production.ts";
import { policyWith, reviewOf, stopsOf } from "../../packages/plan-review/tests/support/review.ts";
import { planOfStack } from "../../packages/preflight/tests/support/plan.ts";
import policy from "../../review-policy.ts";
import { synthesizeText } from "../support/synthesize.ts";

it("lets the first deployment of this project through", async () => {
  const plan = { ...planOfStack(JSON.parse(synthesizeText(production))), complete: true };
  expect(await stopsOf(plan, { policy: policyWith(policy) })).toEqual([]);
  const { notes } = await reviewOf(plan, { policy: policyWith(policy) });
  expect(notes.map((note) => note.split(":")[0])).toEqual([
    "aws_iam_role_policy.ecs_app_execution_role_policy",
    "aws_iam_role_policy.ecs_app_role_policy",
    "aws_iam_role_policy.ecs_nginx_execution_role_policy",
    "aws_s3_bucket_policy.lb_access_logs_policy",
  ]);
  expect(await stopsOf(plan)).toEqual([
    "public-ingress aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_443",
    "public-ingress aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_80",
  ]);
});

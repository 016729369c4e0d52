import { describe, expect, it } from "vitest";
import { bootstrapStack, withRoles } from "../support/bootstrap-stack.ts";
import { type Changes, synthesize } from "../support/synthesize.ts";
import type { Statement } from "./github-actions/evaluate.ts";
import { may } from "./github-actions/evaluate.ts";

const permissions = [
  { service: "sqs", actions: ["SendMessage"], resources: ["arn:aws:sqs:{region}:{account}:{app}-orders"] },
  { service: "textract", actions: ["DetectDocumentText"], resources: ["*"] },
];
const PERMITTED: Changes = { ecs: { app: { permissions } } };

describe("the permissions of the app", () => {
  it("are its role's, with the names of the environment filled in, and no other role's", () => {
    const stack = synthesize(PERMITTED);
    const statements = stack.statements("aws_iam_role_policy.ecs_app_role_policy");
    expect(statements).toContainEqual({
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: ["arn:aws:sqs:ap-northeast-1:${data.aws_caller_identity.ecs_account.account_id}:operation-app-orders"],
    });
    expect(statements).toContainEqual({ Effect: "Allow", Action: ["textract:DetectDocumentText"], Resource: ["*"] });
    for (const policy of stack.names("aws_iam_role_policy").filter((name) => name !== "ecs_app_role_policy"))
      expect(JSON.stringify(stack.statements(`aws_iam_role_policy.${policy}`))).not.toMatch(/sqs|textract/);
  });

  it("are none unless they are written", () => {
    expect(synthesize().statements("aws_iam_role_policy.ecs_app_role_policy")).toEqual(
      synthesize({ ecs: { app: { permissions: [] } } }).statements("aws_iam_role_policy.ecs_app_role_policy"),
    );
  });

  it("are let through by the boundary, just these", () => {
    const boundary = (changes: Changes): Statement[] =>
      bootstrapStack([withRoles(changes)]).statements("aws_iam_policy.ci_production_boundary");
    const orders = "arn:aws:sqs:ap-northeast-1:123456789012:operation-app-orders";
    expect(may(boundary(PERMITTED), "sqs:SendMessage", orders)).toBe(true);
    expect(may(boundary(PERMITTED), "textract:DetectDocumentText", "*")).toBe(true);
    expect(may(boundary(PERMITTED), "sqs:DeleteQueue", orders)).toBe(false);
    expect(may(boundary(PERMITTED), "sqs:SendMessage", `${orders}-2`)).toBe(false);
    expect(may(boundary({}), "sqs:SendMessage", orders)).toBe(false);
  });

  it("are refused where the boundary has no room for them", () => {
    const resources = Array.from(
      { length: 80 },
      (_, index) => `arn:aws:sqs:{region}:{account}:{app}-orders-number-${index}`,
    );
    const crowded = withRoles({
      ecs: { app: { permissions: [{ service: "sqs", actions: ["SendMessage"], resources }] } },
    });
    expect(() => bootstrapStack([crowded])).toThrow(
      /production\.ts: ecs\.app\.permissions: result in a .* IAM is 6144/,
    );
  });
});

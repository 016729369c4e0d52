import { PLANS_FOLDER } from "../../../modules/github-actions/names.ts";
import { ACCOUNT, bootstrapStack } from "../../support/bootstrap-stack.ts";
import type { Statement } from "./evaluate.ts";

export const stack = bootstrapStack();
export const statements = (address: string): Statement[] => stack.statements(address);
const READ = ["read", "read_named"].flatMap((id) => statements(`aws_iam_policy.ci_production_${id}`));
/** What the role that plans is allowed. */
export const PLAN = [...READ, ...statements("aws_iam_role_policy.ci_production_plan_policy")];
/** What the role that applies is allowed. */
export const APPLY = [
  ...READ,
  ...["write", "write_named"].flatMap((id) => statements(`aws_iam_policy.ci_production_${id}`)),
  ...statements("aws_iam_role_policy.ci_production_apply_policy"),
];

/** What every call of the stack's that is about a role has. */
export const BOUNDED = {
  "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/ci/operation-app-production-boundary`,
};

export const BUCKET = "arn:aws:s3:::operation-app-terraform-state";
export const STATE = `${BUCKET}/production/terraform.tfstate`;
export const LOCK = `${STATE}.tflock`;
export const A_PLAN = `${BUCKET}/${PLANS_FOLDER}production/0a1b2c.tfplan`;
export const secret = (name: string) => `arn:aws:secretsmanager:ap-northeast-1:${ACCOUNT}:secret:${name}-AbCdEf`;
export const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

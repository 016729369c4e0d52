import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects, type TerraformStack } from "cdktf";
import type { Environment } from "../environments/schema/index.ts";
import { boundaryName, ciPolicyArn } from "../modules/github-actions/names.ts";

/**
 * Puts the permissions boundary of the environment on every role of a stack, those of modules yet to be written included.
 * Without a section `ci` there is no such policy, and nobody but a person who makes roles.
 */
export function boundRoles(stack: TerraformStack, { app, name: environment, ci }: Environment): void {
  if (ci === undefined) return;
  const { accountId } = new DataAwsCallerIdentity(stack, "account", {});
  const boundary = ciPolicyArn(accountId, boundaryName({ app, environment }));
  Aspects.of(stack).add({
    visit(construct) {
      if (construct instanceof IamRole) construct.permissionsBoundary = boundary;
    },
  });
}

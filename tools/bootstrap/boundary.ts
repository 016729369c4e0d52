import { GetPolicyCommand, IAMClient, NoSuchEntityException } from "@aws-sdk/client-iam";
import { UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/index.ts";
import { ciIds } from "../../stacks/bootstrap-stack.ts";
import { accountNumber } from "../lib/aws/account.ts";
import { silenceNodeVersionWarning } from "../lib/aws/sdk.ts";

/**
 * Stops where the policy is missing that every role of the environment has as its permissions boundary: IAM would refuse
 * the roles in the middle of an apply.
 *
 * For whatever else is wrong with IAM, Terraform has words of its own.
 *
 * @throws UserError when it is missing, or when the role of GitHub Actions that asks is from before there was one
 */
export async function refuseMissingBoundary(environment: Environment): Promise<void> {
  const { name, ci, region } = environment;
  if (ci === undefined) return;
  silenceNodeVersionWarning();
  const iam = new IAMClient({ region });
  try {
    const { plan, apply, boundary } = ciIds(environment, await accountNumber(region));
    await iam.send(new GetPolicyCommand({ PolicyArn: boundary })).catch((error: Error) => {
      const isOwnRole = [plan, apply].some((role) => error.message.includes(`:assumed-role/${role}/`));
      if (error instanceof NoSuchEntityException || isOwnRole) throw missing(name, boundary);
    });
  } catch (error) {
    if (error instanceof UserError && error.name !== "AwsError") throw error;
  } finally {
    iam.destroy();
  }
}

function missing(environment: string, boundary: string): UserError {
  return new UserError(
    `The permissions boundary of the roles of ${environment}, ${boundary}, is not there, or the roles of GitHub Actions are from before there was one. With credentials of an IAM administrator, run: bin/infra bootstrap ${environment}`,
  );
}

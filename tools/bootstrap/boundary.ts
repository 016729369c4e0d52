import { GetPolicyCommand, IAMClient, NoSuchEntityException } from "@aws-sdk/client-iam";
import { UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/index.ts";
import { DIGEST_TAG, digestOf } from "../../modules/github-actions/digest.ts";
import { ciIds, ciTarget } from "../../stacks/bootstrap-stack.ts";
import { accountNumber } from "../lib/aws/account.ts";
import { silenceNodeVersionWarning } from "../lib/aws/sdk.ts";

/**
 * Stops where the policy is missing that every role of the environment has as its permissions boundary: IAM would refuse
 * the roles in the middle of an apply.
 *
 * For whatever else is wrong with IAM, Terraform has words of its own.
 *
 * @returns what to run where the roles were made by another version of the project, or for other settings
 * @throws UserError when it is missing, or when the role of GitHub Actions that asks is from before there was one
 */
export async function refuseMissingBoundary(environment: Environment): Promise<string | undefined> {
  const { name, ci, region } = environment;
  if (ci === undefined) return undefined;
  silenceNodeVersionWarning();
  const iam = new IAMClient({ region });
  try {
    const account = await accountNumber(region);
    const { plan, apply, boundary } = ciIds(environment, account);
    const found = await iam.send(new GetPolicyCommand({ PolicyArn: boundary })).catch((error: Error) => {
      const isOwnRole = [plan, apply].some((role) => error.message.includes(`:assumed-role/${role}/`));
      if (error instanceof NoSuchEntityException || isOwnRole) throw missing(name, boundary);
    });
    const digest = digestOf(ciTarget(environment, { environments: [environment], existing: { account } }));
    const isCurrent = found?.Policy?.Tags?.some(({ Key, Value }) => Key === DIGEST_TAG && Value === digest);
    return found?.Policy === undefined || isCurrent ? undefined : outdated(name);
  } catch (error) {
    if (error instanceof UserError && error.name !== "AwsError") throw error;
    return undefined;
  } finally {
    iam.destroy();
  }
}

function missing(environment: string, boundary: string): UserError {
  return new UserError(
    `The permissions boundary of the roles of ${environment}, ${boundary}, does not exist, or the roles of GitHub Actions were created without it. With credentials of an IAM administrator, run: bin/infra bootstrap ${environment}`,
  );
}

function outdated(environment: string): string {
  return `The roles of GitHub Actions of ${environment}, and their permissions boundary, were created by another version of this project, or for other settings: AWS may deny new actions. With credentials of an IAM administrator, run: bin/infra bootstrap ${environment}`;
}

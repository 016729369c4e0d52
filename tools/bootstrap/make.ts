import type { Environment } from "../../environments/schema/index.ts";
import { GITHUB_ISSUER } from "../../modules/github-actions/subjects.ts";
import { accountNumber, refuseUnusable, speaksPlainHttp, withS3 } from "../lib/aws/account.ts";
import { makeStateBucket } from "../lib/aws/state-bucket.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { findTerraform } from "../lib/terraform/prerequisites.ts";
import { foreignSettings, refuseToReplace } from "./bucket-settings.ts";
import { findExisting } from "./existing.ts";
import { Run } from "./runs.ts";
import { applyStack } from "./stack.ts";

export interface BootstrapOptions {
  readonly environment: Environment;
  /** Every environment of the project: those that share the bucket share the stack. */
  readonly all: readonly Environment[];
  readonly progress: Progress;
  /** Lets roles go that no environment wants any more. @default false */
  readonly allowDelete?: boolean;
  /** Allows settings of the bucket that were made elsewhere to be replaced. @default false */
  readonly replaceBucketSettings?: boolean;
  /** Ends Terraform in order: what it has begun is finished and written down. */
  readonly signal?: AbortSignal;
}

/**
 * Makes what must be there before an environment is deployed: the bucket of its state, and the roles of GitHub Actions.
 * Run twice, it changes nothing; interrupted, it goes on the next time.
 *
 * The bucket alone is made by a call of the SDK, and everything else, the bucket's settings included, by a Terraform
 * stack whose state is in that bucket from its first moment. The other way, a local state that is moved into the bucket
 * once there is one, has a time in which the only record of what was made is a file on one machine, and a kill between
 * two steps leaves two states or none. Here there is never anything to move: a bucket that is there is imported, whoever
 * or whatever version of this command made it, and so is each role that a killed run made but could not write down.
 *
 * @returns the account's number
 * @throws AwsError when the bucket belongs to another account, or AWS can't be asked; UserError when the bucket has settings
 *   that were made elsewhere, or Terraform fails
 */
export async function bootstrap({
  environment,
  all,
  progress,
  allowDelete = false,
  replaceBucketSettings = false,
  signal,
}: BootstrapOptions): Promise<string> {
  const { name, state, region } = environment;
  const { bucket } = state;
  await findTerraform();
  const account = await accountNumber(region);
  progress.step("State bucket");
  const status = await withS3(region, (s3) => makeStateBucket(s3, { bucket, region, owner: account }));
  refuseUnusable(status, environment);
  progress.fact(`State bucket ${bucket} in ${region}: ${status === "missing" ? "created" : "already exists"}.`);

  const tlsOnly = !speaksPlainHttp();
  const foreign = status === "missing" ? [] : await withS3(region, (s3) => foreignSettings(s3, { bucket, tlsOnly }));
  if (!replaceBucketSettings) refuseToReplace(bucket, foreign, name);
  for (const setting of foreign) progress.fact(`Replaced: ${setting}`);

  signal?.throwIfAborted();
  const run = new Run();
  let isGood = false;
  try {
    const environments = all.filter((one) => one.state.bucket === bucket);
    progress.step(`Configure it, and the roles of ${environments.map((one) => one.name).join(", ")}`);
    const existing = await findExisting({ account, region, bucket, environments });
    if (existing.oidcProvider === "theirs" && environments.some(({ ci }) => ci))
      progress.fact(`The account's own OIDC provider for ${GITHUB_ISSUER} is used, and not changed`);
    const props = { bucket, region, environments, existing, tlsOnly };
    const { added, changed, destroyed } = await applyStack({ props, run, progress, allowDelete, signal });
    const isSame = added + changed + destroyed === 0;
    progress.fact(isSame ? "No changes were needed" : `${added} added, ${changed} changed, ${destroyed} destroyed`);
    isGood = true;
  } finally {
    run.end(isGood);
  }
  progress.step(`Ready: ${name} can be planned, reviewed and applied`);
  return account;
}

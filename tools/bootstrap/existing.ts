import {
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
  type Tag,
} from "@aws-sdk/client-iam";
import type { Environment } from "../../environments/schema/index.ts";
import { AUDIENCE, GITHUB_ISSUER } from "../../modules/github-actions/subjects.ts";
import { BOOTSTRAP_TAG, ciIds, type Existing, oidcProviderArn } from "../../stacks/bootstrap-stack.ts";
import { AwsError, explainingAwsErrors } from "../lib/aws/errors.ts";

export interface Sought {
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
  readonly environments: readonly Environment[];
}

/**
 * Looks what of the stack is in the account already: a run that was killed may have made something that its state does
 * not have. Everything it makes is tagged as it is made, and so known again.
 *
 * @throws AwsError where something else has a name that is needed, or IAM can't be asked
 */
export async function findExisting({ account, region, bucket, environments }: Sought): Promise<Existing> {
  const withRoles = environments.filter(({ ci }) => ci !== undefined);
  const iam = new IAMClient({ region });
  try {
    if (withRoles.length === 0) {
      // A user who only wants a bucket needs no permission for IAM.
      const found = await findProvider(iam, account, bucket, false).catch(() => "missing" as const);
      return { account, oidcProvider: found, made: [] };
    }
    return await explainingAwsErrors(async () => {
      const oidcProvider = await findProvider(iam, account, bucket, true);
      const made = await Promise.all(withRoles.map((environment) => findMade(iam, environment, account, bucket)));
      return { account, oidcProvider, made: made.flat() };
    });
  } finally {
    iam.destroy();
  }
}

async function findProvider(
  iam: IAMClient,
  account: string,
  bucket: string,
  isWanted: boolean,
): Promise<Existing["oidcProvider"]> {
  const arn = oidcProviderArn(account);
  const found = await unlessMissing(iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })));
  if (!found) return "missing";
  if (ownerOf(found.Tags) === bucket) return "ours";
  if (isWanted && !found.ClientIDList?.includes(AUDIENCE)) {
    throw new AwsError(
      `The account's OIDC provider for ${GITHUB_ISSUER} does not accept tokens for ${AUDIENCE}. Run: ` +
        `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${AUDIENCE}`,
    );
  }
  return "theirs";
}

async function findMade(iam: IAMClient, environment: Environment, account: string, bucket: string): Promise<string[]> {
  const { plan, apply, read, write, readNamed, writeNamed, boundary } = ciIds(environment, account);
  const roles = [plan, apply].map(async (RoleName) => {
    const found = await unlessMissing(iam.send(new GetRoleCommand({ RoleName })));
    return found && claimed(`role ${RoleName}`, RoleName, found.Role?.Tags, bucket);
  });
  const policies = [read, readNamed, write, writeNamed, boundary].map(async (PolicyArn) => {
    const found = await unlessMissing(iam.send(new GetPolicyCommand({ PolicyArn })));
    return found && claimed(`policy ${PolicyArn}`, PolicyArn, found.Policy?.Tags, bucket);
  });
  return (await Promise.all([...roles, ...policies])).filter((id) => id !== undefined);
}

/** @throws AwsError where it is not ours */
function claimed(what: string, id: string, tags: readonly Tag[] | undefined, bucket: string): string {
  const owner = ownerOf(tags);
  if (owner === bucket) return id;
  throw new AwsError(
    owner === undefined
      ? `There is already a ${what} that this command did not create. Delete or rename it, or rename the environment's file.`
      : `There is already a ${what}, created for the state bucket "${owner}", not "${bucket}". First remove the section ci from the environments there, and run bootstrap for them.`,
  );
}

function ownerOf(tags: readonly Tag[] | undefined): string | undefined {
  return tags?.find(({ Key }) => Key === BOOTSTRAP_TAG)?.Value;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

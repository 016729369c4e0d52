import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { InputError, UserError } from "@operation-app/preflight/input";
import { type Environment, stateKey, statePlace } from "../../../environments/schema/index.ts";
import { parseState, type State } from "../terraform/state-file.ts";
import { withS3 } from "./account.ts";
import { listStateVersions, readStateVersion } from "./state-versions.ts";

/**
 * The Terraform state of an environment, as its bucket has it.
 *
 * @returns nothing where there is none yet
 * @throws AwsError when S3 can't be asked; InputError when it is no state that this project knows
 */
export async function readEnvironmentState(environment: Environment): Promise<State | undefined> {
  const object = { Bucket: environment.state.bucket, Key: stateKey(environment) };
  const contents = await withS3(environment.region, async (s3) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand(object));
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  });
  if (contents === undefined) return refuseDeleted(environment);
  try {
    return parseState(contents, statePlace(environment));
  } catch (error) {
    if (!(error instanceof InputError) || contents.includes('"encrypted_data"')) throw error;
    throw new InputError(
      `${error.message.replace(/ Pull it again: .*$/, "")} The state of ${environment.name} is damaged. Its versions: bin/infra state ${environment.name}`,
    );
  }
}

/** @throws UserError where the state was deleted, and had resources */
async function refuseDeleted(environment: Environment): Promise<undefined> {
  const place = statePlace(environment);
  // Whoever may not list versions is told nothing.
  const [now, ...older] = await listStateVersions(environment).catch(() => []);
  const last = older.find(({ isDeletion }) => !isDeletion);
  if (!now?.isDeletion || !last) return undefined;
  if (parseState(await readStateVersion(environment, last.id), place).resources.length === 0) return undefined;
  throw new UserError(
    `${place}: was deleted on ${now.at.toISOString()}, and had resources: Terraform would create all of them again. Its versions: bin/infra state ${environment.name}`,
  );
}

/**
 * Stops where Terraform would take the state for an empty one, or end in an error that says nothing of the way out. For
 * whatever else is wrong, Terraform has words of its own.
 *
 * @throws UserError with what is wrong, and what shows the versions
 */
export async function refuseLostState(environment: Environment): Promise<void> {
  try {
    await readEnvironmentState(environment);
  } catch (error) {
    if (/: (?:was deleted|is empty|is not JSON|is not a Terraform state)/.test((error as Error).message)) throw error;
  }
}

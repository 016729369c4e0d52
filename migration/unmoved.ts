import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { AwsError } from "../bootstrap/aws-errors.ts";
import { withS3 } from "../bootstrap/index.ts";
import { adoptionFile } from "../environments/schema/adopted-cognito.ts";
import { type Environment, stateKey } from "../environments/schema/index.ts";
import { UserError } from "../toolchain/user-error.ts";
import { parseState, type State } from "./state-file.ts";
import { emptyState, unmoved } from "./states.ts";

/**
 * Stops where the environment takes over objects that are not in its state, under their new or their old address:
 * Terraform would make new ones, without the users.
 *
 * On an emulator of this project's there is nothing to take over, and new ones are what is wanted. Where the state can't
 * be read, Terraform has words of its own.
 *
 * @throws UserError with the objects that are missing, and what to run
 */
export async function refuseUnmovedObjects(environment: Environment): Promise<void> {
  const { name, adoptedCognito } = environment;
  if (!adoptedCognito || process.env.OPERATION_APP_LOCAL_RUN) return;
  const place = `s3://${environment.state.bucket}/${stateKey(environment)}`;
  const state = await readState(environment, place).catch((error) => {
    if (error instanceof AwsError) return undefined;
    throw error;
  });
  if (!state) return;
  const missing = unmoved(adoptedCognito, state).map(([address, { id }]) => `${address} (${id})`);
  if (missing.length === 0) return;
  throw new UserError(
    `${adoptionFile(name)} takes over what is not in ${place}: ${missing.join(", ")}. A deployment would make new ones, without the users. ` +
      `Move them first: npm run migrate:cognito -- move --environment ${name} --state DIR|FILE.`,
  );
}

async function readState(environment: Environment, place: string): Promise<State> {
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
  return contents === undefined ? emptyState() : parseState(contents, place);
}

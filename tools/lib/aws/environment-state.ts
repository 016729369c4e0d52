import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { type Environment, stateKey, statePlace } from "../../../environments/schema/index.ts";
import { parseState, type State } from "../terraform/state-file.ts";
import { withS3 } from "./account.ts";

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
  return contents === undefined ? undefined : parseState(contents, statePlace(environment));
}

import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import * as z from "zod";
import { type Environment, stateKey, statePlace } from "../../../environments/schema/index.ts";
import { type HeldLock, lockedError } from "../terraform/state-lock.ts";
import { checkStateBucket, withS3 } from "./account.ts";

const lockSchema = z.object({ ID: z.string(), Who: z.string(), Created: z.string(), Operation: z.string().optional() });

/** The lock that is held on an environment's state: the file that Terraform keeps beside it in S3. @throws AwsError where S3 can't be read */
export async function readLock(environment: Environment): Promise<HeldLock | undefined> {
  const object = { Bucket: environment.state.bucket, Key: `${stateKey(environment)}.tflock` };
  const contents = await withS3(environment.region, async (s3) => {
    try {
      return await (await s3.send(new GetObjectCommand(object))).Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  });
  if (contents === undefined) return undefined;
  const { data } = lockSchema.safeParse(parsed(contents));
  return {
    id: data?.ID ?? "?",
    who: data?.Who ?? "an unknown user",
    created: data?.Created ?? "an unknown time",
    operation: data?.Operation,
  };
}

/** Who has locked an environment's state, in one line; undefined where it is free. @throws AwsError without the bucket */
export async function stateLockProblem(environment: Environment): Promise<string | undefined> {
  await checkStateBucket(environment);
  const lock = await readLock(environment);
  return lock && lockedError(statePlace(environment), lock, removeLockCommand(environment)).message;
}

/** The command that removes a lock whose holder is dead. */
export function removeLockCommand(environment: Environment): string {
  return `aws s3 rm ${statePlace(environment)}.tflock`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

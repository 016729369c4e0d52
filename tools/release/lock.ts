import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { z } from "zod";
import { type Environment, stateKey, statePlace } from "../../environments/schema/index.ts";
import { checkStateBucket, withS3 } from "../lib/aws/account.ts";
import { lockedError } from "../lib/terraform/state-lock.ts";

const lockSchema = z.object({ ID: z.string(), Who: z.string(), Created: z.string() });

/** What Terraform keeps beside a state in S3 while somebody has locked it. @returns who that is, in one line @throws AwsError without the bucket */
export async function stateLockProblem(environment: Environment): Promise<string | undefined> {
  await checkStateBucket(environment);
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
  const place = statePlace(environment);
  const { data } = lockSchema.safeParse(parsed(contents));
  const held = { id: data?.ID ?? "?", who: data?.Who ?? "somebody", created: data?.Created ?? "some time ago" };
  return lockedError(place, held, `aws s3 rm ${place}.tflock`).message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

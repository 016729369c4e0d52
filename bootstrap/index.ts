import { S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../environments/schema/index.ts";
import { AwsError, explainingAwsErrors } from "./aws-errors.ts";
import { findStateBucket, makeStateBucket } from "./state-bucket.ts";

/**
 * Makes the bucket in which an environment's state is kept, or sets it up again; run twice, it changes nothing.
 *
 * @throws AwsError when the bucket is somebody else's, or AWS can't be asked
 */
export async function bootstrap({ name, state, region }: Environment): Promise<"made" | "already there"> {
  return withS3(region, async (s3) => {
    const status = await findStateBucket(s3, state.bucket);
    if (status === "foreign") throw foreignBucket(name, state.bucket);
    await makeStateBucket(s3, { bucket: state.bucket, region });
    return status === "missing" ? "made" : "already there";
  });
}

/**
 * Looks whether an environment can be deployed: Terraform would fail at `init`.
 *
 * @throws AwsError when the bucket of its state is not there, and says what to run
 */
export async function checkStateBucket({ name, state, region }: Environment): Promise<void> {
  await withS3(region, async (s3) => {
    const status = await findStateBucket(s3, state.bucket);
    if (status === "foreign") throw foreignBucket(name, state.bucket);
    if (status === "missing") {
      throw new AwsError(`The state bucket "${state.bucket}" does not exist yet. Run: npm run bootstrap -- ${name}`);
    }
  });
}

async function withS3<T>(region: string, use: (s3: S3Client) => Promise<T>): Promise<T> {
  const s3 = new S3Client({ region });
  try {
    return await explainingAwsErrors(() => use(s3));
  } finally {
    s3.destroy();
  }
}

function foreignBucket(environment: string, bucket: string): AwsError {
  return new AwsError(
    `The bucket "${bucket}" is somebody else's, or you may not see it: bucket names are unique in all of AWS. ` +
      `Write another into state.bucket of environments/${environment}.ts, or log in to the account that has it.`,
  );
}

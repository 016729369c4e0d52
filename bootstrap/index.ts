import { S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Environment } from "../environments/schema/index.ts";
import { silenceNodeVersionWarning } from "../toolchain/aws-sdk.ts";
import { AwsError, explainingAwsErrors } from "./aws-errors.ts";
import { findStateBucket, makeStateBucket } from "./state-bucket.ts";

/**
 * Makes the bucket in which an environment's state is kept, or sets it up again; run twice, it changes nothing.
 *
 * @throws AwsError when the bucket is somebody else's, or AWS can't be asked
 */
export async function bootstrap({ name, state, region }: Environment): Promise<"made" | "already there"> {
  return withS3(region, async (s3) => {
    const status = await makeStateBucket(s3, { bucket: state.bucket, region, tlsOnly: !speaksPlainHttp() });
    if (status === "foreign") throw foreignBucket(name, state.bucket);
    return status === "missing" ? "made" : "already there";
  });
}

/**
 * Looks whether the bucket of an environment's state can be used: without it, Terraform fails at `init`.
 *
 * @throws AwsError when it is missing, and says what to run; when it is somebody else's, or AWS can't be asked
 */
export async function checkStateBucket({ name, state, region }: Environment): Promise<void> {
  const status = await withS3(region, (s3) => findStateBucket(s3, state.bucket));
  if (status === "missing") throw missingBucket(name, state.bucket);
  if (status === "foreign") throw foreignBucket(name, state.bucket);
}

/**
 * The same, but only where AWS says for sure that the bucket is missing: for whatever else is wrong, Terraform has words
 * of its own.
 *
 * @throws AwsError when the bucket is missing
 */
export async function refuseMissingStateBucket({ name, state, region }: Environment): Promise<void> {
  const status = await withS3(region, (s3) => findStateBucket(s3, state.bucket)).catch(() => "unknown");
  if (status === "missing") throw missingBucket(name, state.bucket);
}

/** Who deploys where, to be seen before anything happens: with several profiles, the wrong one is soon taken. */
export async function describeAccount({ region }: Environment): Promise<string> {
  silenceNodeVersionWarning();
  const sts = new STSClient({ region });
  const { Account, Arn } = await explainingAwsErrors(() => sts.send(new GetCallerIdentityCommand({})));
  const elsewhere = process.env.AWS_ENDPOINT_URL;
  return elsewhere === undefined
    ? `AWS account ${Account}, region ${region}, as ${Arn}`
    : `NOT AWS: AWS_ENDPOINT_URL leads to ${elsewhere} (unset it to reach AWS)`;
}

function speaksPlainHttp(): boolean {
  return process.env.AWS_ENDPOINT_URL?.startsWith("http:") ?? false;
}

/** Asks S3. @throws AwsError with one line that says what to do */
export async function withS3<T>(region: string, use: (s3: S3Client) => Promise<T>): Promise<T> {
  silenceNodeVersionWarning();
  const s3 = new S3Client({ region, requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000 } });
  try {
    return await explainingAwsErrors(() => use(s3));
  } finally {
    s3.destroy();
  }
}

function missingBucket(environment: string, bucket: string): AwsError {
  return new AwsError(`The state bucket "${bucket}" does not exist yet. Run: npm run bootstrap -- ${environment}`);
}

function foreignBucket(environment: string, bucket: string): AwsError {
  return new AwsError(
    `The bucket "${bucket}" is somebody else's, or you may not see it: bucket names are unique in all of AWS. ` +
      `Write another into state.bucket of environments/${environment}.ts, or log in to the account that has it.`,
  );
}

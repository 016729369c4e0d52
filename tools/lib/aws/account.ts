import { S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Environment } from "../../../environments/schema/index.ts";
import { AwsError, explainingAwsErrors } from "./errors.ts";
import { silenceNodeVersionWarning } from "./sdk.ts";
import { type BucketStatus, findStateBucket } from "./state-bucket.ts";

/**
 * Looks whether the bucket of an environment's state can be used: without it, Terraform fails at `init`.
 *
 * @throws AwsError when it is missing, and says what to run; when it belongs to another account, or AWS can't be asked
 */
export async function checkStateBucket(environment: Environment): Promise<void> {
  const { name, state, region } = environment;
  const status = await withS3(region, (s3) => findStateBucket(s3, state));
  if (status === "missing") throw missingBucket(name, state.bucket);
  refuseUnusable(status, environment);
}

/**
 * The same, but only where AWS says for sure that the bucket is missing: for whatever else is wrong, Terraform has words
 * of its own.
 *
 * @throws AwsError when the bucket is missing
 */
export async function refuseMissingStateBucket({ name, state, region }: Environment): Promise<void> {
  const status = await withS3(region, (s3) => findStateBucket(s3, state)).catch(() => "unknown");
  if (status === "missing") throw missingBucket(name, state.bucket);
}

/** The account whose credentials these are: twelve digits. */
export async function accountNumber(region: string): Promise<string> {
  return (await callerIdentity(region)).Account ?? "";
}

/** Who deploys where, to be seen before anything happens: with several profiles, it is easy to use the wrong one. */
export async function describeAccount({ region }: Environment): Promise<string> {
  const { Account, Arn } = await callerIdentity(region);
  const elsewhere = process.env.AWS_ENDPOINT_URL;
  return elsewhere === undefined
    ? `AWS account ${Account}, region ${region}, as ${Arn}`
    : `NOT AWS: AWS_ENDPOINT_URL is ${elsewhere} (unset it to reach AWS)`;
}

async function callerIdentity(region: string) {
  silenceNodeVersionWarning();
  const sts = new STSClient({ region });
  return explainingAwsErrors(() => sts.send(new GetCallerIdentityCommand({})));
}

/** Whether what speaks for AWS is an emulator without TLS. */
export function speaksPlainHttp(): boolean {
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
  return new AwsError(`The state bucket "${bucket}" does not exist yet. Run: bin/infra bootstrap ${environment}`);
}

/** @throws AwsError when the bucket belongs to another account, or is in another region */
export function refuseUnusable(status: BucketStatus, { name, state, region }: Environment): void {
  if (status === "foreign") throw foreignBucket(name, state.bucket);
  if (status === "elsewhere")
    throw new AwsError(
      `The bucket "${state.bucket}" is in another region than ${region}. In environments/${name}.ts, set another state.bucket, or the bucket's region.`,
    );
}

function foreignBucket(environment: string, bucket: string): AwsError {
  return new AwsError(
    `The bucket "${bucket}" belongs to another account, or you have no access to it: bucket names are unique across AWS. ` +
      `Set another state.bucket in environments/${environment}.ts, or log in to the bucket's account.`,
  );
}

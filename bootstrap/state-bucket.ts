import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { policy, refuseWithoutTls } from "../modules/iam-policy.ts";

/** Days for which an old version of a state can be had back. */
const OLD_VERSION_DAYS = 90;

export interface StateBucket {
  readonly bucket: string;
  readonly region: string;
  /** Refuses calls without TLS. false is for an emulator that speaks none. @default true */
  readonly tlsOnly?: boolean;
}

/** `foreign`: it is somebody else's, or these credentials may not see it; S3 does not tell which. */
export type BucketStatus = "found" | "missing" | "foreign";

/** Whether the bucket is there and may be used. */
export async function findStateBucket(s3: S3Client, bucket: string): Promise<BucketStatus> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return "found";
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return "missing";
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403) return "foreign";
    throw error;
  }
}

/**
 * Makes the bucket where it is missing, and sets it up as a state wants it: versioned, so that a broken state can be
 * had back, encrypted, out of the public's reach, over TLS only. Run again, it changes nothing.
 *
 * @returns how it was found; a foreign one is left alone
 */
export async function makeStateBucket(
  s3: S3Client,
  { bucket, region, tlsOnly = true }: StateBucket,
): Promise<BucketStatus> {
  const Bucket = bucket;
  const status = await findStateBucket(s3, bucket);
  if (status === "foreign") return status;
  if (status === "missing") {
    // us-east-1 is where a bucket without a location is, and the one region that may not be named.
    const location = region === "us-east-1" ? undefined : { LocationConstraint: region as BucketLocationConstraint };
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: location }));
  }
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    }),
  );
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: "expire-old-versions",
            Status: "Enabled",
            Filter: { Prefix: "" },
            NoncurrentVersionExpiration: { NoncurrentDays: OLD_VERSION_DAYS },
          },
        ],
      },
    }),
  );
  if (tlsOnly)
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(refuseWithoutTls(`arn:aws:s3:::${bucket}`)) }));
  return status;
}

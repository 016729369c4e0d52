import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

export interface StateBucket {
  readonly bucket: string;
  readonly region: string;
  /** Number of the account that the bucket has to belong to. @default whatever account's one may use */
  readonly owner?: string;
}

/**
 * `foreign`: it belongs to another account, or these credentials may not see it; S3 does not tell which. `elsewhere`: it is in
 * another region.
 */
export type BucketStatus = "found" | "missing" | "foreign" | "elsewhere";

const STATUS_OF_ANSWER: Readonly<Record<number, BucketStatus>> = { 301: "elsewhere", 403: "foreign", 404: "missing" };

/** Whether the bucket is there and may be used. */
export async function findStateBucket(
  s3: S3Client,
  { bucket, owner }: Pick<StateBucket, "bucket" | "owner">,
): Promise<BucketStatus> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: owner }));
    return "found";
  } catch (error) {
    const answer = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    const status = answer === undefined ? undefined : STATUS_OF_ANSWER[answer];
    if (status) return status;
    throw error;
  }
}

/**
 * Makes the bucket where it is missing, versioned from the start, so that no state is ever in it that can't be had back.
 * New buckets are encrypted and private by themselves; the rest is in the stack that looks after it.
 *
 * @returns how it was found; one that is there is left as it is
 */
export async function makeStateBucket(s3: S3Client, wanted: StateBucket): Promise<BucketStatus> {
  const { bucket: Bucket, region } = wanted;
  const status = await findStateBucket(s3, wanted);
  if (status !== "missing") return status;
  // us-east-1 is where a bucket without a location is, and the one region that may not be named.
  const location = region === "us-east-1" ? undefined : { LocationConstraint: region as BucketLocationConstraint };
  try {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: location }));
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "BucketAlreadyExists") return "foreign";
    throw error;
  }
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  return status;
}

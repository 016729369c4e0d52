import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { policy, refuseWithoutTls } from "../iam-policy.ts";

/** Days for which an old version of a state can be had back. */
const OLD_VERSION_DAYS = 90;

/** Days after which a reviewed plan is deleted: by then nobody can apply it any more, and it has secrets in it. */
const PLAN_DAYS = 30;

/** How objects are encrypted: with keys of S3's own. */
export const ENCRYPTION = "AES256";

/** What goes by itself, as the provider takes it. */
export function expiryRules(plansFolder: string) {
  return [
    {
      id: "expire-old-versions",
      status: "Enabled",
      filter: [{}],
      noncurrentVersionExpiration: [{ noncurrentDays: OLD_VERSION_DAYS }],
      // Each lock that is given back leaves one.
      expiration: [{ expiredObjectDeleteMarker: true }],
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
    },
    {
      id: "expire-plans",
      status: "Enabled",
      filter: [{ prefix: plansFolder }],
      expiration: [{ days: PLAN_DAYS }],
      noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
    },
  ];
}

/** The bucket's policy. */
export function bucketPolicy(name: string): string {
  return policy(refuseWithoutTls(`arn:aws:s3:::${name}`));
}

export interface StateBucketProps {
  readonly bucket: string;
  /** Folder of the reviewed plans, such as `plans/`. */
  readonly plansFolder: string;
  /** Refuses calls without TLS. false is for an emulator that speaks none. @default true */
  readonly tlsOnly?: boolean;
}

/** The bucket of the Terraform states: versioned, so that a broken state can be had back, encrypted, private, over TLS only. */
export class StateBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, { bucket: name, plansFolder, tlsOnly = true }: StateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "bucket", {
      bucket: name,
      // Tags that somebody has put on it stay.
      lifecycle: { preventDestroy: true, ignoreChanges: ["tags", "tags_all"] },
    });
    const bucket = this.bucket.id;
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: ENCRYPTION } }],
    });
    const privacy = new S3BucketPublicAccessBlock(this, "public_access_block", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketLifecycleConfiguration(this, "expiry", {
      bucket,
      rule: expiryRules(plansFolder),
      dependsOn: [versioning],
    });
    if (tlsOnly)
      new S3BucketPolicy(this, "policy", {
        bucket,
        policy: bucketPolicy(name),
        dependsOn: [privacy],
      });
  }
}

import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { keepPrivate } from "../bucket.ts";
import { policy, refuseWithoutTls, type Statement } from "../iam-policy.ts";
import { BUCKET_ACTIONS, FILE_ACTIONS } from "./actions.ts";
import { StorageCdn, type StorageCdnProps } from "./cdn.ts";

/** Days after which the parts of an upload that never ended are deleted; until then they cost. */
const INCOMPLETE_DAYS = 7;

export interface StorageProps {
  /** Prefix of the bucket's name; the account's number follows, because bucket names are unique in all of AWS. */
  readonly name: string;
  readonly region: string;
  /** Where pages come from that upload from the browser, such as `https://app.example.com`. */
  readonly origins: readonly string[];
  /** Days for which what was overwritten or deleted can be had back. @default it is gone at once */
  readonly keepDeletedDays?: number;
  /** CloudFront in front of the files that Rails sends itself. @default none */
  readonly cdn?: Omit<StorageCdnProps, "name">;
  /** Refuses to delete the bucket. false: it goes with what is in it. */
  readonly protection: boolean;
}

/** The bucket of the files that users upload. A task's own disk goes with the task. */
export class Storage extends Construct {
  readonly bucket: S3Bucket;
  /** CloudFront in front of it, where it is asked for. */
  readonly cdn?: StorageCdn;
  /** What tells Rails of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the app's role needs for it. */
  readonly statements: readonly Statement[];

  private readonly props: StorageProps;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.props = props;
    this.bucket = this.createBucket();
    const privacy = keepPrivate(this, this.bucket);
    new S3BucketPolicy(this, "policy", {
      bucket: this.bucket.id,
      policy: policy(refuseWithoutTls(this.bucket.arn)),
      dependsOn: [privacy],
    });
    this.allowBrowserUploads();
    this.expire(this.keepDeleted());
    if (props.cdn) this.cdn = new StorageCdn(this, "cdn", { name: props.name, ...props.cdn });
    this.environment = {
      STORAGE_BUCKET: this.bucket.bucket,
      STORAGE_REGION: props.region,
      ...this.cdn?.environment,
    };
    this.statements = [
      { actions: BUCKET_ACTIONS, resources: [this.bucket.arn] },
      { actions: FILE_ACTIONS, resources: [`${this.bucket.arn}/*`] },
    ];
  }

  private createBucket(): S3Bucket {
    const { name, protection } = this.props;
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});
    return new S3Bucket(this, "bucket", {
      bucket: `${name}-storage-${accountId}`,
      forceDestroy: !protection,
      lifecycle: protection ? { preventDestroy: true } : undefined,
    });
  }

  /** Headers as Active Storage's JavaScript sends them. Source: https://guides.rubyonrails.org/active_storage_overview.html#cross-origin-resource-sharing-cors-configuration */
  private allowBrowserUploads(): void {
    new S3BucketCorsConfiguration(this, "cors", {
      bucket: this.bucket.id,
      corsRule: [
        {
          allowedOrigins: [...this.props.origins],
          allowedMethods: ["PUT"],
          allowedHeaders: ["Content-Type", "Content-MD5", "Content-Disposition"],
          maxAgeSeconds: 3600,
        },
      ],
    });
  }

  private keepDeleted(): S3BucketVersioningA {
    const status = this.props.keepDeletedDays === undefined ? "Suspended" : "Enabled";
    return new S3BucketVersioningA(this, "versioning", { bucket: this.bucket.id, versioningConfiguration: { status } });
  }

  private expire(versioning: S3BucketVersioningA): void {
    new S3BucketLifecycleConfiguration(this, "expiry", {
      bucket: this.bucket.id,
      rule: [
        {
          id: "abort-incomplete-uploads",
          status: "Enabled",
          filter: [{}],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_DAYS }],
        },
        {
          id: "expire-deleted",
          status: "Enabled",
          filter: [{}],
          // What was kept while versions were, goes after a day where they no longer are.
          noncurrentVersionExpiration: [{ noncurrentDays: this.props.keepDeletedDays ?? 1 }],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
      ],
      dependsOn: [versioning],
    });
  }
}

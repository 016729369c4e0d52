import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { Construct } from "constructs";
import { keepPrivate } from "../bucket.ts";
import { policy, refuseWithoutTls } from "../iam-policy.ts";

export interface AccessLogsProps {
  /** Prefix of the bucket's name; the account's number follows, because bucket names are unique in all of AWS. */
  readonly name: string;
  /** Days after which a log is deleted. */
  readonly retentionDays: number;
  /** Refuses to delete the bucket while there are logs in it. */
  readonly protection: boolean;
}

/** The bucket that the load balancer writes a line for each request to. */
export class AccessLogs extends Construct {
  readonly bucket: S3Bucket;
  /** Must exist before the load balancer, which otherwise is refused with `Access Denied for bucket`. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "account", {}).accountId;

    this.bucket = new S3Bucket(this, "bucket", {
      bucket: `${props.name}-alb-logs-${account}`,
      forceDestroy: !props.protection,
    });
    const bucket = this.bucket.id;
    const privacy = keepPrivate(this, this.bucket);
    new S3BucketLifecycleConfiguration(this, "expiry", {
      bucket,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{}],
          expiration: [{ days: props.retentionDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: this.allowLoadBalancerToWrite(account),
      dependsOn: [privacy],
    });
  }

  /** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
  private allowLoadBalancerToWrite(account: string): string {
    return policy(
      {
        principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        actions: ["s3:PutObject"],
        resources: [`${this.bucket.arn}/AWSLogs/${account}/*`],
      },
      refuseWithoutTls(this.bucket.arn),
    );
  }
}

import type { Statement } from "../iam-policy.ts";

export interface BackupRights {
  /** Name of the app, which the database has, too. */
  readonly app: string;
  readonly region: string;
  /** The account's number, twelve digits. */
  readonly account: string;
  /** ARN of the bucket that is backed up. @default none is */
  readonly bucketArn?: string;
}

/**
 * What AWS Backup needs of a role to back up this database, and this bucket: AWS's managed policies without what is for other services.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html and
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForS3Backup.html
 */
export function backupStatements({ app, region, account, bucketArn }: BackupRights): Statement[] {
  return [
    {
      actions: [
        "rds:AddTagsToResource",
        "rds:CopyDBSnapshot",
        "rds:CreateDBSnapshot",
        "rds:DeleteDBSnapshot",
        "rds:DescribeDBInstances",
        "rds:DescribeDBSnapshots",
        "rds:ListTagsForResource",
      ],
      // A copy is in another region. AWS Backup's own snapshots only: no other is deleted.
      resources: [`arn:aws:rds:${region}:${account}:db:${app}`, `arn:aws:rds:*:${account}:snapshot:awsbackup:*`],
    },
    {
      actions: ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
      resources: [`arn:aws:backup:*:${account}:backup-vault:*`],
    },
    { actions: ["kms:DescribeKey", "tag:GetResources"], resources: ["*"] },
    { actions: ["kms:CreateGrant"], resources: ["*"], condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } },
    ...(bucketArn === undefined ? [] : bucketStatements(bucketArn)),
  ];
}

function bucketStatements(bucketArn: string): Statement[] {
  return [
    {
      actions: [
        "s3:GetBucketAcl",
        "s3:GetBucketLocation",
        "s3:GetBucketNotification",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetInventoryConfiguration",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutBucketNotification",
        "s3:PutInventoryConfiguration",
      ],
      resources: [bucketArn],
    },
    {
      actions: [
        "s3:GetObject",
        "s3:GetObjectAcl",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
      ],
      resources: [`${bucketArn}/*`],
    },
    // It hears of each change of a file by rules of its own.
    {
      actions: [
        "events:DeleteRule",
        "events:DescribeRule",
        "events:DisableRule",
        "events:EnableRule",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
      ],
      resources: ["arn:aws:events:*:*:rule/AwsBackupManagedRule*"],
    },
    { actions: ["cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets"], resources: ["*"] },
  ];
}

import type { Statement } from "../iam-policy.ts";
import type { CiTarget } from "./names.ts";
import { namedResources } from "./reads.ts";

/** The buckets of the load balancer's logs and of users' files: nobody reads a file with it, but deletes them with the bucket. */
export function bucketWrites(target: CiTarget): Statement[] {
  const { s3 = [] } = namedResources(target);
  return [
    { actions: ["s3:*"], resources: s3 },
    { actions: ["s3:DeleteObject*"], resources: s3.map((bucket) => `${bucket}/*`) },
  ];
}

/** The vault of backups, but for what is in it: no recovery point is deleted with it, nor lets itself be kept shorter. */
export function vaultWrites({ app, region, account }: CiTarget): Statement[] {
  return [
    {
      actions: [
        "backup:CreateBackupVault",
        "backup:DeleteBackupVault*",
        "backup:PutBackupVaultLockConfiguration",
        "backup:TagResource",
        "backup:UntagResource",
      ],
      resources: [`arn:aws:backup:${region}:${account}:backup-vault:${app}`],
    },
    {
      actions: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey", "kms:RetireGrant"],
      resources: [`arn:aws:kms:${region}:${account}:key/*`],
      condition: { StringEquals: { "kms:ViaService": `backup.${region}.amazonaws.com` } },
    },
  ];
}

/**
 * Everything about the app's secrets, but for reading values that were put in by hand, and handing them to others. The database's
 * own has a name that RDS makes up, and a tag with the instance, which nobody else can write; a restored one had another name before.
 *
 * Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html (what RDS asks for in the caller's name) and
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRDSServiceRolePolicy.html (the tag)
 */
export function secretWrites({ app, region, account }: CiTarget): Statement[] {
  const secret = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
  const instance = (name: string) => `arn:aws:rds:${region}:${account}:db:${name}`;
  const rotations = ["secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret"];
  const creations = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"];
  return [
    {
      actions: [
        ...rotations,
        ...creations,
        "secretsmanager:DeleteSecret",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RestoreSecret",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret*",
      ],
      resources: [secret(`${app}/*`)],
    },
    { actions: creations, resources: [secret("rds!*")] },
    {
      actions: rotations,
      resources: [secret("rds!*")],
      condition: {
        StringLike: { "aws:ResourceTag/aws:rds:primaryDBInstanceArn": [app, `${app}-restored-*`].map(instance) },
      },
    },
  ];
}

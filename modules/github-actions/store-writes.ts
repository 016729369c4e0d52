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

/** Everything about the app's secrets, but for reading values that were put in by hand, and handing them to others. */
export function secretWrites(target: CiTarget): Statement {
  const { secretsmanager = [] } = namedResources(target);
  return {
    actions: [
      "secretsmanager:CancelRotateSecret",
      "secretsmanager:CreateSecret",
      "secretsmanager:DeleteSecret",
      "secretsmanager:PutSecretValue",
      "secretsmanager:RestoreSecret",
      "secretsmanager:RotateSecret",
      "secretsmanager:TagResource",
      "secretsmanager:UntagResource",
      "secretsmanager:UpdateSecret*",
    ],
    resources: secretsmanager,
  };
}

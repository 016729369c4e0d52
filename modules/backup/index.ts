import { BackupPlan } from "@cdktf/provider-aws/lib/backup-plan";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection";
import { BackupVault } from "@cdktf/provider-aws/lib/backup-vault";
import { BackupVaultLockConfiguration } from "@cdktf/provider-aws/lib/backup-vault-lock-configuration";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { policy, trust } from "../iam-policy.ts";
import { backupStatements } from "./actions.ts";

/** Days in which a lock that nobody can take off any more can still be taken off. AWS takes 3 or more. */
const DAYS_TO_RECONSIDER = 7;

export interface BackupProps {
  /** Name of the app: the vault's and the plan's, and the database's. */
  readonly name: string;
  readonly region: string;
  readonly database: DbInstance;
  /** A bucket that keeps versions, without which AWS Backup takes none. @default none is backed up */
  readonly bucket?: S3Bucket;
  /** Days for which each day's backup is kept. */
  readonly retentionDays: number;
  /** ARN of a vault in another region of the account, for a copy of each. @default there are no copies */
  readonly copyToVaultArn?: string;
  /** Who can delete a backup before its time: who has the right to, who can take the lock off first, or nobody, ever. */
  readonly lock: "none" | "governance" | "compliance";
  /** Refuses to delete the vault. false: it goes with what is in it. */
  readonly protection: boolean;
}

/** Daily backups in a vault of their own: whoever may delete the database or its snapshots can't delete these. */
export class Backup extends Construct {
  readonly vault: BackupVault;
  readonly plan: BackupPlan;
  private readonly props: BackupProps;

  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id);
    this.props = props;
    const account = new DataAwsCallerIdentity(this, "account", {});
    this.vault = this.createVault();
    this.plan = this.createPlan(account);
    const role = this.createRole(account.accountId);
    this.select("database", role, props.database.arn);
    if (props.bucket) this.select("storage", role, props.bucket.arn);
  }

  private createVault(): BackupVault {
    const { name, lock, protection } = this.props;
    const vault = new BackupVault(this, "vault", {
      name,
      forceDestroy: !protection,
      lifecycle: protection ? { preventDestroy: true } : undefined,
    });
    if (lock === "none") return vault;
    if (lock === "compliance") this.warnAboutLock();
    new BackupVaultLockConfiguration(this, "lock", {
      backupVaultName: vault.name,
      minRetentionDays: 1,
      ...(lock === "compliance" && { changeableForDays: DAYS_TO_RECONSIDER }),
    });
    return vault;
  }

  private warnAboutLock(): void {
    const { name, retentionDays } = this.props;
    Annotations.of(this).addWarning(
      `backup.lock is "compliance": ${DAYS_TO_RECONSIDER} days after the apply, nobody can remove the lock any more, not even AWS. Until then, you can change it to "governance". ` +
        `After that, each backup of ${name} is kept and billed for ${retentionDays} days, and neither the vault nor the environment can be deleted before the last one expires.`,
    );
  }

  private createPlan(account: DataAwsCallerIdentity): BackupPlan {
    const { name, retentionDays, copyToVaultArn } = this.props;
    const lifecycle = { deleteAfter: retentionDays };
    return new BackupPlan(this, "plan", {
      name,
      rule: [
        {
          ruleName: "daily",
          targetVaultName: this.vault.name,
          // At night in Asia, apart from RDS's own backup window.
          schedule: "cron(0 17 * * ? *)",
          startWindow: 60,
          completionWindow: 480,
          lifecycle,
          ...(copyToVaultArn && { copyAction: [{ destinationVaultArn: copyToVaultArn, lifecycle }] }),
        },
      ],
      ...(copyToVaultArn && {
        lifecycle: {
          precondition: [
            {
              condition: `\${split(":", "${copyToVaultArn}")[4] == ${account.fqn}.account_id}`,
              errorMessage:
                "backup.copyToVaultArn is in another account. The database is encrypted with the AWS managed key of RDS, which other accounts can't use: name a vault of this account in another region.",
            },
          ],
        },
      }),
    });
  }

  private createRole(account: string): IamRole {
    const { name: app, region, bucket } = this.props;
    const role = new IamRole(this, "role", {
      name: `${app}-backup`,
      assumeRolePolicy: trust("backup.amazonaws.com", { account, source: `arn:aws:backup:${region}:${account}:*` }),
    });
    new IamRolePolicy(this, "role_policy", {
      role: role.name,
      name: "back-up",
      policy: policy(...backupStatements({ app, region, account, bucketArn: bucket?.arn })),
    });
    return role;
  }

  /** One for each thing: a selection can't be changed, and while another took its place there would be none. */
  private select(what: string, role: IamRole, arn: string): void {
    new BackupSelection(this, `${what}_selection`, {
      name: what,
      planId: this.plan.id,
      iamRoleArn: role.arn,
      resources: [arn],
    });
  }
}

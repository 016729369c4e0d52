import { describe, expect, it } from "vitest";
import { type Changes, synthesize } from "../support/synthesize.ts";

const backedUp = (backup: Changes["backup"] = {}, changes: Changes = {}) => synthesize({ ...changes, backup });
const PLAN = "aws_backup_plan.backup_plan";
const LOCK = "aws_backup_vault_lock_configuration.backup_lock";
const ELSEWHERE = "arn:aws:backup:ap-northeast-3:123456789012:backup-vault:operation-app";

describe("backups in a vault of their own", () => {
  it("are not made unless they are asked for", () => {
    expect(
      synthesize()
        .addresses()
        .filter((address) => address.includes("backup_")),
    ).toEqual([]);
  });

  it("are made daily, kept for 35 days or as long as is said, and go to the app's vault", () => {
    const [rule] = backedUp().resource(PLAN).rule;
    expect(rule).toMatchObject({
      target_vault_name: "${aws_backup_vault.backup_vault.name}",
      schedule: "cron(0 17 * * ? *)",
      lifecycle: { delete_after: 35 },
    });
    expect(rule.copy_action).toBeUndefined();
    expect(backedUp({ retentionDays: 400 }).resource(PLAN).rule[0].lifecycle).toEqual({ delete_after: 400 });
  });

  it("are of the database, and of the bucket where that keeps versions", () => {
    const selected = (storage: Changes["storage"]) => {
      const stack = backedUp({}, { storage });
      return stack
        .names("aws_backup_selection")
        .flatMap((name) => stack.resource(`aws_backup_selection.${name}`).resources);
    };
    const database = "${aws_db_instance.database_mysql.arn}";
    expect(selected(undefined)).toEqual([database]);
    expect(selected({})).toEqual([database]);
    expect(selected({ keepDeletedDays: 30 })).toEqual([database, "${aws_s3_bucket.storage_bucket.arn}"]);
  });

  it("are made by a role that reads no bucket where none is backed up, and deletes AWS Backup's own snapshots only", () => {
    const statements = backedUp().statements("aws_iam_role_policy.backup_role_policy");
    expect(JSON.stringify(statements)).not.toContain("s3:");
    const deleting = statements.find(({ Action }) => Action.includes("rds:DeleteDBSnapshot"));
    expect(deleting.Resource.filter((arn: string) => arn.includes(":snapshot:"))).toEqual([
      "arn:aws:rds:*:${data.aws_caller_identity.backup_account.account_id}:snapshot:awsbackup:*",
    ]);
  });

  it("are copied to another region of the account, and a plan for another account is refused", () => {
    const plan = backedUp({ copyToVaultArn: ELSEWHERE }).resource(PLAN);
    expect(plan.rule[0].copy_action).toEqual([{ destination_vault_arn: ELSEWHERE, lifecycle: { delete_after: 35 } }]);
    expect(plan.lifecycle.precondition).toEqual([
      {
        condition: `\${split(":", "${ELSEWHERE}")[4] == data.aws_caller_identity.backup_account.account_id}`,
        error_message: expect.stringContaining("in another account"),
      },
    ]);
  });

  it("are locked where that is asked for, for good only with a week to think it over", () => {
    expect(backedUp().names("aws_backup_vault_lock_configuration")).toEqual([]);
    expect(backedUp({ lock: "governance" }).resource(LOCK)).not.toHaveProperty("changeable_for_days");
    expect(backedUp({ lock: "compliance" }).resource(LOCK).changeable_for_days).toBe(7);
  });

  it("stay when the environment is protected, and go with it else", () => {
    const vault = (protection: boolean) => backedUp({}, { protection }).resource("aws_backup_vault.backup_vault");
    expect(vault(true)).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(vault(false).force_destroy).toBe(true);
    expect(vault(false).lifecycle).toBeUndefined();
  });
});

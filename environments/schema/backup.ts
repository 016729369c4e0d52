import * as z from "zod";
import { oneOf, text, wholeNumber } from "./values.ts";

/**
 * Daily backups of the database in a vault of AWS Backup, beside RDS's own, and of `storage` where that keeps deleted files. About 0.095 USD a
 * month and GB in Tokyo for the database's, of which each after the first is what has changed.
 */
export const backup = z.strictObject({
  /** Days for which each day's backup is kept; RDS's own end at 35. @default 35 */
  retentionDays: wholeNumber(1, 36_500, "days").default(35),
  /**
   * ARN of a vault of yours in another region of the same account, which gets a copy of each backup, for as long. Costs the storage there, too,
   * and the traffic. @default there are no copies
   */
  copyToVaultArn: text(
    /^arn:aws:backup:[a-z0-9-]+:\d{12}:backup-vault:[A-Za-z0-9_-]{2,50}$/,
    'is not the ARN of a vault. Write one such as "arn:aws:backup:ap-northeast-3:123456789012:backup-vault:operation-app".',
  ).optional(),
  /**
   * "governance": nobody deletes a backup before its time, but for who takes the lock off first. "compliance": nobody at all from seven days
   * after the apply on, the account's owner and AWS included; each backup then costs until its time, and the environment can't be deleted before.
   * @default "none": who has the right to delete can
   */
  lock: oneOf(["none", "governance", "compliance"] as const).default("none"),
});

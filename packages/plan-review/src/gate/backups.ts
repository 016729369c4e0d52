import type { Graph } from "@operation-app/preflight/graph";
import { counted } from "@operation-app/preflight/terminal";
import type { Policy } from "../gate-policy.ts";
import { listOf, objectOf } from "../plan.ts";
import { type ChangedObject, isLeftToProvider, isUnknownAt, valueAt } from "./changed-objects.ts";
import type { Found } from "./stop.ts";

/** Attributes that say for how many days backups are kept. */
const DAYS = [
  "backup_retention_period",
  "snapshot_retention_limit",
  "automatic_backup_retention_days",
  "automated_snapshot_retention_period",
];

/** Backups that would be kept for fewer days: stopped where too few, else noted. */
export function shorterBackups(
  object: ChangedObject,
  graph: Graph,
  { leastBackupDays: least }: Policy,
): { readonly stopped: Found[]; readonly noted: string[] } {
  const { address, type, before, after, unknown } = object;
  const paths = type === "aws_backup_plan" ? ["rule"] : DAYS;
  const shorter = paths.flatMap((path) => {
    const old = daysAt(before, path);
    if (old === 0 || isLeftToProvider(object, path, graph)) return [];
    const isOpen = isUnknownAt(unknown, path);
    const planned = isOpen ? 0 : daysAt(after, path);
    return planned < old ? [{ path, old, planned, isOpen }] : [];
  });
  const stopped = shorter.filter(({ planned }) => planned < least);
  return {
    stopped: stopped.map(({ path, old, planned, isOpen }) => ({
      address,
      action: "backups-off",
      message: isOpen
        ? `would get a ${path} that is known after apply: perhaps there would be no backups.`
        : `would change ${path} from ${daysText(old)} to ${daysText(planned)}: ${planned === 0 ? "there would be no backups, and existing ones would be deleted" : `the policy requires at least ${least} days of backups`}.`,
      fix: `Keep ${path} as it is${planned > 0 ? ", or change leastBackupDays in the policy" : ""}.`,
    })),
    noted: shorter
      .filter((one) => !stopped.includes(one))
      .map(
        ({ path, old, planned }) =>
          `${address} would keep backups for ${daysText(planned)} instead of ${daysText(old)} (${path}).`,
      ),
  };
}

/** Copies in another region or account that a plan of AWS Backup would no longer make. */
export function lostCopies({ address, type, before, after, unknown }: ChangedObject): Found[] {
  if (type !== "aws_backup_plan" || isUnknownAt(unknown, "rule")) return [];
  const planned = copiesOf(after);
  const lost = copiesOf(before).filter((vault) => !planned.includes(vault));
  return lost.map((vault) => ({
    address,
    action: "backups-off",
    message: `would no longer copy backups to ${vault}.`,
    fix: "Keep the copy_action, or write the other vault beside it.",
  }));
}

function copiesOf(plan: unknown): string[] {
  return listOf(objectOf(plan).rule).flatMap((rule) =>
    listOf(objectOf(rule).copy_action).map((copy) => String(objectOf(copy).destination_vault_arn)),
  );
}

/** Of several rules of a backup plan, the longest counts. A rule without an end keeps backups forever. */
function daysAt(values: unknown, path: string): number {
  if (path !== "rule") return Number(valueAt(values, path) ?? 0);
  const days = listOf(objectOf(values).rule).map((rule) =>
    Number(valueAt(rule, "lifecycle.0.delete_after") || Number.POSITIVE_INFINITY),
  );
  return Math.max(0, ...days);
}

function daysText(days: number): string {
  return Number.isFinite(days) ? counted(days, "day") : "any number of days";
}

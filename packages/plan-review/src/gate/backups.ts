import type { Graph } from "../../../preflight/src/graph/graph.ts";
import type { Policy } from "../gate-policy.ts";
import { listOf, objectOf } from "../plan.ts";
import type { Found } from "./stop.ts";
import { type ChangedObject, isLeftToProvider, isUnknownAt, valueAt } from "./values.ts";

/** Attributes that say for how many days backups are kept. */
const DAYS = [
  "backup_retention_period",
  "snapshot_retention_limit",
  "automatic_backup_retention_days",
  "automated_snapshot_retention_period",
];

/** Backups that would be kept for fewer days than they were: too few, or only to be told. */
export function shorterBackups(
  object: ChangedObject,
  graph: Graph,
  { leastBackupDays: least }: Policy,
): { readonly stopped: Found[]; readonly told: string[] } {
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
        ? `would have a ${path} that is only known after apply: it may be that there would be no backups.`
        : `would have its ${path} changed from ${daysText(old)} to ${daysText(planned)}: ${planned === 0 ? "there would be no backups, and those that there are would go" : `backups would be kept for less than the ${least} days of the policy`}.`,
      fix: `Leave ${path} as it is${planned > 0 ? ", or write another leastBackupDays into the policy" : ""}.`,
    })),
    told: shorter
      .filter((one) => !stopped.includes(one))
      .map(
        ({ path, old, planned }) =>
          `${address} would keep its backups ${daysText(planned)} long, and not ${daysText(old)} (${path}).`,
      ),
  };
}

/** Of a backup plan with several rules, the longest counts. One without an end keeps them for ever. */
function daysAt(values: unknown, path: string): number {
  if (path !== "rule") return Number(valueAt(values, path) ?? 0);
  const days = listOf(objectOf(values).rule).map((rule) =>
    Number(valueAt(rule, "lifecycle.0.delete_after") || Number.POSITIVE_INFINITY),
  );
  return Math.max(0, ...days);
}

function daysText(days: number): string {
  return Number.isFinite(days) ? `${days} day${days === 1 ? "" : "s"}` : "any number of days";
}

import {
  type DBInstance,
  type DBSnapshot,
  DescribeDBInstanceAutomatedBackupsCommand,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { InputError, UserError } from "@operation-app/preflight/input";
import type { Declared } from "./declared.ts";

/** Which data is wanted. */
export type Point = { readonly latest: true } | { readonly at: Date } | { readonly snapshot: string };

/** Reads `--at`. @throws InputError where it is no time */
export function parsePoint(at: string | undefined, snapshot: string | undefined, now = new Date()): Point {
  if (at !== undefined && snapshot !== undefined)
    throw new InputError("--at and --snapshot can't be combined: a snapshot has its own time.");
  if (snapshot !== undefined) return { snapshot };
  if (at === undefined || at === "latest") return { latest: true };
  const date = new Date(at);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(at) || Number.isNaN(date.getTime()))
    throw new InputError(
      `--at ${at}: is not a time with a time zone. Write one such as 2026-01-31T09:30:00+09:00, 2026-01-31T00:30:00Z, or latest.`,
    );
  if (date > now) throw new InputError(`--at ${at}: is in the future.`);
  return { at: date };
}

/** What can be restored. */
export interface Restorable {
  /** Between which any second can be had; undefined where there are no automated backups. */
  readonly window: { readonly earliest: Date; readonly latest: Date } | undefined;
  /** The newest first. */
  readonly snapshots: readonly DBSnapshot[];
}

/** Looks what there is of an instance, whatever it is called now, and if it was deleted. */
export async function restorable(
  rds: RDSClient,
  { identifier, resourceId }: Declared,
  source: DBInstance | undefined,
): Promise<Restorable> {
  const { DBInstanceAutomatedBackups: backups = [] } = await rds.send(
    new DescribeDBInstanceAutomatedBackupsCommand(
      source ? { DBInstanceIdentifier: source.DBInstanceIdentifier } : { DbiResourceId: resourceId },
    ),
  );
  const window = backups.find(({ RestoreWindow }) => RestoreWindow)?.RestoreWindow;
  const names = new Set([identifier, source?.DBInstanceIdentifier ?? identifier]);
  const newestFirst = (await snapshotsOf(rds, names)).toSorted((a, b) => timeOf(b).getTime() - timeOf(a).getTime());
  const latest = window?.LatestTime ?? source?.LatestRestorableTime;
  const oldest = newestFirst.findLast(({ SnapshotType }) => SnapshotType !== IN_VAULT);
  const earliest = window?.EarliestTime ?? oldest?.SnapshotCreateTime ?? source?.InstanceCreateTime;
  return { window: latest && earliest ? { earliest, latest } : undefined, snapshots: newestFirst };
}

/** The type of snapshots that AWS Backup keeps in a vault. */
const IN_VAULT = "awsbackup";

/** All snapshots of instances: without a type, RDS promises automated and manual ones only. */
async function snapshotsOf(rds: RDSClient, names: ReadonlySet<string>): Promise<DBSnapshot[]> {
  const found = new Map<string | undefined, DBSnapshot>();
  for (const DBInstanceIdentifier of names)
    for (const SnapshotType of [undefined, IN_VAULT])
      for await (const page of paginateDescribeDBSnapshots({ client: rds }, { DBInstanceIdentifier, SnapshotType }))
        for (const one of page.DBSnapshots ?? []) found.set(one.DBSnapshotIdentifier, one);
  return [...found.values()];
}

export function timeOf({ SnapshotCreateTime }: DBSnapshot): Date {
  return SnapshotCreateTime ?? new Date(0);
}

/**
 * The time of the data that a point leads to.
 *
 * @throws UserError where it can't be had, with what can
 */
export function timeOfPoint(point: Point, { window, snapshots }: Restorable): Date {
  if ("snapshot" in point) {
    const found = snapshots.find(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === point.snapshot);
    if (!found) throw new UserError(`There is no snapshot ${point.snapshot} of this database. ${SEE}`);
    if (found.Status !== "available") throw new UserError(`The snapshot ${point.snapshot} is ${found.Status}.`);
    return timeOf(found);
  }
  if (!window) throw new UserError(`There are no automated backups of this database. ${SEE}`);
  if ("latest" in point) return window.latest;
  if (point.at > window.latest || point.at < window.earliest)
    throw new UserError(
      `${point.at.toISOString()} can't be restored: choose a time between ${window.earliest.toISOString()} and ${window.latest.toISOString()}.`,
    );
  return point.at;
}

const SEE = "To list them: --list";

import {
  type DBInstance,
  ModifyDBInstanceCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { UserError } from "@operation-app/preflight/input";
import type { Progress } from "../../lib/terminal/progress.ts";
import type { Declared } from "./declared.ts";
import { listInstances, until, type Waiting } from "./instances.ts";
import { isBeside, nameBeside, type Purpose } from "./names.ts";
import { type Point, restorable, timeOfPoint } from "./points.ts";
import { changesAfterRestore, differences, restoreParameters } from "./settings.ts";

export interface RestoreOptions extends Waiting {
  readonly rds: RDSClient;
  readonly progress: Progress;
  readonly declared: Declared;
  readonly point: Point;
  /** What the new instance is for: a throw-away one is not protected. */
  readonly purpose: Exclude<Purpose, "old">;
  /** Told the name of the new instance before there is one. */
  readonly onName?: (name: string) => void;
}

/** A restored instance, and the time of its data. */
export interface Restored {
  readonly instance: DBInstance;
  readonly dataOf: Date;
}

/**
 * Restores the database into a new instance beside the deployed one, and brings that to what the deployed one is. Run
 * again after it was interrupted, it goes on with the instance that is there.
 *
 * @throws UserError where there is no such backup, or what was restored is not like the deployed one
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { rds, progress, point, purpose, onName = () => {} } = options;
  const declared = purpose === "drill" ? unprotected(options.declared) : options.declared;
  const { identifier, resourceId } = declared;
  progress.step("Find the point in time to restore");
  const instances = await listInstances(rds);
  const source = instances.find(({ DbiResourceId }) => DbiResourceId === resourceId);
  const dataOf = timeOfPoint(point, await restorable(rds, declared, source));
  const existing = begun(instances, identifier, purpose, point, dataOf);
  const name = existing ?? nameBeside(identifier, purpose, dataOf);
  onName(name);
  if (existing) progress.fact(`${name} already exists: continuing with it`);
  else {
    progress.step(`Restore ${identifier}, as it was at ${dataOf.toISOString()}, into ${name}`);
    if (!source) progress.fact(`${identifier} does not exist any more; its backups are used`);
    await ask(rds, declared, source, point, name);
    progress.fact("requested; RDS takes 10 minutes or more, depending on the size of the database");
  }
  await until(options, name, ({ DBInstanceStatus: status }) => (status === "available" ? [] : [`status is ${status}`]));
  progress.fact("available");
  const instance = await completed(options, declared, name);
  return { instance, dataOf };
}

/** An instance that was begun to be restored for the same purpose, with the data that is wanted. */
function begun(
  instances: readonly DBInstance[],
  identifier: string,
  purpose: Purpose,
  point: Point,
  dataOf: Date,
): string | undefined {
  const names = besides(instances, identifier, purpose);
  return "latest" in point ? names.at(-1) : names.find((name) => name === nameBeside(identifier, purpose, dataOf));
}

/** Names of the instances for a purpose, the oldest first. */
export function besides(instances: readonly DBInstance[], identifier: string, purpose: Purpose): string[] {
  const names = instances.map(({ DBInstanceIdentifier = "" }) => DBInstanceIdentifier);
  return names.filter((name) => isBeside(name, identifier, purpose)).sort();
}

async function ask(
  rds: RDSClient,
  declared: Declared,
  source: DBInstance | undefined,
  point: Point,
  name: string,
): Promise<void> {
  const parameters = restoreParameters(declared);
  if ("snapshot" in point) {
    const of = { DBSnapshotIdentifier: point.snapshot, DBInstanceIdentifier: name };
    await rds.send(new RestoreDBInstanceFromDBSnapshotCommand({ ...parameters, ...of }));
    return;
  }
  // A deleted instance has no name; its backups have its id.
  const from = source
    ? { SourceDBInstanceIdentifier: source.DBInstanceIdentifier }
    : { SourceDbiResourceId: declared.resourceId };
  const time = "at" in point ? { RestoreTime: point.at } : { UseLatestRestorableTime: true };
  const of = { ...from, ...time, TargetDBInstanceIdentifier: name };
  await rds.send(new RestoreDBInstanceToPointInTimeCommand({ ...parameters, ...of }));
}

/** Brings to a restored instance what a restore does not, and checks all of it. */
async function completed(waiting: Waiting, declared: Declared, name: string): Promise<DBInstance> {
  const { rds, progress } = waiting;
  progress.step("Apply the settings that a restore does not keep, and check them");
  const there = (await listInstances(rds)).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
  const changes = there && changesAfterRestore(declared, there);
  if (changes) {
    await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, ...changes }));
    const changed = Object.keys(changes).filter((one) => one !== "ApplyImmediately");
    progress.fact(`changed: ${changed.join(", ")}`);
  }
  const minutes = { ...waiting, timeoutMs: Math.min(waiting.timeoutMs ?? CHANGES_MS, CHANGES_MS) };
  const instance = await until(minutes, name, (one) => differences(declared, one)).catch((error) => {
    throw error instanceof UserError ? new UserError(`${error.message}\nThe deployed database is unchanged.`) : error;
  });
  progress.fact(`${instance.Engine} ${instance.EngineVersion}, with all settings of ${declared.identifier}`);
  return instance;
}

/** In which changes of a new instance are there, or never. */
const CHANGES_MS = 30 * 60_000;

/** As a throw-away instance has it: it can be deleted, and backs nothing up. */
function unprotected(declared: Declared): Declared {
  const { attributes } = declared;
  const throwAway = {
    deletion_protection: false,
    multi_az: false,
    backup_retention_period: 0,
    backup_window: undefined,
    manage_master_user_password: false,
    // Each instance that exports logs gets groups of its own, which would stay.
    enabled_cloudwatch_logs_exports: undefined,
  };
  return { ...declared, attributes: { ...attributes, ...throwAway } };
}

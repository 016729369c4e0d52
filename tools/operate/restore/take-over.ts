import { type DBInstance, ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import { differencesOf } from "@operation-app/plan-review";
import type { Plan } from "@operation-app/plan-review/plan";
import { InputError, UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../../environments/schema/index.ts";
import type { Planner } from "../../adopt/proof.ts";
import type { StateStore } from "../../adopt/state-store.ts";
import type { State } from "../../lib/terraform/state-file.ts";
import { type Declared, declaredInstance, INSTANCE_ADDRESS, withInstance } from "./declared.ts";
import { listInstances, until, type Waiting } from "./instances.ts";
import { nameBeside } from "./names.ts";
import { besides } from "./restore.ts";
import { differences } from "./settings.ts";

/** Where a take-over stands: read from what there is, so that one that was interrupted goes on. */
export interface Situation {
  /** What Terraform has until now, whatever it is called; undefined where it was deleted. */
  readonly old: DBInstance | undefined;
  /** What takes its place. */
  readonly restored: DBInstance;
  /** The old one has given its name away, or is gone. */
  readonly isNameFree: boolean;
  /** The restored one has the name. */
  readonly isNamed: boolean;
}

/**
 * Looks how far a take-over is.
 *
 * @param wanted name of the restored instance. @default the only one there is
 * @returns nothing where the restored instance has taken over, up to the state
 * @throws UserError where there is no restored instance, or several
 */
export function situation(
  { identifier, resourceId }: Declared,
  instances: readonly DBInstance[],
  wanted?: string,
): Situation | undefined {
  const old = instances.find(({ DbiResourceId }) => DbiResourceId === resourceId);
  const named = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === identifier);
  if (named && named.DbiResourceId !== resourceId) return { old, restored: named, isNameFree: true, isNamed: true };
  const names = besides(instances, identifier, "restored");
  if (wanted !== undefined && !names.includes(wanted))
    throw new InputError(
      `There is no restored instance ${wanted}.${names.length > 0 ? ` There are: ${names.join(", ")}.` : ""}`,
    );
  if (names.length === 0 && named && besides(instances, identifier, "old").length > 0) return undefined;
  const [name, another] = wanted === undefined ? names : [wanted];
  const restored = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
  if (!restored) throw new UserError("There is no restored instance. Create one first: bin/infra restore.");
  if (another !== undefined)
    throw new InputError(
      `There are several restored instances: ${names.join(", ")}. Write one of them after --take-over.`,
    );
  return { old, restored, isNameFree: named === undefined, isNamed: false };
}

export interface TakeOverOptions extends Waiting {
  readonly environment: Environment;
  readonly declared: Declared;
  readonly situation: Situation;
  /** The environment's state, locked. */
  readonly target: StateStore;
  /** Plans the instance and its password's rotation. */
  readonly plan: Planner;
  /** Writes a state down. @returns where */
  readonly backUp: (state: State) => string;
  readonly now?: Date;
}

/**
 * Gives a restored instance the name, and so the address, of the deployed one, and its place in the state. The old one
 * stays, under another name. Nothing is renamed before a plan has proved that Terraform would leave the restored one alone.
 *
 * @returns the name of the old one; undefined where it is gone
 * @throws UserError where the restored one is not like the deployed one, or a plan would replace it
 */
export async function takeOver(options: TakeOverOptions): Promise<string | undefined> {
  const { declared, situation, target, plan, backUp, progress, now = new Date() } = options;
  const { identifier } = declared;
  const { restored, old } = situation;
  const [name, resourceId, secretArn] = [
    restored.DBInstanceIdentifier ?? "",
    restored.DbiResourceId ?? "",
    restored.MasterUserSecret?.SecretArn,
  ];
  progress.step(`Check ${name}`);
  const problems = differences(declared, restored);
  if (problems.length > 0 || secretArn === undefined)
    throw new UserError(
      `${name} can't replace the database: ${problems.join("; ")}. bin/infra restore fixes that. Nothing was changed.`,
    );
  const before = await target.pull();
  const moved = withInstance(before, resourceId, secretArn);
  const allowed = situation.isNamed ? [] : ["identifier"];
  tell(refuseChanges(await plan(moved), allowed), progress.fact);
  progress.fact(
    `Terraform, planning with a copy of the state, would ${allowed.length > 0 ? "only rename" : "not touch"} it`,
  );

  progress.step("Back up the state");
  progress.fact(backUp(before));

  const oldName = await putAside(options, old, situation.isNameFree, nameBeside(identifier, "old", now));
  if (!situation.isNamed) {
    progress.step(`Rename ${name} to ${identifier}`);
    await rename(options, restored, identifier);
  }
  progress.step(`Write ${target.name}`);
  if (!target.push) throw new Error(`${target.name} can't be written`);
  await target.push(moved);
  const written = declaredInstance(await target.pull(), options.environment);
  if (written.resourceId !== resourceId)
    throw new UserError(
      `${target.name}: was written, but has changed since: another run is writing to it. Find out which.`,
    );
  progress.fact(`written and verified: Terraform now has ${resourceId}`);
  return oldName;
}

async function putAside(
  options: TakeOverOptions,
  old: DBInstance | undefined,
  isNameFree: boolean,
  oldName: string,
): Promise<string | undefined> {
  if (isNameFree || !old) return old?.DBInstanceIdentifier;
  options.progress.step(`Rename ${old.DBInstanceIdentifier} to ${oldName}: the app has no database now`);
  await rename(options, old, oldName);
  return oldName;
}

/** RDS deletes the old address at once, and takes about ten minutes for the new one. */
async function rename(waiting: Waiting, { DBInstanceIdentifier: from, DbiResourceId }: DBInstance, to: string) {
  const change = { DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true };
  await waiting.rds.send(new ModifyDBInstanceCommand(change));
  await until(waiting, to, ({ DbiResourceId: id, DBInstanceStatus: status }) =>
    id !== DbiResourceId ? ["another instance has the name"] : status === "available" ? [] : [`status is ${status}`],
  );
  waiting.progress.fact("renamed, and available");
}

/** @returns what the next apply would change in it, beside what is allowed */
function refuseChanges({ resource_changes: changes }: Plan, allowed: readonly string[]): string[] {
  const found = changes.find(({ address, deposed }) => address === INSTANCE_ADDRESS && deposed === undefined);
  const actions = found?.change.actions.join(", ");
  if (!found || !["no-op", "update"].includes(actions ?? ""))
    throw new UserError(
      `The plan would not keep the restored instance: ${INSTANCE_ADDRESS} would be "${actions ?? "left out"}". No instance was renamed by this step, and the state was not written.`,
    );
  return differencesOf(found.change, { onlyKnown: true })
    .filter(({ path }) => !allowed.includes(path))
    .map(({ path, before, after }) => `${path}: ${before} → ${after}`);
}

function tell(differences: readonly string[], fact: (text: string) => void): void {
  for (const one of differences) fact(`the apply changes it, as it would the old one: ${one}`);
}

/** What is in the state already has taken over. */
export async function currentSituation(waiting: Waiting, declared: Declared, wanted?: string) {
  return situation(declared, await listInstances(waiting.rds), wanted);
}

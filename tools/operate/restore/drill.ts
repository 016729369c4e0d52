import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type DBInstance, DeleteDBInstanceCommand, ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import { InputError, printable, UserError } from "@operation-app/preflight/input";
import { commandOf, type OneOff, oneOffFor, runOnce } from "../one-off.ts";
import { readPassword, secretArn } from "../secrets.ts";
import type { Session } from "../session.ts";
import type { Declared } from "./declared.ts";
import { listInstances, until, type Waiting } from "./instances.ts";
import { type Point, restorable } from "./points.ts";
import { deletionCommands } from "./report.ts";
import { besides, type Restored, restore } from "./restore.ts";

/** What is asked of the restored data, beside the app, with its image, variables and password. */
export interface Check {
  /** As it stands in the record. */
  readonly text: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs a statement by what every Rails app has; no client of MySQL has to be in its image. */
const RUN_SQL = [
  "bundle",
  "exec",
  "rails",
  "runner",
  'puts ActiveRecord::Base.connection.select_all(ENV.fetch("DRILL_SQL")).to_a.inspect',
];

/** What every Rails app has: the version of its schema, and how many tables there are. */
const ANY_APP =
  "SELECT MAX(version) AS schema_version, (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()) AS tables_there FROM schema_migrations";

/** @throws InputError where both are there */
export function checkOf(command: string | undefined, sql: string | undefined): Check {
  if (command !== undefined && sql !== undefined) throw new InputError("--check and --sql can't be combined.");
  if (command !== undefined) return { text: command, command: commandOf([command]), environment: {} };
  const statement = sql ?? ANY_APP;
  return { text: statement, command: RUN_SQL, environment: { DRILL_SQL: statement } };
}

export interface DrillOptions extends Waiting {
  readonly session: Session;
  readonly declared: Declared;
  readonly check: Check;
  /** How long the check may take. */
  readonly timeoutMs: number;
  readonly now?: () => Date;
}

/** How a drill went. */
export interface Drill {
  readonly at: Date;
  /** Of when the data is; undefined where it did not get that far. */
  readonly dataOf: Date | undefined;
  /** Until the app could read it. */
  readonly restoredInMs: number | undefined;
  readonly tookMs: number;
  readonly check: string;
  /** The last lines of the check. */
  readonly said: string;
  /** Why it failed; undefined where it is good. */
  readonly problem: string | undefined;
}

/**
 * Restores the newest automated backup into a throw-away instance, asks the app what is in it, and deletes it again,
 * however it went.
 *
 * @throws UserError where it was interrupted, or there is no backup; the instance is deleted then, too
 */
export async function drill(options: DrillOptions): Promise<Drill> {
  const { rds, progress, session, declared, check, now = () => new Date() } = options;
  const at = now();
  const since = (from = at) => now().getTime() - from.getTime();
  const instances = await listInstances(rds);
  for (const name of besides(instances, declared.identifier, "drill")) tellLeftOver(name, progress.text);
  const outcome = { at, check: check.text };
  let name: string | undefined;
  let restored: Restored | undefined;
  let restoredInMs: number | undefined;
  try {
    restored = await restore({
      ...options,
      timeoutMs: RESTORE_MS,
      point: await lastNight(options, instances),
      purpose: "drill",
      onName: (one) => {
        name = one;
      },
    });
    const task = await checkTask(session, check, restored.instance);
    await takePassword(options, task, restored.instance);
    restoredInMs = since();
    progress.step(`Check its data: ${check.text}`);
    const said: string[] = [];
    const exitCode = await runOnce(session.clients, task, {
      timeoutMs: options.timeoutMs,
      ...(options.pollMs && { pollMs: options.pollMs }),
      ...(options.signal && { signal: options.signal }),
      onFact: progress.fact,
      onLine(line) {
        said.push(line);
        progress.output(line);
      },
    });
    const problem = exitCode === 0 ? undefined : `the check failed with exit code ${exitCode}`;
    return { ...outcome, dataOf: restored.dataOf, restoredInMs, tookMs: since(), said: lastOf(said), problem };
  } catch (error) {
    if (options.signal?.aborted || !(error instanceof UserError) || name === undefined) throw error;
    return { ...outcome, dataOf: restored?.dataOf, restoredInMs, tookMs: since(), said: "", problem: error.message };
  } finally {
    if (name !== undefined) await takeDown(options, name);
  }
}

/** A large database takes hours. */
const RESTORE_MS = 6 * 60 * 60_000;

/** The newest snapshot that RDS has made by itself; where there is none, the newest time that can be had. */
async function lastNight({ rds, declared }: DrillOptions, instances: readonly DBInstance[]): Promise<Point> {
  const source = instances.find(({ DbiResourceId }) => DbiResourceId === declared.resourceId);
  const { snapshots } = await restorable(rds, declared, source);
  const newest = snapshots.find(({ SnapshotType, Status }) => SnapshotType === "automated" && Status === "available");
  return newest?.DBSnapshotIdentifier ? { snapshot: newest.DBSnapshotIdentifier } : { latest: true };
}

/**
 * Gives the throw-away instance the password that the task has: it takes no other, and may read no other secret. It goes
 * from Secrets Manager to RDS, and is neither shown nor stored.
 */
async function takePassword(options: DrillOptions, task: OneOff, instance: DBInstance): Promise<void> {
  const { rds, session, progress } = options;
  const name = instance.DBInstanceIdentifier ?? "";
  const password = await readPassword(session.clients.secrets, passwordOf(task));
  const unmanaged = instance.MasterUserSecret ? { ManageMasterUserPassword: false } : {};
  await rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: name,
      MasterUserPassword: password,
      ...unmanaged,
      ApplyImmediately: true,
    }),
  );
  await until(
    { ...options, timeoutMs: RESTORE_MS },
    name,
    ({ DBInstanceStatus: status, PendingModifiedValues: pending }) =>
      status !== "available" ? [`status is ${status}`] : pending?.MasterUserPassword ? ["set its password"] : [],
  );
  progress.fact("it has the app's password");
}

/** The secret that a task has the password of the database from. */
function passwordOf({ definition: { containerDefinitions = [] } }: OneOff): string | undefined {
  const secrets = containerDefinitions.flatMap((container) => container.secrets ?? []);
  return secretArn(secrets.find(({ name }) => name === "DATABASE_PASSWORD")?.valueFrom ?? "");
}

/** As the master: the password of another user is in the backup, and may have been changed since. */
async function checkTask(session: Session, check: Check, { Endpoint }: DBInstance): Promise<OneOff> {
  const { appUser } = session.deployment.environment.database;
  const oneOff = await oneOffFor(session, appUser ? "migrate" : "app");
  const DATABASE_HOST = Endpoint?.Address ?? "";
  return { ...oneOff, command: check.command, environment: { ...check.environment, DATABASE_HOST } };
}

/** What is said of it helps nobody where it can't be deleted yet: RDS takes no deletion while it makes an instance. */
async function takeDown({ rds, progress }: DrillOptions, name: string): Promise<void> {
  progress.step(`Delete ${name}`);
  try {
    await rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: name,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
    progress.fact("RDS deletes it");
  } catch (error) {
    if ((error as Error).name === "DBInstanceNotFoundFault") return;
    progress.text(`It could not be deleted: ${printable((error as Error).message)}`);
    tellLeftOver(name, progress.text);
  }
}

function tellLeftOver(name: string, say: (text: string) => void): void {
  const [, command] = deletionCommands(name);
  say(
    `${name} was left by a drill, and costs as much as the database. Delete it: ${command?.replace(/--final.*/, "--skip-final-snapshot")}`,
  );
}

function lastOf(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-3)
    .join(" / ");
}

const HEAD = `# Restore drills

Each line was written by \`bin/infra restore <environment> --drill\`: the newest automated backup was restored into a throw-away
instance, a task of the app's has read it, and the instance was deleted. "Usable after" is from the command to a database that the
app could read.

| day | environment | data of | usable after | check | result |
|---|---|---|---|---|---|
`;

/** Appends a drill to the record, which it begins where there is none. */
export function recordDrill(file: string, environment: string, drill: Drill): void {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, HEAD);
  }
  appendFileSync(file, `${drillLine(environment, drill)}\n`);
}

export function drillLine(environment: string, { at, dataOf, restoredInMs, check, said, problem }: Drill): string {
  const cells = [
    at.toISOString().slice(0, 10),
    environment,
    dataOf ? `${dataOf.toISOString().slice(0, 16)}Z` : "-",
    restoredInMs === undefined ? "-" : durationText(restoredInMs),
    `\`${check}\``,
    problem === undefined ? said || "good" : `**failed**: ${problem}`,
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** One line of text, that can't end a cell. */
function cell(text: string): string {
  return printable(text.replaceAll(/\s+/g, " ")).replaceAll("|", "\\|");
}

export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

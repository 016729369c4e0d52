import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  PutSecretValueCommand,
  ResourceExistsException,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { UserError } from "@operation-app/preflight/input";
import { counted } from "@operation-app/preflight/terminal";
import { readSecretVersions, type SecretVersions, UNCONFIRMED } from "../lib/aws/secret-versions.ts";
import { DISCARD_OLD_PASSWORD, MAKE_USER, type MadeUser, PASSWORD, USERNAME } from "./database-user-script.ts";
import { type OneOff, type OneOffOptions, oneOffFor } from "./one-off.ts";
import { describeTaskDefinition, idIn, listTasks } from "./services.ts";
import type { Session } from "./session.ts";
import { type CopyChanges, runCopy } from "./task-copy.ts";

const RUNNER = ["bundle", "exec", "rails", "runner"];
/** Makes the user, and then runs what comes after it. */
const RUNNER_BEFORE = ["sh", "-c", `${RUNNER.join(" ")} "$0" && exec "$@"`];

/** The user of the database that Rails has. */
interface DatabaseUser {
  readonly name: string;
  /** Of the secret with its password. */
  readonly secretArn: string;
}

/**
 * What a copy of the migration has to have in addition to make sure of the user before it migrates.
 *
 * @returns nothing where the environment has no such user, or its secret is not deployed yet
 */
export async function afterMakingUser(
  session: Session,
  { definition, container }: OneOff,
  { onFact = () => {} }: OneOffOptions,
): Promise<Partial<CopyChanges>> {
  const { environment, databaseUserSecretArn: secretArn } = session.deployment;
  const { appUser } = environment.database;
  if (!appUser) return {};
  if (secretArn === undefined) {
    onFact(`${appUser.name} is created by the next release, or by bin/infra db user: its secret is not deployed yet.`);
    return {};
  }
  const { command = [] } = definition.containerDefinitions?.find(({ name }) => name === container) ?? {};
  return {
    ...(await loginOf(session, { name: appUser.name, secretArn })),
    command: [...RUNNER_BEFORE, MAKE_USER, ...command],
  };
}

/**
 * Makes sure that MySQL knows the user by the password in its secret, with what it is allowed: makes the user, or a password that
 * MySQL does not know valid beside the one that it knows. What runs is not disturbed.
 *
 * @throws UserError where the environment has no such user, or its task fails
 */
export async function createUser(session: Session, options: OneOffOptions): Promise<string> {
  const user = deployedUser(session);
  await runAsMaster(session, user, MAKE_USER, options);
  await confirmUser(session);
  return user.name;
}

/** Notes that MySQL knows the user by the password in its secret, once a task has seen to that. From then on, services may log in with it. */
export async function confirmUser({ deployment, clients: { secrets } }: Session): Promise<void> {
  const { environment, databaseUserSecretArn: SecretId } = deployment;
  if (!environment.database.appUser || SecretId === undefined) return;
  const { unconfirmed } = await readSecretVersions(secrets, SecretId);
  if (unconfirmed === undefined) return;
  const unlabelled = { SecretId, VersionStage: UNCONFIRMED, RemoveFromVersionId: unconfirmed };
  await secrets.send(new UpdateSecretVersionStageCommand(unlabelled));
}

export interface RotationOptions extends OneOffOptions {
  /** Told, again and again, what it waits for. */
  readonly onWaiting?: (text: string) => void;
}

/**
 * Gives the user another password, with both valid until no task has the old one. How far it is, the labels in Secrets
 * Manager say: one that was interrupted goes on where it was.
 *
 * 1. A new version of the secret, `AWSPENDING`; 2. MySQL knows both passwords; 3. the version is `AWSCURRENT`, on which the services that read it
 * are redeployed; 4. no task that was started before is left; 5. MySQL forgets the old password, and the label goes.
 *
 * @throws UserError where a step fails or takes too long: both passwords are valid then
 */
export async function rotatePassword(session: Session, options: RotationOptions): Promise<string> {
  const { secrets } = session.clients;
  const { onFact = () => {} } = options;
  const user = deployedUser(session);
  const SecretId = user.secretArn;
  const found = await readSecretVersions(secrets, SecretId);
  const { current, pending } = found;
  const { environment } = session.deployment;
  if (current === undefined)
    throw new UserError(`${user.name} has no password yet. Run: bin/infra db user ${environment.name}`);

  if (pending === undefined || pending !== current) {
    const version = pending ?? (await putPassword(session, user, ["AWSPENDING"], found));
    await runAsMaster(session, user, MAKE_USER, options, version);
    onFact(`MySQL accepts the old and the new password of ${user.name}`);
    const moved = { SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: version, RemoveFromVersionId: current };
    await secrets.send(new UpdateSecretVersionStageCommand(moved));
    onFact("New tasks get the new password");
  }
  await untilNoTaskHasTheOld(session, user, options);
  onFact("No task has the old password any more");
  await runAsMaster(session, user, DISCARD_OLD_PASSWORD, options);
  const { pending: done } = await readSecretVersions(secrets, SecretId);
  const unlabelled = { SecretId, VersionStage: "AWSPENDING", RemoveFromVersionId: done };
  if (done !== undefined) await secrets.send(new UpdateSecretVersionStageCommand(unlabelled));
  return user.name;
}

/** @throws UserError with what to write or run, where there is none */
function deployedUser({ deployment }: Session): DatabaseUser {
  const { environment, databaseUserSecretArn: secretArn } = deployment;
  const { name } = environment;
  const { appUser } = environment.database;
  if (!appUser)
    throw new UserError(
      `${name} has no database user for Rails. Write database: { appUser: { used: false } } in environments/${name}.ts, and run: bin/infra apply ${name}`,
    );
  if (secretArn === undefined)
    throw new UserError(`The secret of ${appUser.name} is not deployed yet. Run: bin/infra apply ${name}`);
  return { name: appUser.name, secretArn };
}

/** @param version of the secret. @default the current one; the first one, where it has none */
async function loginOf(session: Session, user: DatabaseUser, version?: string): Promise<MadeUser> {
  const found = await readSecretVersions(session.clients.secrets, user.secretArn);
  const of = version ?? found.current ?? (await putPassword(session, user, ["AWSCURRENT", UNCONFIRMED], found));
  return {
    environment: { [USERNAME]: user.name },
    secrets: { [PASSWORD]: `${user.secretArn}:password::${of}` },
  };
}

/**
 * Makes a password up, which nobody sees. Its version has an id that follows from what `found` says, so of two runs at once,
 * Secrets Manager takes one: the password of a second would be the third, of which MySQL knows two.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html (`ClientRequestToken`)
 *
 * @returns the id of its version
 * @throws UserError where another run was first
 */
async function putPassword(
  { clients }: Session,
  { name, secretArn }: DatabaseUser,
  labels: readonly string[],
  { current, changed }: SecretVersions,
): Promise<string> {
  // Of all four kinds of characters, for MySQL's component that checks passwords.
  const password = `Aa1-${randomBytes(30).toString("base64url")}`;
  const input = {
    SecretId: secretArn,
    SecretString: JSON.stringify({ username: name, password }),
    VersionStages: [...labels],
    ClientRequestToken: createHash("sha256").update(`${current} ${changed?.toISOString()}`).digest("hex").slice(0, 32),
  };
  try {
    const { VersionId = "" } = await clients.secrets.send(new PutSecretValueCommand(input));
    return VersionId;
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    throw new UserError(
      `Another run has just changed the password of ${name}. Nothing was changed; run this again when that run has ended.`,
    );
  }
}

/** Runs a script in a task with the image, the variables and the login of the deployed migration. @throws UserError where it fails */
async function runAsMaster(
  session: Session,
  user: DatabaseUser,
  script: string,
  options: OneOffOptions,
  version?: string,
): Promise<void> {
  const deployed = await oneOffFor(session, "migrate");
  const family = `${session.deployment.migrateFamily}-user`;
  const changes = { ...(await loginOf(session, user, version)), family, command: [...RUNNER, script] };
  const exitCode = await runCopy(session, deployed, changes, options);
  if (exitCode === 0) return;
  throw new UserError(
    `The task ended with exit code ${exitCode} (above). Passwords in use are still valid. Fix the error, and run this again.`,
  );
}

const POLL_MS = 5_000;

/** @throws UserError where they are not replaced in time */
async function untilNoTaskHasTheOld(session: Session, user: DatabaseUser, options: RotationOptions): Promise<void> {
  const { timeoutMs, signal, pollMs = POLL_MS, onWaiting = () => {} } = options;
  const { environment } = session.deployment;
  const again = `MySQL accepts both passwords until then. When the tasks are replaced, run it again: bin/infra db rotate ${environment.name}`;
  const deadline = Date.now() + timeoutMs;
  // Once: a new tag or description of the secret moves it, and would make old ones of the new tasks.
  const { changed = new Date(0) } = await readSecretVersions(session.clients.secrets, user.secretArn);
  for (;;) {
    const old = await tasksWithTheOld(session, user, changed);
    if (old.length === 0) return;
    if (signal?.aborted)
      throw new UserError(`Interrupted. Tasks still have the old password: ${old.join(", ")}. ${again}`);
    if (Date.now() > deadline) {
      const why = environment.ecs.redeployOnNewSecrets
        ? ""
        : " ecs.redeployOnNewSecrets is false: they are not replaced automatically.";
      throw new UserError(`Tasks still have the old password: ${old.join(", ")}.${why} ${again}`);
    }
    onWaiting(`${counted(old.length, "task has", "tasks have")} the old password`);
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Those that read the secret and were asked for before it was changed last, also where they are about to stop. */
async function tasksWithTheOld(
  { deployment, clients }: Session,
  { secretArn }: DatabaseUser,
  changed: Date,
): Promise<string[]> {
  const { cluster } = deployment;
  // In this order: one that is told to stop between the two is in both, and the other way round in none.
  const running = await listTasks(clients.ecs, { cluster, desiredStatus: "RUNNING" });
  const stopping = await listTasks(clients.ecs, { cluster, desiredStatus: "STOPPED" });
  const old = [...running, ...stopping].filter(
    ({ lastStatus, createdAt }) => lastStatus !== "STOPPED" && (createdAt ?? changed) <= changed,
  );
  const definitions = [...new Set(old.map(({ taskDefinitionArn = "" }) => taskDefinitionArn))];
  const reading = await Promise.all(
    definitions.map(async (arn) => {
      const { containerDefinitions = [] } = await describeTaskDefinition(clients.ecs, arn);
      return containerDefinitions.some(({ secrets = [] }) =>
        secrets.some(({ valueFrom = "" }) => valueFrom.startsWith(secretArn)),
      );
    }),
  );
  const names = old
    .filter(({ taskDefinitionArn = "" }) => reading[definitions.indexOf(taskDefinitionArn)])
    .map(({ taskArn }) => idIn(taskArn));
  return [...new Set(names)];
}

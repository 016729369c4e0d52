import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import type { Review } from "@operation-app/plan-review";
import { UserError } from "@operation-app/preflight/input";
import { type Environment, stateKey, statePlace } from "../../environments/schema/index.ts";
import { backUpStateText, MIGRATION_DIRECTORY } from "../adopt/backups.ts";
import { withS3 } from "../lib/aws/account.ts";
import { stateLockProblem } from "../lib/aws/environment-lock.ts";
import { listStateVersions, readStateVersion } from "../lib/aws/state-versions.ts";
import { addressOf } from "../lib/terraform/state-objects.ts";
import type { ReadVersion } from "./state-versions.ts";

/** Whether a version may become the state. @throws UserError where it may not */
export function refuseUnfit(version: ReadVersion, versions: readonly ReadVersion[]): void {
  const [now] = versions;
  if (version.isLatest) throw new UserError(`${version.id} is already the current state.`);
  const isEncrypted = version.problem?.includes("encrypted") === true;
  if (!version.state && !isEncrypted) throw new UserError(`${version.id} can't be restored: it is ${version.problem}.`);
  const known = now?.state ?? versions.find(({ state }) => state !== undefined)?.state;
  if (version.state && known && version.state.lineage !== known.lineage)
    throw new UserError(
      `${version.id} has another lineage (${version.state.lineage}) than the current state (${known.lineage}): it is the state of another configuration.`,
    );
}

/**
 * What an apply would do to what exists, by a plan made on a copy of a version.
 *
 * @param now the state of today; undefined where it can't be read: then nothing is known of what exists
 * @returns a line each for what would be made a second time, and what would be deleted or replaced
 */
export function consequencesOf({ changes }: Pick<Review, "changes">, now: ReadVersion["state"]): string[] {
  const managed = now?.resources.filter(({ mode }) => mode === "managed") ?? [];
  const there = new Set(managed.flatMap((one) => one.instances.map((instance) => addressOf(one, instance))));
  const of = (...kinds: readonly string[]) =>
    changes.filter(({ kind }) => kinds.includes(kind)).map(({ address }) => address);
  const twice = of("create").filter((address) => there.has(address));
  return [
    ...twice.map((address) => `An apply would create ${address} a second time: it exists, but is not in this version.`),
    ...of("delete", "replace").map((address) => `An apply would delete or replace ${address}.`),
    ...of("forget").map((address) => `An apply would forget ${address}: it would continue to exist, unmanaged.`),
  ];
}

/** Whether two plans do the same to the same. */
export function isSamePlan(one: Pick<Review, "changes">, another: Pick<Review, "changes">): boolean {
  const texts = [one, another].map(({ changes }) => changes.map(({ address, kind }) => `${kind} ${address}`).sort());
  return JSON.stringify(texts[0]) === JSON.stringify(texts[1]);
}

/**
 * Makes a version the state again, as it is byte for byte, while nobody else may write it. What was there is kept as a version
 * of its own, and in a file.
 *
 * @returns the file, and the id under which S3 has what was there; nothing where it was deleted
 * @throws UserError where somebody else has locked the state, or has written it since `version` was chosen
 */
export async function putBack(
  environment: Environment,
  version: ReadVersion,
  now: Pick<ReadVersion, "id" | "isDeletion"> | undefined,
  directory = MIGRATION_DIRECTORY,
): Promise<string | undefined> {
  const { bucket } = environment.state;
  const key = stateKey(environment);
  return withLock(environment, async () => {
    const [latest] = await listStateVersions(environment);
    if (latest?.id !== now?.id)
      throw new UserError(`${statePlace(environment)} was changed by another run. Nothing was changed.`);
    const there = latest && !latest.isDeletion ? await readStateVersion(environment, latest.id) : undefined;
    const file = there !== undefined ? backUpStateText(environment.name, there, new Date(), directory) : undefined;
    const CopySource = `${bucket}/${key}?versionId=${encodeURIComponent(version.id)}`;
    await withS3(environment.region, (s3) => s3.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource })));
    return file;
  });
}

/**
 * Holds the lock that Terraform looks at, in its own form: Terraform's commands read the state first, which a damaged one
 * ends.
 *
 * Source: https://developer.hashicorp.com/terraform/language/backend/s3 (`use_lockfile`)
 */
async function withLock<T>(environment: Environment, work: () => Promise<T>): Promise<T> {
  const lock = { Bucket: environment.state.bucket, Key: `${stateKey(environment)}.tflock` };
  const Body = JSON.stringify({
    ID: randomUUID(),
    Operation: "state --restore",
    Info: "",
    Who: `${userInfo().username}@${hostname()}`,
    Version: "",
    Created: new Date().toISOString(),
    Path: `${environment.state.bucket}/${stateKey(environment)}`,
  });
  const taken = await withS3(environment.region, async (s3) => {
    try {
      await s3.send(new PutObjectCommand({ ...lock, Body, IfNoneMatch: "*" }));
      return true;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409) return false;
      throw error;
    }
  });
  if (!taken)
    throw new UserError(
      (await stateLockProblem(environment)) ?? "The state has just been locked by another run. Run this again.",
    );
  try {
    return await work();
  } finally {
    await withS3(environment.region, (s3) => s3.send(new DeleteObjectCommand(lock)));
  }
}

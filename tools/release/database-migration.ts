import { UserError } from "@operation-app/preflight/input";
import { afterMakingUser, confirmUser } from "../operate/database-user.ts";
import { type OneOffOptions, oneOffFor } from "../operate/one-off.ts";
import type { Session } from "../operate/session.ts";
import { runCopy } from "../operate/task-copy.ts";

/**
 * Migrates the database with an image that no service runs yet, in a task of its own: a copy of the deployed migration. Where
 * the environment has a user of the database for Rails, the same task makes sure of it first.
 *
 * `db:migrate` skips what has been run, so a second try may run it again.
 *
 * @param image with its tag or digest
 * @throws UserError where it ends with another exit code than 0 or never started; StoppedError where it was interrupted
 */
export async function migrate(session: Session, image: string, options: OneOffOptions): Promise<void> {
  const deployed = await oneOffFor(session, "migrate");
  const changes = await afterMakingUser(session, deployed, options);
  const family = copyFamily(session.deployment.migrateFamily);
  const exitCode = await runCopy(session, deployed, { ...changes, family, image }, options);
  if (exitCode === 0) return confirmUser(session);
  throw new UserError(
    `The migration failed with exit code ${exitCode}. Nothing was deployed; the running version is unchanged. MySQL can't roll back a migration that ran in part. Fix it, and release a new version.`,
  );
}

/** Family of the copies. */
function copyFamily(migrateFamily: string): string {
  return `${migrateFamily}-release`;
}

import { UserError } from "@operation-app/preflight/input";
import { GitHub, type Job } from "./github.ts";

/**
 * Stops a job whose commit is no longer the last of its branch, such as an old one that was run again: it would bring
 * back what has been changed since. Outside GitHub nothing is done.
 *
 * @throws UserError where the branch has moved on; InputError where the job of a branch has no token to look
 */
export async function refuseOldCommit(job: Job, commit: string): Promise<void> {
  if (job.branch === undefined) return;
  const tip = await new GitHub(job).tipOf(job.branch);
  if (tip === commit) return;
  throw new UserError(
    `${job.branch} is at ${tip}, and this run is for ${commit}: it would revert the newer commit. Use the run of the newer commit.`,
  );
}

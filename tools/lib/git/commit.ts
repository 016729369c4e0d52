import { InputError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { changedFiles } from "./changed-files.ts";

/**
 * The commit that is checked out.
 *
 * @throws InputError where there is none, or files differ from it: a plan of theirs would be nobody's
 */
export async function checkedOutCommit(): Promise<string> {
  const { stdout: commit, failed } = await execa("git", ["rev-parse", "HEAD"], { reject: false });
  if (failed) throw new InputError("This is not a git repository, so the plan can't be stored under a commit.");
  const files = changedFiles((await execa("git", ["status", "--porcelain"])).stdout);
  if (files.length > 0) {
    throw new InputError(
      `These files have uncommitted changes, so the plan would not be the commit's: ${files.join(", ")}. Commit or remove them.`,
    );
  }
  return commit;
}

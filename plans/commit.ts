import { execa } from "execa";
import { InputError } from "../toolchain/user-error.ts";

/**
 * The commit that is checked out.
 *
 * @throws InputError where there is none, or files differ from it: a plan of theirs would be nobody's
 */
export async function checkedOutCommit(): Promise<string> {
  const { stdout: commit, failed } = await execa("git", ["rev-parse", "HEAD"], { reject: false });
  if (failed) throw new InputError("This is not a git repository, so the plan can't be kept under a commit.");
  const { stdout: changes } = await execa("git", ["status", "--porcelain"]);
  if (changes !== "") {
    const files = changes.split("\n").map((line) => line.slice(3));
    throw new InputError(
      `These files differ from the commit, so its plan would be of something else: ${files.join(", ")}. Commit them, or take them away.`,
    );
  }
  return commit;
}

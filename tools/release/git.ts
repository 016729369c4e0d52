import { UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { changedFiles } from "../lib/git/changed-files.ts";
import { type Versions, versionsIn } from "./versions.ts";

/** Versions that ran, by a commit of the versions file. */
export interface Recorded {
  readonly versions: Versions;
  readonly commit: string;
  readonly at: Date;
}

/** Files that differ from the commit that is checked out, except the one that a release writes itself. */
export async function otherChanges(versionsFile: string): Promise<string[]> {
  const { stdout } = await git("status", "--porcelain", "--no-renames", "--untracked-files=all");
  return changedFiles(stdout).filter((file) => file !== versionsFile && !file.endsWith(`/${versionsFile}`));
}

/** Why no commit could be made; nothing where one could. */
export async function commitProblem(): Promise<string | undefined> {
  if ((await git("rev-parse", "--is-inside-work-tree")).failed)
    return "This is not a git repository, so nothing can be committed. Write --no-commit.";
  const { failed } = await git("var", "GIT_COMMITTER_IDENT");
  return failed ? "git has no author. Run: git config user.name … and user.email …, or write --no-commit." : undefined;
}

/** Commits one file and nothing else. @returns whether it differed @throws UserError where git refuses */
export async function commitFile(file: string, message: string): Promise<boolean> {
  const { stdout } = await git("status", "--porcelain", "--", file);
  if (stdout === "") return false;
  await done("add", "--", file);
  await done("commit", "--quiet", "--message", message, "--", file);
  return true;
}

/** Sends the commit to the branch that is checked out. @throws UserError where git refuses */
export async function push(): Promise<void> {
  const { stdout: branch } = await done("rev-parse", "--abbrev-ref", "HEAD");
  await done("push", "--quiet", "origin", `HEAD:${branch}`);
}

/** What the versions file was in each commit that changed it, newest first. Nothing where there is no repository. */
export async function recordedVersions(file: string): Promise<Recorded[]> {
  const { stdout, failed } = await git("log", "--first-parent", "--format=%H %cI", "--", file);
  if (failed || stdout === "") return [];
  const commits = stdout.split("\n").map((line) => line.split(" "));
  const found = await Promise.all(
    commits.map(async ([commit = "", at = ""]) => {
      const { stdout: text, failed: gone } = await git("show", `${commit}:./${file}`);
      const versions = gone ? undefined : versionsIn(text);
      return versions ? [{ versions, commit, at: new Date(at) }] : [];
    }),
  );
  return found.flat();
}

const git = (...args: string[]) => execa("git", args, { reject: false, stripFinalNewline: true });

async function done(...args: string[]) {
  const result = await git(...args);
  if (result.failed) throw new UserError(`git ${args[0]} failed: ${result.stderr || result.shortMessage}`);
  return result;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedFiles } from "../lib/git/changed-files.ts";
import { type Git, gitIn } from "../lib/git/git.ts";

/** npm makes it anew from `package.json`, so a conflict in it is none. */
const LOCK = "package-lock.json";

/** Whether a file is the user's: no version of this project changes it. What checks the environments is not. */
function isYours(file: string): boolean {
  if (file.startsWith("environments/")) return !file.startsWith("environments/schema/");
  return file.startsWith("examples/") || file === "review-policy.ts";
}

/**
 * Merges what has changed between two commits into the files and the index, three-way, but for what is the user's.
 *
 * @returns files with conflicts, which have git's marks in them
 */
export async function mergeChanges(project: string, base: string, target: string): Promise<readonly string[]> {
  const commit = await commitWithoutYours(project, base, target);
  const git = gitIn(project);
  const settings = ["-c", "merge.conflictStyle=diff3", "-c", "rerere.enabled=false", "-c", "core.quotePath=false"];
  const problem = await git(...settings, "cherry-pick", "--no-commit", "--allow-empty", commit).then(
    () => undefined,
    (error: Error) => error,
  );
  const conflicts = await filesInConflict(git);
  if (problem && conflicts.length === 0) throw problem;
  if (!conflicts.includes(LOCK)) return conflicts;
  await git("checkout", "--theirs", "--", LOCK);
  await git("add", "--", LOCK);
  return conflicts.filter((file) => file !== LOCK);
}

async function filesInConflict(git: Git): Promise<string[]> {
  const listed = await git("diff", "--name-only", "--diff-filter=U", "-z");
  return listed.split("\0").filter((file) => file !== "");
}

/** A commit on the base whose files are the target's, with the user's own as the base has them. */
async function commitWithoutYours(project: string, base: string, target: string): Promise<string> {
  const git = gitIn(project);
  const directory = mkdtempSync(join(tmpdir(), "upgrade-"));
  try {
    const entries = async (commit: string) => (await git("ls-tree", "-r", "-z", commit)).split("\0").filter(Boolean);
    const path = (entry: string) => entry.slice(entry.indexOf("\t") + 1);
    const lines = [
      ...(await entries(target)).filter((entry) => !isYours(path(entry))),
      ...(await entries(base)).filter((entry) => isYours(path(entry))),
    ];
    const index = { GIT_INDEX_FILE: join(directory, "index") };
    await gitIn(project, index, lines.map((line) => `${line}\0`).join(""))("update-index", "-z", "--index-info");
    const tree = await gitIn(project, index)("write-tree");
    const who = { NAME: "infra upgrade", EMAIL: "upgrade@localhost" };
    const author = Object.fromEntries(
      Object.entries(who).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    );
    return await gitIn(project, author)("commit-tree", tree, "-p", base, "-m", "The next version");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What each conflict is, by file, and the lines of it. */
export async function describeConflicts(project: string, conflicts: readonly string[]): Promise<string> {
  const git = gitIn(project);
  const kinds = new Map(
    (await git("-c", "core.quotePath=false", "status", "--porcelain"))
      .split("\n")
      .map((line) => [changedFiles(line)[0] ?? "", KINDS[line.slice(0, 2)] ?? "changed on both sides"]),
  );
  const named = conflicts.map((file) => `  ${file}: ${kinds.get(file) ?? "changed on both sides"}`);
  const lines = (await git("-c", "core.quotePath=false", "diff", "--diff-filter=U")).split("\n");
  const shown = lines.slice(0, MAX_LINES);
  const rest = lines.length > MAX_LINES ? [`… ${lines.length - MAX_LINES} lines more`] : [];
  return [...named, "", ...shown, ...rest].join("\n");
}

const MAX_LINES = 80;

const KINDS: Readonly<Record<string, string>> = {
  DU: "you have deleted it, and the new version changes it",
  UD: "you have changed it, and the new version deletes it",
  AA: "both have added it",
};

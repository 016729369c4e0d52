import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, UserError } from "@operation-app/preflight/input";
import { counted } from "@operation-app/preflight/terminal";
import { changingClone } from "../lib/changing-clone.ts";
import { frameworkOf } from "../lib/framework.ts";
import { changedFiles } from "../lib/git/changed-files.ts";
import { gitIn } from "../lib/git/git.ts";
import { runTool, type ToolOptions } from "../lib/process/run-tool.ts";
import { type AddressChanges, addressChanges, readAddresses } from "./addresses.ts";
import { changesBetween } from "./changelog.ts";
import { describeConflicts, mergeChanges } from "./merge.ts";
import { baseOf, chooseVersion, fetchVersions } from "./versions.ts";

export interface UpgradeOptions {
  /** Root of the project. */
  readonly project: string;
  /** Remote or address of the repository that the versions come from. */
  readonly remote: string;
  /** @default the newest */
  readonly version?: string;
  /** Leaves conflicts in the files, for the user to resolve. @default false: everything is put back */
  readonly keepsConflicts?: boolean;
  /** Told before each step. */
  readonly onStep: (step: string) => void;
  /** Ends the upgrade; everything is put back. */
  readonly signal?: AbortSignal;
}

export interface Upgraded extends AddressChanges {
  readonly from: string;
  readonly to: string;
  /** What the changelog says of the versions in between. */
  readonly changes: string;
  /** Files that are staged. */
  readonly files: readonly string[];
}

/** What proves a merge, in this order: the new version's own commands. */
const INSTALL = ["npm", "install", "--no-audit", "--no-fund"] as const;
const TYPE_CHECK = ["npm", "run", "--silent", "build"] as const;
const SYNTH = [process.execPath, "tools/cdktf/synth.cjs"] as const;

/**
 * Takes a newer version of this project into a clone: fetches it, merges what has changed, installs, checks the types, and
 * synthesizes. The result is staged, and not committed. Where a step fails or is interrupted, everything is put back.
 *
 * @returns undefined where the clone has that version already
 * @throws InputError where files differ from the commit, the clone is turned to the other framework, or there is no such version
 * @throws UserError where there are conflicts, or a step fails
 */
export async function upgrade(options: UpgradeOptions): Promise<Upgraded | undefined> {
  const { project, remote, version, onStep, signal } = options;
  const git = gitIn(project);
  await refuseUnready(project);
  onStep(`Fetch the versions of ${remote}`);
  const versions = await fetchVersions(git, remote);
  const from = versionOf(project);
  const target = chooseVersion(versions, from, version);
  if (target === undefined) return undefined;
  const base = await baseOf(git, versions, from, target);
  const run = ([command, ...args]: readonly [string, ...string[]]) =>
    runTool(command, args, toolOptions(project, signal));

  return changingClone(project, `upgrade ${target.name}`, async () => {
    let isInstalled = false;
    try {
      onStep("Synthesize the current version");
      await run(SYNTH);
      const before = readAddresses(join(project, "cdktf.out"));
      onStep(`Merge ${target.name}`);
      const conflicts = await mergeChanges(project, base, target.commit);
      if (conflicts.length > 0) throw new Conflicts(conflicts, await describeConflicts(project, conflicts));
      onStep("npm install");
      isInstalled = true;
      await run(INSTALL);
      onStep("Check the types");
      await run(TYPE_CHECK);
      onStep("Synthesize");
      await run(SYNTH);
      await git("add", "--all");
      signal?.throwIfAborted();
      return {
        from,
        to: target.name,
        changes: changesBetween(readFileSync(join(project, "CHANGELOG.md"), "utf8"), from, target.name),
        files: (await git("diff", "--staged", "--name-only", "-z")).split("\0").filter(Boolean),
        ...addressChanges(before, readAddresses(join(project, "cdktf.out"))),
      };
    } catch (cause) {
      if (cause instanceof Conflicts && options.keepsConflicts) throw new UserError(`${cause.message}\n\n${RESOLVE}`);
      onStep("Undo all changes");
      const reason = signal?.aborted ? "it was interrupted." : (cause as Error).message;
      const rest = await putBack(project, isInstalled);
      const how =
        cause instanceof Conflicts
          ? " With --keep-conflicts they stay in the files, so that you can resolve them."
          : "";
      throw new UserError(`Not upgraded to ${target.name}: ${reason}\n${rest}${how}`);
    }
  });
}

/** What has to be done by hand where files are in conflict. */
const RESOLVE =
  "They have conflict markers. Resolve them, then: npm install && npm run build && npm run synth && git add --all && git commit. " +
  "Or undo the merge: git reset --hard";

class Conflicts extends Error {
  constructor(files: readonly string[], description: string) {
    super(`${counted(files.length, "file is", "files are")} in conflict with your changes.\n${description}`);
  }
}

async function refuseUnready(project: string): Promise<void> {
  const changed = await gitIn(project)("status", "--porcelain").then(changedFiles, () => {
    throw new InputError("This is not a git repository: an upgrade is a merge.");
  });
  if (changed.length > 0)
    throw new InputError(`These files have uncommitted changes: ${changed.join(", ")}. Commit or remove them.`);
  if (frameworkOf(project) !== "cdktf")
    throw new InputError(
      "Versions are written for cdktf. First switch this clone to cdktf (bin/infra framework cdktf), commit, upgrade, and switch back.",
    );
}

function versionOf(project: string): string {
  return (JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { version: string }).version;
}

function toolOptions(project: string, signal?: AbortSignal): ToolOptions {
  return { cwd: project, env: process.env, signal, endsAtSignal: true };
}

/** Files and dependencies as they were, whatever signal comes meanwhile. @returns what to say of it */
async function putBack(project: string, isInstalled: boolean): Promise<string> {
  const run = (command: string, ...args: string[]) => runTool(command, args, toolOptions(project));
  await run("git", "reset", "--hard", "--quiet", "HEAD");
  try {
    if (isInstalled) await run("npm", "ci", "--no-audit", "--no-fund");
    return "The clone is unchanged.";
  } catch {
    return "The files are restored, but not node_modules: run npm ci.";
  }
}

import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { InputError, UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { changingClone } from "../lib/changing-clone.ts";
import { type FrameworkName, frameworkOf } from "../lib/framework.ts";
import { changedFiles } from "../lib/git/changed-files.ts";
import { isAtLeast } from "../lib/process/versions.ts";
import { PACKAGES } from "./packages.ts";
import { renameImports, renamePackages } from "./rename.ts";

export interface Switch {
  readonly to: FrameworkName;
  /** Told before each step that takes long. */
  readonly onStep: (step: string) => void;
  /** Root of the project. */
  readonly project: string;
  readonly nodeVersion?: string;
  /** Ends it; everything is put back. */
  readonly signal?: AbortSignal;
}

/**
 * Turns a clone to the other framework: imports, dependencies, scripts and lock file. Where a step fails or is interrupted,
 * everything is put back as it was.
 *
 * @returns the files that have changed; none where the project is written for it already
 * @throws InputError where files differ from the commit: what this changes could not be told from them
 * @throws UserError where a step fails; the clone is as it was, or the message says what is not
 */
export async function switchFramework({
  to,
  onStep,
  project,
  nodeVersion,
  signal,
}: Switch): Promise<readonly string[]> {
  const from = frameworkOf(project);
  if (from === to) return [];
  refuseOldNode(to, nodeVersion ?? process.versions.node);
  const git = async (...args: string[]) => (await execa("git", args, { cwd: project })).stdout;
  const npm = (args: readonly string[], cancelSignal?: AbortSignal) =>
    execa("npm", [...args, "--no-audit", "--no-fund"], { cwd: project, all: true, cancelSignal });

  const changed = changedFiles(await git("status", "--porcelain"));
  if (changed.length > 0)
    throw new InputError(`These files have uncommitted changes: ${changed.join(", ")}. Commit or remove them.`);

  return changingClone(project, `framework ${to}`, async () => {
    try {
      onStep("Rename imports and dependencies");
      for (const file of (await git("ls-files")).split("\n")) rename(project, file, from, to);
      onStep("npm install");
      await npm(["install"], signal);
      // Sorted, since names have changed.
      await execa("npx", ["biome", "check", "--write", "."], { cwd: project, cancelSignal: signal });
      signal?.throwIfAborted();
    } catch (cause) {
      onStep("Undo all changes");
      await git("checkout", "--quiet", "--", ".");
      const { failed } = await npm(["ci"]).catch(() => ({ failed: true }));
      const rest = failed ? "The files are restored, but not node_modules: run npm ci." : "The clone is unchanged.";
      const { all, message } = cause as { all?: string; message: string };
      throw new UserError(
        `Not switched to ${to}: ${signal?.aborted ? "it was interrupted." : (all ?? message)}\n${rest}`,
      );
    }
    return changedFiles(await git("status", "--porcelain"));
  });
}

function rename(project: string, file: string, from: FrameworkName, to: FrameworkName): void {
  const change = basename(file) === "package.json" ? renamePackages : isCode(file) ? renameImports : undefined;
  if (change === undefined) return;
  const path = `${project}/${file}`;
  const source = readFileSync(path, "utf8");
  const renamed = change(source, from, to);
  if (renamed !== source) writeFileSync(path, renamed);
}

const isCode = (file: string) => /\.[cm]?[jt]s$/.test(file);

function refuseOldNode(to: FrameworkName, version: string): void {
  const { node, command } = PACKAGES[to];
  if (!isAtLeast(version, node))
    throw new UserError(
      `${command[0]} needs Node ${node} or later; this is ${version}. Install it (nvm install 22), run npm ci, and run this again.`,
    );
}

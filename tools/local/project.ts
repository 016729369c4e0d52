import { chmodSync, cpSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { LOCAL_COMMAND } from "../lib/local-run.ts";
import { MARK } from "./processes.ts";
import { projectRoot } from "./runs.ts";

/** What of the checkout the verbs need. */
export const PARTS: readonly string[] = [
  "bin",
  "cdktf.json",
  "environments",
  "images",
  "main.ts",
  "modules",
  "package.json",
  "packages",
  "review-policy.ts",
  "stacks",
  "tools",
  "tsconfig.json",
];

/** Who commits in the copy. */
const IDENTITY = { "user.name": "Local run", "user.email": "local@localhost", "commit.gpgSign": "false" };

const VERSIONS = /\.versions\.json$/;

/** The copy of a run. */
export const projectOf = (directory: string) => join(directory, "project");

export interface Copied {
  /** Files that are other than what was brought to the deployment last, by their paths in the project. */
  readonly changed: readonly string[];
}

/**
 * Copies the checkout into a run's directory, as a repository of its own: what is released in the run is written and committed
 * there, and never in the checkout. Copied again, it has what the checkout has now, but for the versions that were released.
 */
export async function copyProject(directory: string): Promise<Copied> {
  const copy = projectOf(directory);
  const isFirst = !existsSync(copy);
  const isWanted = (file: string) =>
    !["node_modules", "dist"].includes(basename(file)) && (isFirst || !VERSIONS.test(file));
  for (const part of PARTS) {
    if (!isFirst && part !== "environments") rmSync(join(copy, part), { recursive: true, force: true });
    cpSync(join(projectRoot, part), join(copy, part), { recursive: true, filter: isWanted });
  }
  const git = gitIn(directory);
  if (isFirst) {
    symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, ".gitignore"), "node_modules\n.cache\n.plans\n.migration\n");
    await git("init", "--quiet");
    for (const [name, value] of Object.entries(IDENTITY)) await git("config", name, value);
  }
  await git("add", "--all");
  await git("commit", "--quiet", "--allow-empty", "--message", "What the checkout has");
  if (isFirst) await noteBrought(directory);
  const { stdout } = await git("diff", "--name-only", BROUGHT);
  return { changed: stdout.split("\n").filter((file) => file && !VERSIONS.test(file)) };
}

/** Notes that the deployment has what the copy has. Until then, it is to be brought there. */
export async function noteBrought(directory: string): Promise<void> {
  await gitIn(directory)("tag", "--force", BROUGHT);
}

const BROUGHT = "brought";

const gitIn =
  (directory: string) =>
  (...args: string[]) =>
    execa("git", args, { cwd: projectOf(directory) });

/** `bin/infra` for the last run, which reaches its emulator alone. */
export const commandFile = (directory: string) => join(directory, "..", "..", "infra");

/** Writes that command. @param variables file that leads a shell to the emulator */
export function writeCommand(directory: string, variables: string): void {
  const copy = projectOf(directory);
  const brought = join(copy, ".git", "refs", "tags", BROUGHT);
  const lines = [
    "#!/bin/sh",
    "# The verbs work in a copy of the checkout, which has what was deployed last.",
    `changed=$(cd '${projectRoot}' && find environments main.ts modules review-policy.ts stacks -type f ! -name '*.versions.json' -newer '${brought}' 2>/dev/null | head -n 1)`,
    // deploy:local is what brings it.
    `[ -n "\${${MARK}-}" ] || [ -z "$changed" ] || echo "$changed was changed here since. npm run deploy:local brings it to what runs." >&2`,
    `. '${variables}'`,
    `export ${LOCAL_COMMAND}=.local/infra`,
    `exec '${join(copy, "bin", "infra")}' "$@"`,
  ];
  writeFileSync(commandFile(directory), `${lines.join("\n")}\n`);
  chmodSync(commandFile(directory), 0o755);
}

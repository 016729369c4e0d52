import { createHash } from "node:crypto";
import { appendFileSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { UserError } from "@operation-app/preflight/input";
import { CommandError, runTool, withoutColors } from "../lib/process/run-tool.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { DISK_IS_FULL, isFullDisk } from "./full-disk.ts";
import { markedEnvironment } from "./processes.ts";
import { projectRoot } from "./runs.ts";

/** Lines that are shown of a command that fails. */
const LAST_LINES = 40;
/** What the command's own progress puts before a line. */
const MARGIN = /^\s*([\d.]+ s)?\s*[│✔]?\s*/;
/** What no image is made of. */
const LEFT_OUT = new Set([".git", "node_modules", "tmp", "log"]);

export interface CommandRun {
  /** Of the run. */
  readonly directory: string;
  /** `bin/infra` of the run. */
  readonly command: string;
  /** Where its output goes. */
  readonly logFile: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface ReleaseAppOptions extends CommandRun {
  readonly stack: string;
  /** Directory of the app's Dockerfile. */
  readonly app: string;
  /** Also where the app has not changed. @default false */
  readonly force?: boolean;
}

/** What was released last, or begun to be. */
interface Released {
  readonly app: string;
  readonly version: string;
  readonly contents: string;
  /** It runs. */
  readonly done: boolean;
}

/**
 * Releases an app with the project's own command, under the next version, unless it is the one that was released last. What has failed has
 * used its version up: its image may be in the repository, and can't be told from another one where no commit has all of it.
 *
 * @throws UserError where it fails; its last lines were shown
 */
export async function releaseApp(options: ReleaseAppOptions): Promise<void> {
  const { stack, app, directory, progress, force = false } = options;
  const last = readReleased(directory);
  const contents = contentsOf(app);
  if (!force && last?.done && last.app === app && last.contents === contents) {
    progress.fact(`${last.version} of ${shown(app)} is released already`);
    return;
  }
  const version = `0.${last ? Number(last.version.split(".")[1]) + 1 : 1}.0`;
  progress.step(`Release ${shown(app)} ${version}`);
  const record = (done: boolean) =>
    writeFileSync(releasedFile(directory), JSON.stringify({ app, version, contents, done } satisfies Released));
  record(false);
  const of = ["--environment", stack, "--version", version, "--context", app];
  await runCommand(options, ["release", ...of, "--allow-dirty", "--yes"]);
  record(true);
  progress.fact("Built, pushed, migrated, deployed, and healthy");
}

/**
 * Runs a verb on the run, on one line that is replaced. Where the signal comes, it is asked to end, as by a Ctrl-C.
 *
 * @throws UserError where it fails; its last lines were shown
 */
export async function runCommand(
  { directory, command, logFile, progress, signal }: CommandRun,
  args: readonly string[],
): Promise<void> {
  const last: string[] = [];
  const onLine = (line: string) => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    progress.live(line.replace(MARGIN, ""));
    appendFileSync(logFile, `${line}\n`);
  };
  // What is marked as the run's is ended with it.
  const env = withoutColors({ ...process.env, ...markedEnvironment(directory) });
  await runTool(command, args, { cwd: projectRoot, env, onLine, signal, endsAtSignal: true }).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    for (const line of last) progress.output(line);
    throw new UserError(`${args[0]} failed (above).${last.some(isFullDisk) ? ` ${DISK_IS_FULL}` : ""}`);
  });
}

/** A hash of all files that an image may be made of. */
function contentsOf(directory: string): string {
  const hash = createHash("sha256");
  const visit = (path: string) => {
    const entry = lstatSync(path);
    if (entry.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!LEFT_OUT.has(name)) visit(join(path, name));
    } else if (entry.isFile()) hash.update(`${relative(directory, path)}\0`).update(readFileSync(path));
  };
  if (existsSync(directory)) visit(directory);
  return hash.digest("hex");
}

const releasedFile = (directory: string) => join(directory, "released.json");

function readReleased(directory: string): Released | undefined {
  const file = releasedFile(directory);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Released) : undefined;
}

const shown = (app: string) => relative(projectRoot, app) || app;

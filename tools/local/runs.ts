import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { UserError } from "@operation-app/preflight/input";
import { commandLineOf } from "./processes.ts";

/** The checkout, in whose directory bin/infra runs. */
export const projectRoot = process.cwd();

/** Everything that local deployments write lies in here, and `destroy:local` removes it. */
export const localDirectory = join(projectRoot, ".local");

const runsDirectory = join(localDirectory, "runs");

/** What a running deployment says about itself, so that `destroy:local` can end it from another terminal. */
interface RunRecord {
  readonly pid: number;
  readonly stack: string;
}

/** Makes a directory for one deployment of a stack. @throws UserError where another one is at work; then it is gone again */
export function createRunDirectory(stack: string): string {
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const directory = join(runsDirectory, `${startedAt}-${randomBytes(3).toString("hex")}`);
  mkdirSync(directory, { recursive: true });
  // Providers put sockets into the temporary directory, and leave them there when they are killed. A socket's path may
  // not be long, so this can't lie in the checkout.
  symlinkSync(mkdtempSync(join(tmpdir(), "local-")), temporaryDirectory(directory));
  writeFileSync(recordFile(directory), JSON.stringify({ pid: process.pid, stack } satisfies RunRecord));
  // Of two that begin at once, the first by name goes on.
  const others = runDirectories().filter((other) => other < directory && stackOf(other) === stack);
  try {
    for (const other of others) refuseBeside(other, stack);
  } catch (error) {
    removeRunDirectory(directory);
    throw error;
  }
  return directory;
}

/** Takes over a directory whose deployment is complete. @throws UserError where another one is at work there */
export function takeOverRun(directory: string, stack: string): void {
  refuseBeside(directory, stack);
  writeFileSync(recordFile(directory), JSON.stringify({ pid: process.pid, stack } satisfies RunRecord));
}

function refuseBeside(directory: string, stack: string): void {
  const pid = deploymentAtWork(directory);
  if (pid === undefined) return;
  throw new UserError(
    `Process ${pid} is at work on ${stack}, in ${relative(projectRoot, directory)}: wait for it, or end it with npm run destroy:local.`,
  );
}

/** The directories of all runs of this checkout, oldest first. */
export function runDirectories(): string[] {
  try {
    return readdirSync(runsDirectory)
      .sort()
      .map((name) => join(runsDirectory, name));
  } catch {
    return [];
  }
}

/** Notes that a deployment of a stack is complete, so that the next one brings only what has changed. */
export function noteStanding(directory: string, stack: string): void {
  writeFileSync(standingFile(directory), stack);
}

/** The directory of the last complete deployment of a stack. */
export function standingRun(stack: string): string | undefined {
  return runDirectories().findLast(
    (directory) => existsSync(standingFile(directory)) && readFileSync(standingFile(directory), "utf8") === stack,
  );
}

/** For the temporary files of a run's tools; it goes with the run. */
export function temporaryDirectoryOf(directory: string): string {
  return readlinkSync(temporaryDirectory(directory));
}

/** Removes a run's directory, whatever is in it, and the directories above it once they are empty. */
export function removeRunDirectory(directory: string): void {
  if (existsSync(temporaryDirectory(directory)))
    rmSync(temporaryDirectoryOf(directory), { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    rmdirSync(runsDirectory);
    rmdirSync(localDirectory);
  } catch {
    // Something else is still in there.
  }
}

/** The deployment that is still at work in this directory, if there is one. */
export function deploymentAtWork(directory: string): number | undefined {
  const { pid } = readRunRecord(directory) ?? {};
  if (pid === undefined || pid === process.pid) return undefined;
  return commandLineOf(pid)?.includes("deploy-local") ? pid : undefined;
}

const stackOf = (directory: string) => readRunRecord(directory)?.stack;

function readRunRecord(directory: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(directory), "utf8")) as RunRecord;
  } catch {
    return undefined;
  }
}

const temporaryDirectory = (directory: string) => join(directory, "tmp");

const standingFile = (directory: string) => join(directory, "standing");

const recordFile = (directory: string) => join(directory, "run.json");

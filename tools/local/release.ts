import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { runTool, withoutColors } from "../lib/process/run-tool.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { projectRoot } from "./runs.ts";

/** The first version that a run releases. */
const FIRST_VERSION = "0.1.0";
/** Lines that are shown of a command that fails. */
const LAST_LINES = 40;
/** What the command's own progress puts before a line. */
const MARGIN = /^\s*([\d.]+ s)?\s*[│✔]?\s*/;

export interface ReleaseAppOptions {
  readonly stack: string;
  /** Directory of the app's Dockerfile. */
  readonly app: string;
  /** `bin/infra` of the run. */
  readonly command: string;
  /** Where its output goes. */
  readonly logFile: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Releases an app with the project's own command.
 *
 * @throws CommandError where it fails; its last lines were shown
 */
export async function releaseApp({ stack, app, command, logFile, progress, signal }: ReleaseAppOptions): Promise<void> {
  progress.step(`Release ${relative(projectRoot, app) || app} ${FIRST_VERSION}`);
  const last: string[] = [];
  const onLine = (line: string) => {
    appendFileSync(logFile, `${line}\n`);
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    progress.live(line.replace(MARGIN, ""));
  };
  const of = ["--environment", stack, "--version", FIRST_VERSION, "--context", app];
  const options = { cwd: projectRoot, env: withoutColors(process.env), onLine, signal };
  await runTool(command, ["release", ...of, "--allow-dirty", "--yes"], options).catch((error) => {
    for (const line of last) progress.output(line);
    throw error;
  });
  progress.fact("Built, pushed, migrated, deployed, and healthy");
}

import { existsSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@operation-app/preflight/input";
import { counted } from "@operation-app/preflight/terminal";
import { stopEmulator } from "./emulator/start.ts";
import { deploymentAtWork, localDirectory, projectRoot, removeRunDirectory, runDirectories } from "./runs.ts";

const patienceMs = 30_000;

/**
 * Ends every local deployment of this checkout, finished or at work, and removes all that they have written.
 *
 * @throws UserError where something of one is left, a line for each; its directory stays, for the next time
 */
export async function destroyLocally(tell: (line: string) => void): Promise<void> {
  if (!existsSync(localDirectory)) {
    tell("There is no local deployment; nothing to do.");
    return;
  }
  const problems = new Map<string, string>();
  const next = () => runDirectories().find((directory) => !problems.has(directory));
  // Asked again each time: a deployment may begin while others are being ended.
  for (let directory = next(); directory; directory = next()) {
    const deployment = deploymentAtWork(directory);
    if (deployment) await interrupt(deployment, directory, tell);
    try {
      const ended = await stopEmulator(directory);
      removeRunDirectory(directory);
      tell(`${relative(projectRoot, directory)}: ${counted(ended, "process", "processes")} ended, directory removed.`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.set(directory, error.message);
    }
  }
  if (problems.size > 0) throw new UserError([...problems.values()].join("\n"));
  rmSync(localDirectory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  tell(`${relative(projectRoot, localDirectory)}: removed.`);
}

/** A deployment that gets a signal cleans up after itself. */
async function interrupt(pid: number, directory: string, tell: (line: string) => void): Promise<void> {
  tell(`${relative(projectRoot, directory)}: a deployment is at work (process ${pid}); telling it to end.`);
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + patienceMs;
  while (deploymentAtWork(directory) === pid) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} does not end. End it by hand and run this again.`);
    await sleep(100);
  }
}

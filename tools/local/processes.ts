import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Variable that each process of a run has; its value is the run's directory. */
export const MARK = "OPERATION_APP_LOCAL_RUN";

/**
 * Marks what is started with this environment, and all that it starts in turn, as belonging to a run directory.
 *
 * Terraform runs under a terminal of its own and plugins outlive their parents, so neither process groups nor
 * parentage tell what a run has started. An environment variable is inherited by all of them.
 */
export function markedEnvironment(directory: string): NodeJS.ProcessEnv {
  return { [MARK]: directory };
}

/** The ids of all processes that were started with the mark of this run directory. */
export function processesOf(directory: string): number[] {
  const mark = `${MARK}=${directory}`;
  const found = process.platform === "linux" ? markedOnLinux(mark) : markedByPs(mark);
  return found.filter((pid) => pid !== process.pid);
}

/**
 * Ends every process of a run: asks first, insists after the grace time.
 *
 * @returns how many there were.
 */
export async function endProcessesOf(directory: string, graceMs = 3_000): Promise<number> {
  const asked = new Set<number>();
  const deadline = Date.now() + graceMs;
  for (let left = processesOf(directory); left.length > 0; left = processesOf(directory)) {
    const insist = Date.now() > deadline;
    for (const pid of left) {
      if (insist) signal(pid, "SIGKILL");
      else if (!asked.has(pid)) signal(pid, "SIGTERM");
      asked.add(pid);
    }
    if (Date.now() > deadline + 10_000) throw new Error(`These processes can't be ended: ${left.join(", ")}`);
    await sleep(50);
  }
  return asked.size;
}

/** The command line of a process; nothing when there is no such process. */
export function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended on its own in the meantime.
  }
}

function markedOnLinux(mark: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark);
      } catch {
        return false; // Another user's, or gone already.
      }
    })
    .map(Number);
}

/** `ps -E` (macOS and the BSDs) prints the environment after the command, separated by spaces. */
function markedByPs(mark: string): number[] {
  const listing = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return listing
    .split("\n")
    .filter((line) => `${line} `.includes(` ${mark} `))
    .map((line) => Number.parseInt(line, 10));
}

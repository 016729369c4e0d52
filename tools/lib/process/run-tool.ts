import { UserError } from "@operation-app/preflight/input";
import { wrapped } from "@operation-app/preflight/terminal";
import { execa, type Options } from "execa";

/** A command that did not end well. What it printed has been shown. */
export class CommandError extends UserError {}

export interface ToolOptions {
  readonly cwd: string;
  /** The whole environment: nothing else is passed on. */
  readonly env: NodeJS.ProcessEnv;
  /** Told each line of output and of errors, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Exit codes that are answers and no failures. @default [0] */
  readonly goodExitCodes?: readonly number[];
  readonly signal?: AbortSignal;
  /** Sends SIGTERM to its process group at the signal. @default the caller ends it */
  readonly endsAtSignal?: boolean;
  /** Told the id of the process once it runs. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Runs a command to its end.
 *
 * It gets no terminal and a process group of its own, so that a Ctrl-C reaches us alone and we end it in order.
 *
 * @returns its exit code and standard output.
 * @throws {CommandError} when the exit code is not a good one.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env, onLine, goodExitCodes = [0], signal, endsAtSignal, onStart }: ToolOptions,
): Promise<{ exitCode: number; stdout: string }> {
  signal?.throwIfAborted();
  const options = { cwd, env, extendEnv: false, stdin: "ignore", detached: true, reject: false, all: true } as const;
  const running = execa(command, args, options satisfies Options);
  const { pid } = running;
  if (pid !== undefined) onStart?.(pid);
  const end = () => pid !== undefined && endGroup(pid);
  if (endsAtSignal) signal?.addEventListener("abort", end);
  try {
    if (onLine) for await (const line of running.iterable({ from: "all" })) onLine(line);
    await running;
  } finally {
    signal?.removeEventListener("abort", end);
  }
  const { exitCode, stdout, all, shortMessage } = await running;
  signal?.throwIfAborted();
  if (exitCode !== undefined && goodExitCodes.includes(exitCode)) return { exitCode, stdout };
  if (!onLine && all) process.stderr.write(`${wrapped(all, process.stderr)}\n`);
  throw new CommandError(shortMessage ?? `${command} failed`);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It has just ended.
  }
}

/** An environment in which tools print plain text, whatever the terminal or the CI would like. */
export function withoutColors(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Node warns where both are set.
  return { ...env, NO_COLOR: "1", FORCE_COLOR: undefined };
}

/** Variables of Terraform that were set for another directory: they would change what is planned, and where. */
export function isStrayTerraformSetting(name: string): boolean {
  return /^TF_(VAR_|CLI_ARGS|WORKSPACE$|DATA_DIR$)/.test(name);
}

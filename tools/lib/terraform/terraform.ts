import type { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { InputError, UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { onInterruption } from "../process/interruptions.ts";
import { CommandError } from "../process/run-tool.ts";

/** How Terraform is run. */
export interface TerraformCommand {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  /** An interruption of ours is one of its: it ends what it has begun, and gives its lock back. @default false */
  readonly passesInterruptions?: boolean;
}

interface RunOptions {
  /** For its standard input. @default nothing */
  readonly input?: string | undefined;
  /** A pipe of ours that stays open until Terraform has ended, even if this process ends before. */
  readonly keepsOpen?: Writable | undefined;
}

/** Runs Terraform and gives back what it prints. @throws CommandError with what it says; UserError where it was interrupted */
export async function runTerraform(
  { command, env, passesInterruptions = false }: TerraformCommand,
  cwd: string,
  args: readonly string[],
  { input = "", keepsOpen }: RunOptions = {},
): Promise<string> {
  const stdio = ["pipe", "pipe", "pipe", keepsOpen ?? "ignore"] as const;
  const options = { cwd, env, extendEnv: false, reject: false, detached: true, cleanup: false, input, stdio } as const;
  const start = () => execa(command, args, options);
  const { ended, wasInterrupted } = passesInterruptions
    ? await interruptedWithUs(start)
    : { ended: await start(), wasInterrupted: false };
  const { failed, stdout, stderr, code, signal } = ended;
  // It may have succeeded all the same, but the work is not to go on.
  if (wasInterrupted) throw new UserError("Interrupted. Nothing was applied.");
  if (code === "ENOENT") throw new InputError(`${cwd}: is not a directory, or ${command} is not there.`);
  const name = args.slice(0, args[0] === "state" ? 2 : 1).join(" ");
  const killed = endedFromOutside(name, signal);
  if (killed)
    throw new CommandError(
      [`${killed} Nothing was applied. If it left a lock on the state, the next run names it.`, readable(stderr)]
        .filter(Boolean)
        .join("\n"),
    );
  if (failed) throw new CommandError(`terraform ${name} failed in ${cwd}:\n${readable(stderr)}`);
  return stdout;
}

/** Says that a signal has ended Terraform, which then could clean up nothing; undefined where none has. */
export function endedFromOutside(step: string, signal: string | undefined): string | undefined {
  if (signal === undefined) return undefined;
  return `terraform ${step} was killed by ${signal}, by another process or by the system when memory ran out. The step did not finish.`;
}

/** One Ctrl-C comes twice, from the terminal and from npm; for Terraform a second one is haste, which leaves its lock. */
const ONE_INTERRUPTION_MS = 1_000;

/** Passes interruptions of this process on, from before the other starts until it has ended in order. */
export async function interruptedWithUs<T>(
  start: () => PromiseLike<T> & { kill(signal: "SIGINT"): boolean },
): Promise<{ readonly ended: T; readonly wasInterrupted: boolean }> {
  let last = -Infinity;
  let running: ReturnType<typeof start> | undefined;
  const stopPassing = onInterruption(() => {
    const now = performance.now();
    if (now - last > ONE_INTERRUPTION_MS) running?.kill("SIGINT");
    last = now;
  });
  try {
    running = start();
    const ended = await running;
    return { ended, wasInterrupted: last > -Infinity };
  } finally {
    stopPassing();
  }
}

/** What Terraform says, without colours, and without the one long line that a synthesized stack is. */
export function readable(complaint: string): string {
  const lines = stripVTControlCharacters(complaint).trim().split("\n");
  return lines.map((line) => (line.length > 300 ? `${line.slice(0, 300)} …` : line)).join("\n");
}

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { isAboutLock } from "../lib/terraform/state-lock.ts";
import { readable, type TerraformCommand } from "../lib/terraform/terraform.ts";

/** A state's lock, which is ours. */
export interface Lock {
  /**
   * The lock is held as long as a process has this open: one that writes to the state and outlives us keeps others away
   * until it has ended.
   */
  readonly heldBy?: Writable;
  /** @returns what Terraform says where it could not give the lock back */
  release(): Promise<string | undefined>;
}

/** More than the buffers between two processes hold, so that it is gone only once it is read. */
const MORE_THAN_BUFFERS = 4 * 1024 * 1024;

/**
 * `console` with two inputs of ours: lines to compute (4), and what the first line reads (3). That comes through an
 * unnamed pipe, whose opening does not block: should this process die before Terraform has got that far, Terraform finds
 * the end of both, and ends. `cat` is what makes the pipe.
 */
const CONSOLE = 'cat <&3 4<&- | exec "$0" console 3<&0 0<&4 4<&-';

/**
 * Locks a state as Terraform does. Terraform has no command for that, but `terraform console` holds the lock as long as
 * it runs, with any backend, and gives it back when its standard input ends, as it does when this process dies.
 * Source: https://developer.hashicorp.com/terraform/cli/commands/console
 *
 * It prints nothing before its end. So it gets something to read, which it does only once it has the lock.
 *
 * @returns what Terraform says where it does not hold it
 */
export async function holdLock(directory: string, { command, env }: TerraformCommand): Promise<Lock | string> {
  const complaints = unnamedFile();
  // A group of its own, so that a Ctrl-C reaches us alone; and nothing to write to that could go away with us: that
  // would kill it before it gives the lock back.
  const options: SpawnOptions = {
    cwd: directory,
    env: withoutLog(env),
    detached: true,
    stdio: ["ignore", "ignore", complaints, "pipe", "pipe"],
  };
  const holder = spawn("sh", ["-c", CONSOLE, command], options);
  const ended = once(holder, "exit");
  const [, , , toBeRead, lines] = holder.stdio as unknown as readonly Writable[];
  for (const input of [toBeRead, lines]) input?.on("error", () => {}); // It has ended already, and said why.
  lines?.write('length(file("/dev/fd/3"))\n');
  const isRead = new Promise<void>((resolve) => {
    // Where the reader goes away, the callback is called too, and without an error.
    toBeRead?.write(Buffer.alloc(MORE_THAN_BUFFERS, "x"), () => toBeRead.errored ?? resolve());
  });
  const end = async () => {
    for (const input of [toBeRead, lines]) input?.end();
    await ended;
    const complaint = readable(contentsOf(complaints));
    closeSync(complaints);
    return complaint;
  };
  await Promise.race([isRead, ended]);
  if (hasEnded(holder)) return end();
  toBeRead?.end();
  return {
    heldBy: lines as Writable,
    async release() {
      const complaint = await end();
      return holder.exitCode === 0 && !isAboutLock(complaint) ? undefined : complaint || "(nothing)";
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** What it writes with TF_LOG, of locks among other things, would pass for complaints. */
function withoutLog(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("TF_LOG")));
}

/** An open file that goes away with the process that has it open. */
function unnamedFile(): number {
  const directory = mkdtempSync(join(tmpdir(), "lock-"));
  try {
    return openSync(join(directory, "stderr"), "w+");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function contentsOf(file: number): string {
  const contents = Buffer.alloc(fstatSync(file).size);
  readSync(file, contents, 0, contents.length, 0);
  return contents.toString("utf8");
}

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../lib/process/is-running.ts";
import type { HeldLock } from "../lib/terraform/state-lock.ts";

const BOOTSTRAP_DIRECTORY = ".bootstrap";

/** Milliseconds within which Terraform has its lock once it is started. */
const UNTIL_LOCKED = 120_000;

/** Milliseconds by which Terraform's clock and ours may differ in what they write down. */
const ROUNDING = 5_000;

/** A Terraform that was started by a run. */
interface Started {
  readonly pid: number;
  readonly at: number;
}

/**
 * The directory of one run, and what is known of earlier runs that were killed. A kill leaves a lock on the state, which
 * no process would release: so each run writes down which Terraform it has started, and when.
 */
export class Run {
  readonly directory: string;
  private readonly started: Started[] = [];
  private readonly killed = killedRuns();

  constructor() {
    mkdirSync(BOOTSTRAP_DIRECTORY, { recursive: true, mode: 0o700 });
    this.directory = resolve(mkdtempSync(join(BOOTSTRAP_DIRECTORY, `work-${process.pid}-`)));
  }

  /** Called with each Terraform that is started. */
  note(pid: number): void {
    this.started.push({ pid, at: Date.now() });
    writeFileSync(join(this.directory, "started.json"), JSON.stringify(this.started));
  }

  /** Waits until no Terraform of a killed run is at work any more. */
  async untilOthersEnded(onWait: () => void): Promise<void> {
    const isAtWork = () => this.killed.flatMap(startedBy).some(({ pid }) => isRunning(pid));
    if (!isAtWork()) return;
    onWait();
    while (isAtWork()) await sleep(200);
  }

  /** Whether the lock was left by a run of this directory that was killed. */
  hasLeft({ who, created }: HeldLock): boolean {
    if (who !== `${userInfo().username}@${hostname()}`) return false;
    const at = Date.parse(created.replace(/^(\S+) ([\d:]+(?:\.\d{1,3})?)\d* \+0000 UTC$/, "$1T$2Z"));
    return this.killed
      .flatMap(startedBy)
      .some((one) => !isRunning(one.pid) && at > one.at - ROUNDING && at < one.at + UNTIL_LOCKED);
  }

  /** Takes the directory away, and after a good end also what killed runs have left. */
  end(isGood: boolean): void {
    for (const one of [this.directory, ...(isGood ? this.killed : [])]) rmSync(one, { recursive: true, force: true });
  }
}

function killedRuns(): string[] {
  if (!existsSync(BOOTSTRAP_DIRECTORY)) return [];
  return readdirSync(BOOTSTRAP_DIRECTORY).flatMap((name) => {
    const [, pid] = name.match(/^work-(\d+)-/) ?? [];
    return pid && !isRunning(Number(pid)) ? [resolve(BOOTSTRAP_DIRECTORY, name)] : [];
  });
}

function startedBy(directory: string): Started[] {
  try {
    return JSON.parse(readFileSync(join(directory, "started.json"), "utf8")) as Started[];
  } catch {
    return []; // killed before, or while it wrote
  }
}

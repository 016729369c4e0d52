import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Progress } from "../../../tools/lib/terminal/progress.ts";
import { DISK_IS_FULL } from "../../../tools/local/full-disk.ts";
import { runCommand } from "../../../tools/local/release.ts";

const FULL = "/dev/full"; // Linux: no write to it succeeds.

interface Settings {
  readonly logFile?: string;
  readonly onLine?: () => void;
  readonly signal?: AbortSignal;
}

/** A verb that is a script, and what was shown of it. */
function verb(script: string, { logFile, onLine = () => {}, signal = new AbortController().signal }: Settings = {}) {
  const directory = mkdtempSync(join(tmpdir(), "verb-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const command = join(directory, "infra");
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  const shown: string[] = [];
  const nothing = () => {};
  const progress: Progress = {
    step: nothing,
    fact: nothing,
    text: nothing,
    live: onLine,
    output: (line) => shown.push(line),
  };
  const log = logFile ?? join(directory, "deploy.log");
  const run = runCommand({ directory, command, logFile: log, progress, signal }, ["release"]);
  return { run, shown, log, directory };
}

describe("a verb of a local run", () => {
  it("that fails shows its last lines, and all are in the log", async () => {
    const { run, shown, log } = verb("seq 1 100; echo no bundler >&2; exit 4");
    await expect(run).rejects.toThrow(/^release failed \(above\)\.$/);
    expect(shown).toHaveLength(40);
    expect(shown.at(-1)).toBe("no bundler");
    expect(readFileSync(log, "utf8").split("\n")).toHaveLength(102);
  });

  it("says so where a disk is full, this machine's or the engine's", async () => {
    const { run } = verb("echo 'write /var/lib/docker/tmp: no space left on device'; exit 1");
    await expect(run).rejects.toThrow(`release failed (above). ${DISK_IS_FULL}`);
  });

  it.runIf(existsSync(FULL))("ends where its log can't be written", async () => {
    const { run } = verb("while echo line; do :; done", { logFile: FULL });
    await expect(run).rejects.toThrow(/ENOSPC/);
  });

  it("is asked to end at an interruption", async () => {
    const interruption = new AbortController();
    const { run, directory } = verb(
      'trap \'echo ended > "$(dirname "$0")/ended"; exit 1\' TERM; echo up; while :; do sleep 0.1; done',
      { onLine: () => interruption.abort(new Error("interrupted")), signal: interruption.signal },
    );
    await expect(run).rejects.toThrow("interrupted");
    expect(existsSync(join(directory, "ended"))).toBe(true);
  });
});

// What `cdktf synth` waits for, measured against the least that it could: a process that only loads cdktf.
// Both are run in turns, so that whatever else the machine does falls on both alike; only ratios mean something.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import production from "../environments/production.ts";
import { parseEnvironments } from "../environments/schema/index.ts";
import { OperationStack } from "../stacks/operation-stack.ts";

const ROUNDS = 15;
const SERVICES = [2, 50, 100, 200] as const;

const output = mkdtempSync(join(tmpdir(), "bench-"));
try {
  benchProcess();
  benchServices();
} finally {
  rmSync(output, { recursive: true, force: true });
}

/** The app's process against `require("cdktf")`: wall time and peak memory. */
function benchProcess(): void {
  const app = ["tools/cdktf/synth.mjs"];
  const loadOnly = ["-e", 'require("cdktf")'];
  runNode(app); // makes the bundle
  const runs = Array.from({ length: ROUNDS }, () => ({ app: runNode(app), loadOnly: runNode(loadOnly) }));
  const appTime = median(runs.map((run) => run.app.milliseconds));
  const loadTime = median(runs.map((run) => run.loadOnly.milliseconds));
  console.log(`Synth process, median of ${ROUNDS}`);
  console.log(`  require("cdktf") only   ${format(loadTime)}   ${memory(runs.map((run) => run.loadOnly.megabytes))}`);
  console.log(`  the app                 ${format(appTime)}   ${memory(runs.map((run) => run.app.megabytes))}`);
  console.log(`  ratio                   ${(appTime / loadTime).toFixed(2)} (at most 2.5 is wanted)\n`);
}

/** Synthesizing alone, from 2 services to 200. */
function benchServices(): void {
  synthesizeServices(2); // warms up
  const medians = SERVICES.map((count) => median(Array.from({ length: 5 }, () => synthesizeServices(count))));
  const perService = medians.map((time, index) => time / (SERVICES[index] ?? 1));
  console.log("Synthesizing, median of 5");
  for (const [index, count] of SERVICES.entries()) {
    console.log(
      `  ${String(count).padStart(3)} services   ${format(medians[index] ?? 0)}   ${format(perService[index] ?? 0)} a service`,
    );
  }
  console.log(
    `  a service of 200 against one of 50   ${((perService[3] ?? 0) / (perService[1] ?? 1)).toFixed(2)} (1 is linear)`,
  );
}

function synthesizeServices(count: number): number {
  const worker = {
    command: ["bundle", "exec", "sidekiq"],
    size: { cpu: 256, memory: 512 },
    tasks: { min: 1, max: 1 },
  } as const;
  const workers = Object.fromEntries(
    Array.from({ length: count - 2 }, (_, index) => [`worker-${index}`, { ...worker, command: [...worker.command] }]),
  );
  const start = performance.now();
  const environments = parseEnvironments({ bench: { ...production, ecs: { ...production.ecs, workers } } });
  const app = new App({ outdir: output, stackTraces: false });
  for (const environment of environments) new OperationStack(app, environment);
  app.synth();
  return performance.now() - start;
}

/** Runs Node and reads from its last line how much memory it had at most. */
function runNode(args: readonly string[]): { milliseconds: number; megabytes: number } {
  const start = performance.now();
  const printed = execFileSync(process.execPath, ["--require", "./bench/report-peak-memory.cjs", ...args], {
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: output },
  });
  const milliseconds = performance.now() - start;
  return { milliseconds, megabytes: Number(printed.trim().split("\n").at(-1)) / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function format(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0).padStart(5)} ms`;
}

function memory(megabytes: readonly number[]): string {
  return `${median(megabytes).toFixed(0).padStart(4)} MB at most`;
}

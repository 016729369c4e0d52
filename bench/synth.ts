// What `cdktf synth` waits for, measured against a process that only loads cdktf. Both are run in turns, so that whatever
// else the machine does falls on both alike.
//
// Warm: the file system, the bundle and V8's code under .cache. Nothing else: each run synthesizes and checks anew.
// What is left above require("cdktf"), in this order: preflight, which runs each rule once, interpreted; resolving and writing
// the stack; zod's schemas; V8's code read back (4 MB); garbage. A startup snapshot of Node was tried: to read its heap back
// takes as long as what it saves.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import production from "../environments/production.ts";
import { parseEnvironments } from "../environments/schema/index.ts";
import { OperationStack } from "../stacks/operation-stack.ts";
import { againstTarget, growth, median, milliseconds, processorTime } from "./measure.ts";

const ROUNDS = 15;
const SERVICES = [2, 50, 100, 200] as const;

const output = mkdtempSync(join(tmpdir(), "bench-"));
try {
  benchProcess();
  await benchServices();
} finally {
  rmSync(output, { recursive: true, force: true });
}

/** The app's process against `require("cdktf")`: processor time and peak memory. */
function benchProcess(): void {
  const app = ["tools/cdktf/synth.cjs"];
  const loadOnly = ["-e", 'require("cdktf")'];
  for (const _ of [1, 2]) runNode(app); // makes the bundle, and keeps V8's code for it
  const runs = Array.from({ length: ROUNDS }, () => ({ app: runNode(app), loadOnly: runNode(loadOnly) }));
  const line = (name: string, of: readonly Run[]) =>
    console.log(
      `  ${name}   ${milliseconds(median(of.map((run) => run.milliseconds)))}   ${median(of.map((run) => run.megabytes)).toFixed(0)} MB at most`,
    );
  const ratios = runs.map((run) => run.app.milliseconds / run.loadOnly.milliseconds).sort((a, b) => a - b);
  const [quarter, threeQuarters] = [ratios[Math.floor(ROUNDS / 4)] ?? 0, ratios[Math.floor((ROUNDS * 3) / 4)] ?? 0];
  console.log(`Synth process, processor time, median of ${ROUNDS} pairs; bundle and V8's code are warm`);
  line(
    'require("cdktf") only',
    runs.map((run) => run.loadOnly),
  );
  line(
    "the app              ",
    runs.map((run) => run.app),
  );
  console.log(againstTarget("ratio of a pair      ", median(ratios), 1.2));
  console.log(`  half of the pairs      ${quarter.toFixed(2)} to ${threeQuarters.toFixed(2)}\n`);
}

/** Synthesizing alone, from 2 services to 200. */
async function benchServices(): Promise<void> {
  await synthesizeServices(2); // warms up
  const sizes = [];
  for (const count of SERVICES) {
    const runs = [];
    for (let round = 0; round < 5; round++) runs.push(await synthesizeServices(count));
    sizes.push({ count, milliseconds: median(runs) });
  }
  console.log("Synthesizing, processor time, median of 5 in one warm process");
  growth(sizes, "service");
}

function synthesizeServices(count: number): Promise<number> {
  const worker = {
    command: ["bundle", "exec", "sidekiq"],
    size: { cpu: 256, memory: 512 },
    tasks: { min: 1, max: 1 },
  } as const;
  const workers = Object.fromEntries(
    Array.from({ length: count - 2 }, (_, index) => [`worker-${index}`, { ...worker, command: [...worker.command] }]),
  );
  return processorTime(() => {
    const environments = parseEnvironments({ bench: { ...production, ecs: { ...production.ecs, workers } } });
    const app = new App({ outdir: output, stackTraces: false });
    for (const environment of environments) new OperationStack(app, environment);
    app.synth();
  });
}

interface Run {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** Runs Node and reads from its last line what it used. */
function runNode(args: readonly string[]): Run {
  const printed = execFileSync(process.execPath, ["--require", "./bench/report-usage.cjs", ...args], {
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: output },
  });
  const [microseconds, kibibytes] = (printed.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { milliseconds: (microseconds ?? Number.NaN) / 1000, megabytes: (kibibytes ?? Number.NaN) / 1024 };
}

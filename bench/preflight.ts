// What preflight takes beside the reading of the file, from 250 resources to 4,000: at most 300 ms for 1,000 is wanted,
// and growth near linear. The configurations are production with more and more workers, so that every rule has work.
import { tmpdir } from "node:os";
import { load, preflight } from "@operation-app/preflight";
import { App } from "cdktf";
import production from "../environments/production.ts";
import { parseEnvironments } from "../environments/schema/index.ts";
import { OperationStack } from "../stacks/operation-stack.ts";

const SIZES = [250, 500, 1000, 2000, 4000] as const;
const ROUNDS = 5;

/** Resources that production has, and that a worker adds. */
const BASE = 100;
const PER_WORKER = 3;

const configurations = SIZES.map((size) => configurationOf(size));
await measure(configurations[0]); // warms up

console.log(`Preflight after loading, median of ${ROUNDS}`);
const results: { count: number; milliseconds: number }[] = [];
for (const configuration of configurations) {
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await measure(configuration));
  const { count, loading } = runs[0] as (typeof runs)[number];
  const milliseconds = median(runs.map((run) => run.checking));
  results.push({ count, milliseconds });
  console.log(
    `  ${String(count).padStart(5)} resources   ${milliseconds.toFixed(0).padStart(5)} ms   ` +
      `${((milliseconds / count) * 1000).toFixed(0).padStart(4)} µs a resource   (loading ${loading.toFixed(0)} ms)`,
  );
}
const [thousand, fourThousand] = [results[2], results[4]] as [(typeof results)[number], (typeof results)[number]];
const ratio = fourThousand.milliseconds / fourThousand.count / (thousand.milliseconds / thousand.count);
console.log(
  `  a resource of ${fourThousand.count} against one of ${thousand.count}   ${ratio.toFixed(2)} (1 is linear)`,
);

function configurationOf(size: number): unknown {
  const worker = {
    command: ["bundle", "exec", "sidekiq"],
    size: { cpu: 256, memory: 512 } as const,
    tasks: { min: 1, max: 1 },
  };
  const count = Math.max(Math.round((size - BASE) / PER_WORKER), 0);
  const workers = Object.fromEntries(Array.from({ length: count }, (_, index) => [`worker-${index}`, worker]));
  const [environment] = parseEnvironments({
    bench: { ...production, images: { nginx: "0.1.0", app: "0.1.0" }, ecs: { ...production.ecs, workers } },
  });
  if (!environment) throw new Error("production is not a valid environment");
  const app = new App({ outdir: tmpdir(), stackTraces: false });
  return JSON.parse(JSON.stringify(new OperationStack(app, environment).toTerraform()));
}

async function measure(configuration: unknown) {
  const start = performance.now();
  const graph = await load(configuration, "bench");
  const loaded = performance.now();
  preflight(graph);
  return { count: graph.resources.length, loading: loaded - start, checking: performance.now() - loaded };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

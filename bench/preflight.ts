// What preflight takes beside the reading of the file, from 250 resources to 4,000, each round with a graph of its own.
// The configurations are production with more and more workers, so that every rule has work.
//
// Warm: what V8 has compiled and optimized in the rounds before. Nothing that is known of a graph outlives its round.
import { tmpdir } from "node:os";
import { load, preflight } from "@operation-app/preflight";
import { App } from "cdktf";
import production from "../environments/production.ts";
import { parseEnvironments } from "../environments/schema/index.ts";
import { OperationStack } from "../stacks/operation-stack.ts";
import { againstTarget, growth, median, processorTime } from "./measure.ts";

const SIZES = [250, 500, 1000, 2000, 4000] as const;
const ROUNDS = 5;

/** Resources that production has, and that a worker adds. */
const BASE = 100;
const PER_WORKER = 3;

const configurations = SIZES.map((size) => configurationOf(size));
for (let round = 0; round < ROUNDS; round++) await measure(configurations[0]); // warms up

console.log(`Preflight after loading, processor time, median of ${ROUNDS} in one warm process`);
const sizes: { count: number; milliseconds: number }[] = [];
for (const configuration of configurations) {
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await measure(configuration));
  sizes.push({ count: runs[0]?.count ?? 0, milliseconds: median(runs.map((run) => run.milliseconds)) });
}
growth(sizes, "resource");
console.log(againstTarget(`${sizes[2]?.count} resources`, sizes[2]?.milliseconds ?? Number.NaN, 100, " ms"));

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
  const graph = await load(configuration, "bench");
  return { count: graph.resources.length, milliseconds: await processorTime(() => preflight(graph)) };
}

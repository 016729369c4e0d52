import { basename, resolve } from "node:path";
import { type Cost, costOf, parseUsage, type Usage } from "@operation-app/cost";
import { loadFile } from "@operation-app/preflight";
import type { Graph } from "@operation-app/preflight/graph";
import { InputError, readInput } from "@operation-app/preflight/input";
import { type Environment, parseEnvironments } from "../../environments/schema/index.ts";
import { pricedGraph } from "../../stacks/priced.ts";

/** What is priced: a graph, and what is known of it beside. */
export interface Priced {
  readonly name: string;
  readonly graph: Graph;
  readonly usage?: Usage;
  readonly region?: string | undefined;
  /** What a reader has to know of the sum. */
  readonly note?: string;
}

/** An environment with the tasks that it will have, whether a version is released or not. */
export async function pricedEnvironment(environment: Environment): Promise<Priced> {
  const { nginx, app } = environment.images;
  return {
    name: environment.name,
    graph: await pricedGraph(environment),
    usage: environment.usage,
    region: environment.region,
    ...([nginx, app].includes(undefined) && {
      note: "No version is released yet: the services have zero tasks until then; the estimate includes their future tasks.",
    }),
  };
}

/**
 * An environment file that need not be in environments/.
 *
 * @throws InputError where it can't be read; EnvironmentError with every mistake in it
 */
export async function pricedEnvironmentFile(file: string): Promise<Priced> {
  return pricedEnvironment(await environmentIn(file));
}

/** @throws InputError where it can't be read; EnvironmentError with every mistake in it */
export async function environmentIn(file: string): Promise<Environment> {
  const name = basename(file, ".ts");
  const [environment] = parseEnvironments({ [name]: await defaultExport(file) });
  return environment as Environment;
}

/** Wherever the file is: in a project of ECMAScript modules or in none. */
async function defaultExport(file: string): Promise<unknown> {
  await readInput(file, "an environment file");
  const { require } = await import("tsx/cjs/api");
  try {
    return require(resolve(file), import.meta.url).default;
  } catch (error) {
    const lines = String((error as Error)?.message ?? error)
      .split("\n")
      .filter((one) => one.trim() !== "");
    const line = lines[1] ?? lines[0] ?? "";
    throw new InputError(`${file}: can't be read as an environment (${line}). See environments/production.ts.`);
  }
}

/** A cdk.tf.json, or what `terraform show -json` says of a plan; `-` is standard input. @throws InputError */
export async function pricedFile(file: string, source?: string): Promise<Priced> {
  return { name: file === "-" ? "standard input" : file, graph: await loadFile(file, source) };
}

/** @param written of the command line, such as `requests=5000000` */
export function costOfPriced(priced: Priced, written = "", region?: string): Cost {
  return costOf(priced.graph, { usage: parseUsage(written, priced.usage), region: region ?? priced.region });
}

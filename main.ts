import { readdirSync } from "node:fs";
import { App } from "cdktf";
import { EnvironmentError, type EnvironmentInput, parseEnvironments } from "./environments/schema/index.ts";
import { OperationStack } from "./stacks/operation-stack.ts";

/** Each file in `environments/` is an environment, and a stack of its name. */
async function readEnvironments(): Promise<Record<string, EnvironmentInput>> {
  const names = readdirSync("environments")
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
  const modules = await Promise.all(names.map((name) => import(`./environments/${name}.ts`)));
  return Object.fromEntries(names.map((name, index) => [name, modules[index].default]));
}

async function main(): Promise<void> {
  const environments = parseEnvironments(await readEnvironments());
  const app = new App({ stackTraces: false });
  for (const environment of environments) new OperationStack(app, environment);
  app.synth();
}

main().catch((error) => {
  console.error(error instanceof EnvironmentError ? error.message : error);
  process.exitCode = 1;
});

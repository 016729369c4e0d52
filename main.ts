import { App } from "cdktf";
import { EnvironmentError } from "./environments/schema/index.ts";
import { readEnvironments } from "./environments/schema/read.ts";
import { OperationStack } from "./stacks/operation-stack.ts";

async function main(): Promise<void> {
  const environments = await readEnvironments();
  const app = new App({ stackTraces: false });
  for (const environment of environments) new OperationStack(app, environment);
  app.synth();
}

main().catch((error) => {
  console.error(error instanceof EnvironmentError ? error.message : error);
  process.exitCode = 1;
});

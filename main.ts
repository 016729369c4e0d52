import { UserError } from "@operation-app/preflight/input";
import { App } from "cdktf";
import { readEnvironments } from "./environments/schema/read.ts";
import { withBudgetLimit } from "./stacks/budget-limit.ts";
import { OperationStack } from "./stacks/operation-stack.ts";
import { synthesizeChecked } from "./stacks/synthesize.ts";

async function main(): Promise<void> {
  const environments = await Promise.all((await readEnvironments()).map(withBudgetLimit));
  const build = (app: App) => {
    for (const environment of environments) new OperationStack(app, environment);
  };
  const app = new App({ stackTraces: false });
  build(app);
  await synthesizeChecked(app, build, environments);
}

main().catch((error) => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});

import { App } from "cdktf";
import { checkBeforeDeploy } from "./bootstrap/before-deploy.ts";
import { readEnvironments } from "./environments/schema/read.ts";
import { synthesizeChecked } from "./preflight/at-synth.ts";
import { OperationStack } from "./stacks/operation-stack.ts";
import { UserError } from "./toolchain/user-error.ts";

async function main(): Promise<void> {
  const environments = await readEnvironments();
  await checkBeforeDeploy(environments);
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

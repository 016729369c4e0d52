import { UserError } from "@operation-app/preflight/input";
import { checkBeforeDeploy } from "./before-deploy.ts";

async function run(): Promise<void> {
  await checkBeforeDeploy();
  await import("../../main.ts");
}

run().catch((error) => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});

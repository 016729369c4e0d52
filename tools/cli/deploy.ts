import { join } from "node:path";
import { execa } from "execa";
import { checkStateBucket, describeAccount } from "../lib/aws/account.ts";
import { findTerraform } from "../lib/terraform/prerequisites.ts";
import { environmentNamed, newCommand, verb } from "./command.ts";

const command = newCommand("deploy")
  .description(
    "Deploys an environment to AWS: looks whether Terraform, credentials and the state bucket are there, and runs " +
      "`cdktf deploy`, which shows the plan and asks. What follows the environment goes to cdktf.",
  )
  .argument("[environment]", "a file in environments/, without .ts", "production")
  .argument("[options...]", "options of `cdktf deploy`: bin/infra deploy production --auto-approve")
  .passThroughOptions()
  .allowUnknownOption();

export default verb(command, async (name, ...options) => {
  const environment = await environmentNamed(name);
  const terraform = await findTerraform();
  console.log(await describeAccount(environment));
  await checkStateBucket(environment);
  const { exitCode } = await execa(join("node_modules", ".bin", "cdktf"), ["deploy", environment.name, ...options], {
    stdio: "inherit",
    reject: false,
    env: { TERRAFORM_BINARY_NAME: terraform.command },
  });
  process.exitCode = exitCode ?? 1;
});

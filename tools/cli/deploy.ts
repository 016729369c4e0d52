import { execa } from "execa";
import { checkStateBucket, describeAccount } from "../lib/aws/account.ts";
import { frameworkCommand } from "../lib/framework.ts";
import { findTerraform } from "../lib/terraform/prerequisites.ts";
import { environmentNamed, newCommand, refuseUnasked, setEnvironment, verb } from "./command.ts";

const command = newCommand("deploy", ["deploy staging", "deploy staging --auto-approve"])
  .description(
    "Deploys an environment to AWS: checks that Terraform, credentials and the state bucket exist, and runs " +
      "`cdktf deploy`, which shows the plan and asks for confirmation. Words after the environment are passed on to cdktf.",
  )
  .usage("[environment] [options of cdktf deploy]")
  .option("--environment <name>", "the same as the argument", "production")
  .argument("[options...]", "options of `cdktf deploy`")
  .passThroughOptions()
  .allowUnknownOption();

export default verb(command, async (...words) => {
  const options = withoutEnvironment(words);
  refuseUnasked(command, options.includes("--auto-approve"), "--auto-approve");
  const { environment: name } = command.opts<{ environment: string }>();
  const environment = await environmentNamed(name);
  const terraform = await findTerraform();
  console.log(await describeAccount(environment));
  await checkStateBucket(environment);
  const { exitCode } = await execa(frameworkCommand(), ["deploy", environment.name, ...options], {
    stdio: "inherit",
    reject: false,
    env: { TERRAFORM_BINARY_NAME: terraform.command },
  });
  process.exitCode = exitCode ?? 1;
});

/** The first word is the environment, where it is not an option already. */
function withoutEnvironment(words: readonly string[]): readonly string[] {
  const [first] = words;
  if (first === undefined || first.startsWith("-")) return words;
  setEnvironment(command, first);
  return words.slice(1);
}

import { UserError } from "@operation-app/preflight/input";
import { readEnvironments } from "../../environments/schema/read.ts";
import { bootstrap } from "../bootstrap/make.ts";
import { gitHubText, nextStepsText } from "../bootstrap/report.ts";
import { describeAccount } from "../lib/aws/account.ts";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { askUnnamed, environmentNamed, newCommand, ofEnvironment, refuseUnnamed, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly allowDelete: boolean;
  readonly replaceBucketSettings: boolean;
}

const command = ofEnvironment(newCommand("bootstrap", ["bootstrap production"]))
  .description(
    "Creates what the first deployment needs: the S3 bucket of an environment's Terraform state " +
      "(versioned, encrypted, private, TLS only) and, if the environment has a section ci, the OIDC provider and " +
      "the two roles with which GitHub Actions plans and applies. Safe to run again: it finishes an interrupted run, and otherwise changes nothing.",
  )
  .option("--allow-delete", "delete roles that no environment needs any more", false)
  .option("--replace-bucket-settings", "replace settings of the bucket that were made elsewhere", false);

export default verb(command, async () => {
  const signal = abortOnInterruption({
    say: (name) => `${name}: finishing the current step …`,
    reason: new UserError("Interrupted. Run it again to continue."),
  });
  const { environment: name, ...allowed } = command.opts<Options>();
  refuseUnnamed(command);
  const environment = await environmentNamed(name);
  console.log(await describeAccount(environment));
  await askUnnamed(command, "Create the state bucket and the roles", signal);
  const account = await bootstrap({
    environment,
    all: await readEnvironments(),
    progress: terminalProgress(),
    signal,
    ...allowed,
  });
  console.log(`\n${nextStepsText(environment)}\n\n${gitHubText(environment, account)}`);
});

import { isDeployed, markdownDrift, reviewDrift, textDrift } from "@operation-app/plan-review";
import { UserError } from "@operation-app/preflight/input";
import { statePlace } from "../../environments/schema/index.ts";
import { jobFrom } from "../github/github.ts";
import { publishDrift } from "../github/publish.ts";
import { describeAccount } from "../lib/aws/account.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { makePlan, removePlan } from "../plan/make.ts";
import { environmentNamed, LOCK_TIMEOUT, newCommand, ofEnvironment, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly lockTimeout: string;
}

const command = ofEnvironment(newCommand("drift", ["drift staging"]))
  .description(
    "Shows changes in AWS that were not made by Terraform. Exit code 1 if there are any, or if nothing is deployed. In a job " +
      "of GitHub Actions, it opens, updates and closes an issue. See docs/ci.md.",
  )
  .addOption(LOCK_TIMEOUT);

export default verb(command, async () => {
  const { environment: name, lockTimeout } = command.opts<Options>();
  const environment = await environmentNamed(name);
  const progress = terminalProgress();
  progress.text(await describeAccount(environment));
  const { directory, plan } = await makePlan({ environment, lockTimeout, progress, refreshOnly: true });
  removePlan(directory);
  if (!isDeployed(plan)) {
    throw new UserError(
      `${name} is not deployed: there is no state in ${statePlace(environment)}. Deploy it first: bin/infra apply --environment ${name}.`,
    );
  }
  const drift = reviewDrift(plan);
  const hasDrifted = drift.length > 0;
  progress.text(hasDrifted ? textDrift(drift) : `No changes outside Terraform in ${name}.`);
  const markdown = hasDrifted ? markdownDrift(drift) : undefined;
  for (const line of await publishDrift(jobFrom(process.env), name, markdown)) progress.text(line);
  process.exitCode = hasDrifted ? 1 : 0;
});

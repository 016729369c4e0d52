import { textReview } from "@operation-app/plan-review";
import { InputError, UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/index.ts";
import { stateLockProblem } from "../lib/aws/environment-lock.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { askToApply, terminalProblem } from "../lib/terminal/question.ts";
import { putBack, refuseUnfit } from "../operate/state-restore.ts";
import {
  compareStates,
  differenceText,
  pickVersion,
  type ReadVersion,
  readVersions,
  versionsText,
  wrongNow,
} from "../operate/state-versions.ts";
import { makePlan, removePlan } from "../plan/make.ts";
import { reviewPlan } from "../plan/review.ts";
import { environmentNamed, newCommand, ofEnvironment, refuseUnnamed, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly compare?: string;
  readonly restore?: string;
  readonly confirm?: string;
  readonly most: string;
}

const command = ofEnvironment(
  newCommand("state", ["state production", "state production --compare 3sL4kqtJlcpXroDTDmJ"]),
)
  .description(
    "Lists the versions of the Terraform state in its bucket, says what is wrong with it and who has locked it, and compares an older one with it by " +
      "resource. Shows no value. --restore puts one back: under the lock, with a backup, and shows the plan that follows from it. Exit code 1 if the state " +
      "can't be used.",
  )
  .option("--compare <version>", "what an older version has that the state now has not, and the other way round")
  .option("--restore <version>", "make an older version the state again; what is there stays a version, too")
  .option("--confirm <environment>", "the environment's name, where there is no terminal to ask in")
  .option("--most <number>", "how many versions are read", "20");

export default verb(command, async () => {
  const { environment: name, compare, restore, confirm, most } = command.opts<Options>();
  if (!/^[1-9]\d{0,3}$/.test(most)) throw new InputError(`--most ${most}: is no number from 1 to 9999.`);
  const environment = await environmentNamed(name);
  const versions = await readVersions(environment, Number(most));
  const problem = wrongNow(environment, versions);
  if (restore !== undefined) return restoreVersion(environment, versions, restore, confirm);
  if (compare === undefined) {
    console.log(versionsText(versions));
    const lock = await stateLockProblem(environment);
    if (lock) console.log(lock);
  } else {
    const version = pickVersion(versions, compare);
    const now = versions[0]?.state;
    if (!version.state) throw new UserError(`${version.id} can't be compared: it is ${version.problem}.`);
    if (!now) throw new UserError(problem ?? "The state now can't be read.");
    console.log(differenceText(compareStates(now, version.state), version.id));
  }
  if (problem) console.log(problem);
  process.exitCode = problem ? 1 : 0;
});

async function restoreVersion(
  environment: Environment,
  versions: readonly ReadVersion[],
  id: string,
  confirm: string | undefined,
): Promise<void> {
  refuseUnnamed(command);
  const { name } = environment;
  const version = pickVersion(versions, id);
  refuseUnfit(version, versions);
  const [now] = versions;
  if (now?.state && version.state) console.log(differenceText(compareStates(now.state, version.state), version.id));
  const unasked = terminalProblem(confirm !== undefined, `--confirm ${name}`);
  if (unasked) throw new UserError(unasked);
  const question = `Terraform forgets what is in the state now and not in ${version.id}. Type ${name} to put it back: `;
  const isSure = confirm === undefined ? await askToApply(name, question, undefined, name) : confirm === name;
  if (!isSure) throw new UserError("Nothing was changed.");
  const file = await putBack(environment, version, now);
  console.log(`${version.id} is the state of ${name} again.${file ? ` What was there is in ${file}.` : ""}`);
  if (now && !now.isDeletion) console.log(`To go back: bin/infra state ${name} --restore ${now.id}`);
  const progress = terminalProgress();
  const { directory, plan } = await makePlan({ environment, progress });
  try {
    console.log(textReview(await reviewPlan(environment, plan, directory)));
  } finally {
    removePlan(directory);
  }
  console.log(
    "This is what an apply would do with it. What it would add is there already, unless it was deleted: import it, or go back.",
  );
}

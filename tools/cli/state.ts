import { type Review, textReview } from "@operation-app/plan-review";
import { InputError, UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/index.ts";
import { stateLockProblem } from "../lib/aws/environment-lock.ts";
import { readStateVersion } from "../lib/aws/state-versions.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { askToApply, terminalProblem } from "../lib/terminal/question.ts";
import { consequencesOf, isSamePlan, putBack, refuseUnfit } from "../operate/state-restore.ts";
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
  readonly unproven?: boolean;
  readonly most: string;
}

const command = ofEnvironment(
  newCommand("state", ["state production", "state production --compare 3sL4kqtJlcpXroDTDmJ"]),
)
  .description(
    "Lists the versions of the Terraform state in its bucket, says what is wrong with it and who has locked it, and compares an older one with it by " +
      "resource. Shows no value. --restore plans on a copy of one, shows what an apply would do with it, asks, and puts it back: under the lock, with a " +
      "backup. Exit code 1 if the state can't be used.",
  )
  .option("--compare <version>", "what an older version has that the state now has not, and the other way round")
  .option("--restore <version>", "make an older version the state again; what is there stays a version, too")
  .option("--confirm <environment>", "the environment's name, where there is no terminal to ask in")
  .option("--unproven", "put it back although Terraform can't plan on it")
  .option("--most <number>", "how many versions are read", "20");

export default verb(command, async () => {
  const options = command.opts<Options>();
  const { environment: name, compare, most } = options;
  if (!/^[1-9]\d{0,3}$/.test(most)) throw new InputError(`--most ${most}: is no number from 1 to 9999.`);
  const environment = await environmentNamed(name);
  const versions = await readVersions(environment, Number(most));
  const problem = wrongNow(environment, versions);
  if (options.restore !== undefined) return restoreVersion(environment, versions, options);
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
  { restore: id = "", confirm, unproven }: Options,
): Promise<void> {
  refuseUnnamed(command);
  const { name } = environment;
  if (confirm !== undefined && confirm !== name)
    throw new InputError(`--confirm says ${confirm}, and the environment is ${name}. Nothing was changed.`);
  const version = pickVersion(versions, id);
  refuseUnfit(version, versions);
  const [now] = versions;
  if (now?.state && version.state) console.log(differenceText(compareStates(now.state, version.state), version.id));
  const proved = unproven ? undefined : await prove(environment, version, now?.state);
  if (confirm === undefined) await refuseUnlessTyped(name, version);
  const file = await putBack(environment, version, now);
  console.log(`${version.id} is the state of ${name} again.${file ? ` What was there is in ${file}.` : ""}`);
  if (now?.state) console.log(`To go back: bin/infra state ${name} --restore ${now.id}`);
  const review = await planned(environment);
  console.log(proved && isSamePlan(proved, review) ? "The plan is the one above." : textReview(review));
  if (review.changes.length > 0)
    console.log("What it would add is there already, unless it was deleted: import it, or go back.");
}

/** @throws UserError where the answer is no, or nobody can be asked */
async function refuseUnlessTyped(name: string, { id }: ReadVersion): Promise<void> {
  const problem = terminalProblem(false, `--confirm ${name}`)?.replace("apply", "put it back");
  if (problem) throw new UserError(`${problem} Nothing was changed.`);
  const question = `Terraform forgets what is in the state now and not in ${id}. Type ${name} to put it back: `;
  if (!(await askToApply(name, question, undefined, name))) throw new UserError("Nothing was changed.");
}

/** Plans on a copy of a version, and shows what follows. @throws UserError where Terraform can't plan on it */
async function prove(environment: Environment, { id }: ReadVersion, now: ReadVersion["state"]): Promise<Review> {
  try {
    const review = await planned(environment, await readStateVersion(environment, id));
    console.log(`Planned on a copy of ${id}:\n\n${textReview(review)}\n`);
    for (const line of consequencesOf(review, now)) console.log(line);
    return review;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message}\nTerraform can't plan on a copy of ${id}. Nothing was changed. To put it back without a plan: --unproven`,
    );
  }
}

async function planned(environment: Environment, onState?: string): Promise<Review> {
  const { directory, plan } = await makePlan({ environment, onState, progress: terminalProgress() });
  try {
    return await reviewPlan(environment, plan, directory);
  } finally {
    removePlan(directory);
  }
}

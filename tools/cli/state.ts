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
    "Lists the versions of the Terraform state in its bucket, with problems and the holder of the lock, and compares an older one with the current by " +
      "resource. Shows no values. --restore plans with a copy of one, shows the plan, asks for confirmation, and restores it: under the lock, with a " +
      "backup. Exit code 1 if the state can't be used.",
  )
  .option("--compare <version>", "list resources that only an older version or only the current one has")
  .option("--restore <version>", "make an older version the current state; the current one remains a version")
  .option("--confirm <environment>", "the environment's name, if there is no terminal to ask in")
  .option("--unproven", "restore it even if Terraform can't plan with it")
  .option("--most <number>", "number of versions to read", "20");

export default verb(command, async () => {
  const options = command.opts<Options>();
  const { environment: name, compare, most } = options;
  if (!/^[1-9]\d{0,3}$/.test(most)) throw new InputError(`--most ${most}: is not a number from 1 to 9999.`);
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
    if (!now) throw new UserError(problem ?? "The current state can't be read.");
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
  console.log(`${version.id} is the state of ${name} again.${file ? ` The former state is in ${file}.` : ""}`);
  if (now?.state) console.log(`To undo: bin/infra state ${name} --restore ${now.id}`);
  const review = await planned(environment);
  console.log(proved && isSamePlan(proved, review) ? "The plan is the one above." : textReview(review));
  if (review.changes.length > 0)
    console.log("The resources that it would add still exist, unless they were deleted: import them, or undo.");
}

/** @throws UserError where the answer is no, or nobody can be asked */
async function refuseUnlessTyped(name: string, { id }: ReadVersion): Promise<void> {
  const problem = terminalProblem(false, `--confirm ${name}`)?.replace("apply", "restore it");
  if (problem) throw new UserError(`${problem} Nothing was changed.`);
  const question = `Terraform forgets resources that are in the current state and not in ${id}. Type ${name} to restore it: `;
  if (!(await askToApply(name, question, undefined, name))) throw new UserError("Nothing was changed.");
}

/** Plans on a copy of a version, and shows what follows. @throws UserError where Terraform can't plan on it */
async function prove(environment: Environment, { id }: ReadVersion, now: ReadVersion["state"]): Promise<Review> {
  try {
    const review = await planned(environment, await readStateVersion(environment, id));
    console.log(`Planned with a copy of ${id}:\n\n${textReview(review)}\n`);
    for (const line of consequencesOf(review, now)) console.log(line);
    return review;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message}\nTerraform can't plan with a copy of ${id}. Nothing was changed. To restore it without a plan: --unproven`,
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

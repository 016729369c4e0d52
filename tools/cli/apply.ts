import { textReview } from "@operation-app/plan-review";
import { InputError, UserError } from "@operation-app/preflight/input";
import { Option } from "commander";
import { jobFrom } from "../github/github.ts";
import { refuseOldCommit } from "../github/tip.ts";
import { describeAccount } from "../lib/aws/account.ts";
import { checkedOutCommit } from "../lib/git/commit.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { askToApply } from "../lib/terminal/question.ts";
import { findPlan, readAbout } from "../plan/about.ts";
import { applyPlan, nextAfterApply } from "../plan/apply.ts";
import { removePlan } from "../plan/make.ts";
import { hasChanges, reviewPlan } from "../plan/review.ts";
import { planToApply } from "../plan/source.ts";
import {
  environmentNamed,
  fromCaller,
  LOCK_TIMEOUT,
  newCommand,
  ofEnvironment,
  refuseUnasked,
  verb,
} from "./command.ts";

interface Options {
  readonly environment: string;
  readonly plan?: string;
  readonly kept?: boolean;
  readonly sha256?: string;
  readonly yes?: boolean;
  readonly lockTimeout: string;
}

const command = ofEnvironment(
  newCommand("apply", ["apply staging", "apply production --plan .plans/production-20260102030405-77"]),
)
  .description(
    "Plans an environment, shows the review, asks for confirmation, and applies exactly that plan. Refuses a plan that the " +
      "review blocks, and one that is older than the state. See docs/ci.md.",
  )
  .option("--plan <directory>", "apply this plan, made by `bin/infra plan`, instead of a new one")
  .addOption(
    new Option(
      "--kept",
      "apply the plan of the checked-out commit that `bin/infra plan --keep` stored, instead of a new one",
    ).conflicts("plan"),
  )
  .option("--sha256 <digest>", "SHA-256 of the reviewed plan, as `bin/infra plan --keep` printed it")
  .option("--yes", "skip the confirmation")
  .addOption(LOCK_TIMEOUT);

export default verb(command, async () => {
  const { environment: name, plan: place, kept = false, sha256, yes = false, lockTimeout } = command.opts<Options>();
  const environment = await environmentNamed(name);
  if (kept && sha256 === undefined) {
    throw new InputError(
      "--kept needs --sha256, the digest of the plan that was reviewed: a newer plan may have replaced it.",
    );
  }
  if (sha256 !== undefined && !kept)
    throw new InputError("--sha256 is for a kept plan. Write --kept, too, or leave --sha256 out.");
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new InputError(`--sha256 ${sha256}: is not a SHA-256 digest. Copy the 64 digits below the review.`);
  }
  refuseUnasked(command, yes);
  if (place !== undefined) readAbout(findPlan(fromCaller(place), place), place);
  if (kept) await refuseOldCommit(jobFrom(process.env), await checkedOutCommit());
  const progress = terminalProgress();
  progress.text(await describeAccount(environment));
  const source = { environment, lockTimeout, progress, kept, sha256, place: place && fromCaller(place) };
  const made = await planToApply(source);
  const reviewed = await reviewPlan(environment, made.plan, made.directory);
  progress.text(`\n${textReview(reviewed)}`);
  if (reviewed.verdict === "blocked") throw new UserError("Nothing was applied.");
  if (!hasChanges(reviewed)) return progress.text(`\nNothing to apply.\n${nextAfterApply(environment)}`);
  if (!yes && !(await askToApply(name))) throw new UserError("Nothing was applied.");
  progress.step("Apply");
  await applyPlan({ ...made, environment, lockTimeout });
  removePlan(made.directory);
  progress.text(`\n${nextAfterApply(environment)}`);
});

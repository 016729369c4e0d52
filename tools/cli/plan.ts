import { markdownReview, textReview } from "@operation-app/plan-review";
import { jobFrom } from "../github/github.ts";
import { publishFailure, publishReview } from "../github/publish.ts";
import { refuseOldCommit } from "../github/tip.ts";
import { describeAccount } from "../lib/aws/account.ts";
import { checkedOutCommit } from "../lib/git/commit.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { planDigest } from "../plan/about.ts";
import { keepPlan } from "../plan/kept.ts";
import { directoryToName, makePlan } from "../plan/make.ts";
import { hasChanges, reviewPlan } from "../plan/review.ts";
import { environmentNamed, LOCK_TIMEOUT, newCommand, ofEnvironment, toCaller, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly keep?: boolean;
  readonly lockTimeout: string;
}

const command = ofEnvironment(newCommand("plan", ["plan staging"]))
  .description(
    "Plans an environment into a file, and reviews the plan. Applies nothing. In a job of GitHub Actions, the review is also " +
      "in the job summary and in a comment on the pull request. See docs/ci.md.",
  )
  .option("--keep", "store the plan in the state bucket, under the checked-out commit, for apply --kept")
  .addOption(LOCK_TIMEOUT);

export default verb(command, async () => {
  const { environment: name, keep = false, lockTimeout } = command.opts<Options>();
  const environment = await environmentNamed(name);
  const job = jobFrom(process.env);
  const commit = keep ? await checkedOutCommit() : undefined;
  if (commit) await refuseOldCommit(job, commit);
  const progress = terminalProgress();
  progress.text(await describeAccount(environment));
  const planning = makePlan({ environment, commit, lockTimeout, progress });
  const { directory, plan } = await planning.catch(async (error) => {
    await publishFailure(job, name);
    throw error;
  });
  const reviewed = await reviewPlan(environment, plan, directory);
  const [changes, isGood] = [hasChanges(reviewed), reviewed.verdict === "good"];
  progress.text(`\n${textReview(reviewed)}`);
  const toKeep = changes && isGood ? commit : undefined;
  const sha256 = toKeep && planDigest(directory);
  if (toKeep) {
    progress.text(`Stored: ${await keepPlan(environment, directory, toKeep)}\nIts SHA-256: ${sha256}`);
  }
  const markdown = markdownReview(reviewed);
  await publishReview(job, { environment: name, markdown, outputs: { changes, sha256 } });
  if (changes && isGood && !toKeep) {
    progress.text(
      `To apply exactly this plan: bin/infra apply --environment ${name} --plan ${toCaller(directoryToName(directory))}`,
    );
  }
  process.exitCode = isGood ? 0 : 1;
});

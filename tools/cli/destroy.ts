import { textReview } from "@operation-app/plan-review";
import { InputError, UserError } from "@operation-app/preflight/input";
import { describeAccount } from "../lib/aws/account.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { askToApply } from "../lib/terminal/question.ts";
import { applyPlan } from "../plan/apply.ts";
import { leftText, refuseHeldObjects, refuseProtected, reviewDeletion, withoutSnapshot } from "../plan/destroy.ts";
import { makePlan, removePlan } from "../plan/make.ts";
import { hasChanges } from "../plan/review.ts";
import { environmentNamed, LOCK_TIMEOUT, namedEnvironment, newCommand, ofNamedEnvironment, verb } from "./command.ts";

interface Options {
  readonly confirm?: string;
  readonly lockTimeout: string;
}

const command = ofNamedEnvironment(newCommand("destroy", ["destroy staging", "destroy staging --confirm staging"]))
  .description(
    "Deletes an environment in AWS, with its database, backups and users: plans the deletion, shows what " +
      "can't be restored, asks for the environment's name, and applies exactly that plan. A protected environment " +
      "is refused: first write protection: false in its file, and deploy.",
  )
  .option("--confirm <name>", "the environment's name, to skip the question")
  .addOption(LOCK_TIMEOUT);

export default verb(command, async () => {
  const { confirm, lockTimeout } = command.opts<Options>();
  const environment = await environmentNamed(namedEnvironment(command));
  const { name } = environment;
  if (confirm !== undefined && confirm !== name)
    throw new InputError(`--confirm says ${confirm}, and the environment is ${name}. Nothing was deleted.`);
  if (confirm === undefined && !process.stdin.isTTY)
    throw new InputError(`There is no terminal to ask in. Write --confirm ${name} to delete ${name}.`);
  refuseProtected(environment);
  const progress = terminalProgress();
  progress.text(await describeAccount(environment));
  const made = await makePlan({ environment, lockTimeout, progress, destroy: true });
  refuseHeldObjects(environment, made.plan);
  const { review, lost } = await reviewDeletion(environment, made.plan);
  progress.text(`\n${textReview(review)}`);
  if (lost.length > 0) progress.text(["\nWhat can't be restored", ...lost.map((one) => `  ${one}`)].join("\n"));
  for (const line of withoutSnapshot(environment, made.plan)) progress.text(`\n${line}`);
  if (review.verdict === "blocked") throw new UserError("Nothing was deleted.");
  if (!hasChanges(review)) return progress.text(`\n${name} has nothing to delete.`);
  const isConfirmed =
    confirm ?? (await askToApply(name, `Delete all of ${name}? Only its name is accepted: `, undefined, name));
  if (!isConfirmed) throw new UserError("Nothing was deleted.");
  progress.step("Delete");
  await applyPlan({
    ...made,
    environment,
    lockTimeout,
    next: [`bin/infra destroy ${name}    deletes the rest`],
  });
  removePlan(made.directory);
  progress.text(leftText(environment));
});

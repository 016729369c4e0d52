import { readFileSync, writeFileSync } from "node:fs";
import { type Review, textReview } from "@operation-app/plan-review";
import { UserError } from "@operation-app/preflight/input";
import type { Progress } from "../lib/terminal/progress.ts";
import type { MadePlan } from "../plan/make.ts";
import { hasChanges } from "../plan/review.ts";
import { recordedVersions } from "./git.ts";
import { readVersions, sameVersions, type Versions, versionsIn, writeVersions } from "./versions.ts";

/** What putting versions into an environment does outside this process. */
export interface Edges {
  plan(): Promise<{ readonly made: MadePlan; readonly reviewed: Review }>;
  ask(question: string): Promise<boolean>;
  apply(made: MadePlan): Promise<void>;
  wait(): Promise<void>;
  commit(file: string): Promise<void>;
}

export interface DeployOptions {
  readonly environment: string;
  readonly file: string;
  readonly versions: Versions;
  readonly edges: Edges;
  readonly progress: Progress;
  /** What has been done before, in a sentence, and stays where nothing is applied. @default nothing */
  readonly done?: string;
}

/**
 * Writes versions into the file of an environment, and takes it there: plan, review, question, apply, wait, commit. Where
 * nothing is applied, the file is as before. Killed between any two of these and run again, it goes on where it was:
 * what is applied already is no change, and is waited for and committed.
 *
 * @throws UserError where the review stops it, the user says no, or what runs in the end is not this
 */
export async function deployVersions(options: DeployOptions): Promise<void> {
  const { environment, file, versions, edges, progress, done } = options;
  const before = await textBefore(environment, file, versions);
  writeVersions(environment, versions);
  const { made, isAccepted } = await plan().catch((error) => {
    writeFileSync(file, before);
    throw error;
  });
  if (made && isAccepted) {
    progress.step("Apply");
    await edges.apply(made);
  } else progress.text("These versions are already deployed: nothing to apply.");
  progress.step("Wait for the deployment");
  await edges.wait();
  await edges.commit(file);

  function stopped(why: string): string {
    return done === undefined ? why : `${why} ${done}`;
  }

  async function plan(): Promise<{ made?: MadePlan; isAccepted: boolean }> {
    const { made, reviewed } = await edges.plan();
    progress.text(`\n${textReview(reviewed)}`);
    if (reviewed.verdict === "blocked")
      throw new UserError(stopped("Nothing was applied: the review blocks the plan."));
    if (!hasChanges(reviewed)) return { isAccepted: false };
    if (!(await edges.ask(questionOf(reviewed, environment)))) throw new UserError(stopped("Nothing was applied."));
    return { made, isAccepted: true };
  }
}

/** What the file is to say again where nothing is applied: of a run that was killed, what it was before that. */
async function textBefore(environment: string, file: string, versions: Versions): Promise<string> {
  const text = readFileSync(file, "utf8");
  if (!sameVersions(readVersions(environment), { ...readVersions(environment), ...versions })) return text;
  const [last] = await recordedVersions(file);
  return last && versionsIn(text) ? `${JSON.stringify(last.versions, null, 2)}\n` : text;
}

/** Types that a release changes: what runs, and what carries its number of tasks from zero. */
const RELEASED = new Set([
  "aws_ecs_task_definition",
  "aws_ecs_service",
  "aws_appautoscaling_target",
  "aws_appautoscaling_policy",
]);

/** What a plan changes beside the images. */
export function othersIn({ changes }: Pick<Review, "changes">): string[] {
  return changes
    .filter(({ address, kind }) => kind !== "read" && !isOfRelease(address))
    .map(({ address, kind }) => `${address} (${kind})`);
}

function isOfRelease(address: string): boolean {
  const parts = address.split(".");
  return RELEASED.has(parts.at(-2) ?? "");
}

function questionOf(reviewed: Review, environment: string): string {
  const others = othersIn(reviewed);
  const warning = others.length > 0 ? `The plan changes more than a release does: ${others.join(", ")}.\n` : "";
  return `${warning}Apply this to ${environment}? Only "yes" is accepted: `;
}

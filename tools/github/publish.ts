import { appendFileSync } from "node:fs";
import { GitHub, type Job } from "./github.ts";

/**
 * Shows the review of a plan where GitHub shows it: on the page of the run, and in one comment of the pull request.
 * Outside GitHub nothing is done.
 *
 * @param outputs what later jobs get: whether there is anything to apply, and the digest of the plan that is kept
 * @throws UserError where GitHub refuses
 */
export async function publishReview(
  job: Job,
  review: {
    readonly environment: string;
    readonly markdown: string;
    readonly outputs: { readonly changes: boolean; readonly sha256?: string };
  },
): Promise<void> {
  const { environment, markdown, outputs } = review;
  const digest = outputs.sha256 ? `\nSHA-256 of this plan: \`${outputs.sha256}\`\n` : "";
  if (job.summary) appendFileSync(job.summary, `${markdown}\n${digest}`);
  const lines = Object.entries(outputs).filter(([, value]) => value !== undefined);
  if (job.outputs) appendFileSync(job.outputs, lines.map(([name, value]) => `${name}=${value}\n`).join(""));
  await comment(job, environment, markdown);
}

/** Says where the review would stand that there is none, so that the last one is not mistaken for it. */
export async function publishFailure(job: Job, environment: string): Promise<void> {
  const markdown = "## ❔ Could not be planned\n\nSee the log of the run.";
  if (job.summary) appendFileSync(job.summary, `${markdown}\n`);
  await comment(job, environment, markdown);
}

async function comment(job: Job, environment: string, markdown: string): Promise<void> {
  if (job.pullRequest === undefined) return;
  const run = job.run ? `\n\n[The run](${job.run})` : "";
  await new GitHub(job).comment(job.pullRequest, `plan ${environment}`, `${markdown}${run}`);
}

/**
 * Keeps one issue for what has changed outside Terraform: opened, changed while it differs, and closed when all is as
 * the state says. Outside GitHub nothing is done.
 *
 * @param markdown what has changed; nothing where nothing has
 * @returns what was done, for the log
 */
export async function publishDrift(job: Job, environment: string, markdown: string | undefined): Promise<string[]> {
  const mark = `drift ${environment}`;
  if (job.summary) appendFileSync(job.summary, `${markdown ?? `No changes outside Terraform in ${environment}.`}\n`);
  if (!job.token) return [];
  const github = new GitHub(job);
  if (markdown !== undefined) {
    const title = `${environment} has changes made outside Terraform`;
    return [`#${await github.openIssue(mark, title, markdown)} reports it.`];
  }
  const closed = await github.closeIssue(
    mark,
    `No changes outside Terraform any more.${job.run ? ` (${job.run})` : ""}`,
  );
  return closed === undefined ? [] : [`#${closed} is closed.`];
}

import type { Environment } from "../../environments/schema/index.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { askToApply } from "../lib/terminal/question.ts";
import { withDeployment } from "../operate/session.ts";
import { applyPlan } from "../plan/apply.ts";
import { makePlan, removePlan } from "../plan/make.ts";
import { reviewPlan } from "../plan/review.ts";
import type { Edges } from "./deploy.ts";
import { commitFile, push } from "./git.ts";
import { untilSteady } from "./steady.ts";
import { readVersions } from "./versions.ts";

export interface EdgeOptions {
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly lockTimeout: string;
  /** How long the services may take. */
  readonly timeoutMs: number;
  /** Does not ask. */
  readonly yes: boolean;
  /** Commits the versions file, and pushes that. */
  readonly commit: boolean;
  readonly push: boolean;
  readonly message: string;
}

/** The edges to Terraform, AWS, git and the terminal. */
export function realEdges(options: EdgeOptions): Edges {
  const { environment, progress, signal, lockTimeout, timeoutMs, yes, message } = options;
  const { name } = environment;
  return {
    async plan() {
      const made = await makePlan({ environment, lockTimeout, progress });
      return { made, reviewed: await reviewPlan(environment, made.plan, made.directory) };
    },
    ask: async (question) => !signal?.aborted && (yes || (await askToApply(name, question, signal))),
    async apply(made) {
      const next = ["Run the same command again to continue: it waits for the deployment, and commits the versions."];
      await applyPlan({ ...made, environment, lockTimeout, next });
      removePlan(made.directory);
    },
    wait: () =>
      withDeployment(environment, (session) =>
        untilSteady(session, { timeoutMs, versions: readVersions(name), progress, signal }),
      ),
    async commit(file) {
      if (!options.commit) {
        progress.text(`Not committed: ${file}. Commit it; otherwise the next plan of ${name} reverts this.`);
        return;
      }
      const isNew = await commitFile(file, message);
      if (isNew) progress.fact(`Committed ${file}: ${message}`);
      if (options.push) await push();
      else if (isNew) progress.text("The commit is local until you push it.");
    },
  };
}

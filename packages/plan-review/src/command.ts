import { wrapped } from "@operation-app/preflight/terminal";
import { type Command, Option } from "commander";
import { readPlanFile } from "./plan.ts";
import { jsonReview } from "./report/json.ts";
import { markdownReview } from "./report/markdown.ts";
import { textReview } from "./report/text.ts";
import { type Review, type ReviewOptions, review } from "./review.ts";

const REPORTS = { text: (review: Review) => wrapped(textReview(review)), markdown: markdownReview, json: jsonReview };

/** The options of the review's command line. */
export interface ReviewCommandOptions {
  readonly format: keyof typeof REPORTS;
  /** A file, see `readPolicy`. */
  readonly policy?: string;
  /** Directory of the source that the plan was made of. */
  readonly source?: string;
}

/** Gives a command the argument and the options of the review. @param policy what is taken without `--policy` */
export function withReviewOptions(command: Command, policy: string): Command {
  return command
    .description(
      "Says what a plan does, and stops one that would lose what is protected, open something to the internet, switch a " +
        "protection off, or that preflight finds an error in.",
    )
    .argument("<file>", "the output of terraform show -json PLAN; - for standard input")
    .addOption(new Option("--format <format>", "how to print it").choices(Object.keys(REPORTS)).default("text"))
    .option("--policy <file>", `a policy, in .ts, .mjs or .json, instead of ${policy}`)
    .option("--source <dir>", "source directory of the plan, for references that the plan lacks");
}

/**
 * Prints the review of a plan, as of today.
 *
 * @param file its path, or `-` for standard input
 * @returns the exit code: 1 where the plan is blocked
 * @throws InputError where the plan can't be judged
 */
export async function reviewFile(
  file: string,
  format: ReviewCommandOptions["format"],
  options: Omit<ReviewOptions, "today">,
): Promise<0 | 1> {
  const name = file === "-" ? "standard input" : file;
  const today = new Date().toISOString().slice(0, 10);
  const result = await review(await readPlanFile(file), name, { ...options, today });
  console.log(REPORTS[format](result));
  return result.verdict === "good" ? 0 : 1;
}

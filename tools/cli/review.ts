import { jsonReview, markdownReview, POLICY_FILE, review, textReview } from "@operation-app/plan-review";
import { readPlanFile } from "@operation-app/plan-review/plan";
import { Option } from "commander";
import { judgedFor } from "../../environments/schema/findings.ts";
import { adoptionAdvice } from "../adopt/advice.ts";
import { policyOf } from "../plan/review.ts";
import { environmentNamed, fromCaller, newCommand, verb } from "./command.ts";

interface Options {
  readonly format: "text" | "markdown" | "json";
  readonly policy?: string;
  readonly environment?: string;
}

const command = newCommand("review")
  .description(
    "Says what a plan does, and stops one that would lose what is protected, open something to the internet, switch a " +
      "protection off, or that preflight finds an error in. docs/review.md explains it.",
  )
  .argument("<file>", "the output of terraform show -json PLAN; - for standard input")
  .addOption(new Option("--format <format>", "how to print it").choices(["text", "markdown", "json"]).default("text"))
  .option("--policy <file>", `another policy than ${POLICY_FILE}, .ts or .json`)
  .option("--environment <name>", "take out the findings of preflight that this environment acknowledges")
  .addHelpText(
    "after",
    "\nExamples:\n  terraform show -json plan.bin | bin/infra review -\n  bin/infra review plan.json --format markdown --environment production",
  );

export default verb(command, async (named) => {
  const { format, policy: policyFile, environment: environmentName } = command.opts<Options>();
  const file = fromCaller(named as string);
  const name = file === "-" ? "standard input" : file;
  const plan = await readPlanFile(file);
  const environment = environmentName ? await environmentNamed(environmentName) : undefined;
  const result = await review(plan, name, {
    policy: await policyOf(policyFile && fromCaller(policyFile)),
    today: new Date().toISOString().slice(0, 10),
    judgeFindings: environment && ((findings, rules) => judgedFor(environment, findings, rules)),
    adviceOn: environment && adoptionAdvice(environment),
  });
  const reports = { text: textReview, markdown: markdownReview, json: jsonReview };
  console.log(reports[format](result));
  process.exitCode = result.verdict === "good" ? 0 : 1;
});

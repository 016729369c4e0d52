import { regionOfVariables } from "@operation-app/cost";
import { type ReviewCommandOptions, reviewFile, withReviewOptions } from "@operation-app/plan-review/command";
import { POLICY_FILE } from "@operation-app/plan-review/policy";
import { judgedFor } from "../../environments/schema/findings.ts";
import { adoptionAdvice } from "../adopt/advice.ts";
import { policyOf } from "../plan/review.ts";
import { environmentNamed, fromCaller, newCommand, verb } from "./command.ts";

const command = withReviewOptions(
  newCommand("review", ["review plan.json --format markdown --environment production", "review - <plan.json"]),
  POLICY_FILE,
)
  .option("--environment <name>", "omit the preflight findings that this environment acknowledges")
  .addHelpText("after", "\npackages/plan-review/README.md explains it.");

export default verb(command, async (file) => {
  const { format, policy, source, environment: name } = command.opts<ReviewCommandOptions & { environment?: string }>();
  const environment = name ? await environmentNamed(name) : undefined;
  process.exitCode = await reviewFile(fromCaller(file as string), format, {
    policy: await policyOf(policy && fromCaller(policy)),
    policyFile: policy,
    source: source && fromCaller(source),
    judgeFindings: environment && ((findings, rules) => judgedFor(environment, findings, rules)),
    adviceOn: environment && adoptionAdvice(environment),
    usage: environment?.usage,
    region: environment?.region ?? regionOfVariables(),
  });
});

#!/usr/bin/env node
import { regionOfVariables } from "@operation-app/cost";
import { withoutAcknowledged } from "@operation-app/preflight";
import { readAcknowledgements, runProgram, withExamples } from "@operation-app/preflight/command";
import { Command } from "commander";
import { type ReviewCommandOptions, reviewFile, withReviewOptions } from "./command.ts";
import { policyHere } from "./default-policy.ts";
import { version } from "./version.ts";

const EXAMPLES = ["terraform show -json plan.bin | plan-review -", "plan-review plan.json --format markdown"];

const command = withExamples(new Command("plan-review"), EXAMPLES);
withReviewOptions(command, "review-policy.ts, .mjs or .json here")
  .version(version)
  .option("--acknowledge <file>", "a JSON file of preflight's findings to leave out, each with its reason")
  .addHelpText("after", `\nExamples:\n${EXAMPLES.map((example) => `  ${example}`).join("\n")}`);

await runProgram(command, async (file) => {
  const { format, policy, source, acknowledge } = command.opts<ReviewCommandOptions & { acknowledge?: string }>();
  const known = await readAcknowledgements(acknowledge);
  return reviewFile(file, format, {
    policy: await policyHere(policy),
    source,
    region: regionOfVariables(),
    judgeFindings: (findings, rules) => withoutAcknowledged(findings, known, rules),
  });
});

#!/usr/bin/env node
import { Command } from "commander";
import { withoutAcknowledged } from "./acknowledgements.ts";
import { type CheckOptions, check, readAcknowledgements, runProgram, withCheckOptions } from "./command.ts";
import { version } from "./version.ts";

const command = withCheckOptions(new Command("preflight"))
  .version(version)
  .option("--acknowledge <file>", "a JSON file of the findings to omit, each with its reason")
  .addHelpText(
    "after",
    "\nExamples:\n  preflight cdk.tf.json\n  preflight plan.json --path aws_ecs_service.app ecr.api",
  );

await runProgram<string | undefined>(command, async (file) => {
  const options = command.opts<CheckOptions & { acknowledge?: string }>();
  const known = await readAcknowledgements(options.acknowledge);
  return check(file, options, (findings, rules) => withoutAcknowledged(findings, known, rules));
});

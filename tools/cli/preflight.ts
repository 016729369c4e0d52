import { LOSS_RULES } from "@operation-app/plan-review";
import {
  answerPathQuestion,
  jsonPath,
  jsonReport,
  loadFile,
  pathReport,
  preflight,
  RULES,
  sarifReport,
  textReport,
  UNUSED_ACKNOWLEDGEMENT,
} from "@operation-app/preflight";
import { InputError } from "@operation-app/preflight/input";
import { Option } from "commander";
import { judgedFor } from "../../environments/schema/findings.ts";
import { environmentNamed, fromCaller, newCommand, verb } from "./command.ts";

interface Options {
  readonly format: "text" | "json" | "sarif";
  readonly path?: readonly string[];
  readonly environment?: string;
}

const command = newCommand("preflight")
  .description(
    "Finds what would fail at apply, or die at runtime, in a Terraform configuration in JSON (cdk.tf.json) or in a plan " +
      "(terraform show -json), whoever made it. packages/preflight/docs/rules.md lists the rules.",
  )
  .argument("<file>", "cdk.tf.json, or the output of terraform show -json; - for standard input")
  .addOption(
    new Option("--format <format>", "how to print findings").choices(["text", "json", "sarif"]).default("text"),
  )
  .option("--environment <name>", "take out the findings that this environment acknowledges")
  .option(
    "--path <from-to...>",
    "instead, print the way of one connection: from an address (or internet) to an address, address:port, internet, or an AWS service such as ecr.api",
  )
  .addHelpText(
    "after",
    "\nExamples:\n  bin/infra check cdktf.out/stacks/production/cdk.tf.json\n  bin/infra check plan.json --path aws_ecs_service.app ecr.api",
  );

export default verb(command, async (named) => {
  const { format, path, environment } = command.opts<Options>();
  const file = fromCaller(named as string);
  const name = file === "-" ? "standard input" : file;
  const graph = await loadFile(file);
  if (path) {
    const [from, to, ...others] = path;
    if (from === undefined || to === undefined || others.length > 0) {
      throw new InputError("--path takes two: from where, and to what. Write --path aws_ecs_service.app ecr.api.");
    }
    const answer = answerPathQuestion(graph, from, to);
    console.log(format === "json" ? jsonPath(answer) : pathReport(answer, from, to));
    process.exitCode = answer.verdict === "blocked" ? 1 : 0;
    return;
  }
  const rules = [...RULES, ...LOSS_RULES];
  const all = preflight(graph, rules);
  const findings = environment ? judgedFor(await environmentNamed(environment), all, rules) : all;
  const acknowledged = all.length - findings.filter(({ id }) => id !== UNUSED_ACKNOWLEDGEMENT).length;
  const reports = {
    text: () => textReport(findings, name, acknowledged),
    json: () => jsonReport(findings),
    sarif: () => sarifReport(findings, rules, name),
  };
  console.log(reports[format]());
  process.exitCode = findings.some(({ severity }) => severity === "error") ? 1 : 0;
});

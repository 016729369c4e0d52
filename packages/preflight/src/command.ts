import { format } from "node:util";
import { type Command, CommanderError, Option } from "commander";
import colors from "picocolors";
import { UNUSED_ACKNOWLEDGEMENT } from "./acknowledgements.ts";
import { THOROUGH_RULE } from "./cloudformation.ts";
import type { Graph } from "./graph/graph.ts";
import { loadFile, loadSource } from "./graph/load.ts";
import { printable, printableInColor } from "./input/printable.ts";
import { InputError, UserError } from "./input/user-error.ts";
import { answerPathQuestion } from "./path-question.ts";
import { type LocatedFinding, preflight } from "./preflight.ts";
import { jsonPath, jsonReport } from "./report/json.ts";
import { sarifReport } from "./report/sarif.ts";
import { pathReport, textReport } from "./report/text.ts";
import type { Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";
import { wrapped } from "./terminal.ts";
import { unjudged } from "./unjudged.ts";

export { readAcknowledgements } from "./acknowledgement-file.ts";

/** The options of preflight's command line. */
export interface CheckOptions {
  readonly format: "text" | "json" | "sarif";
  /** From where, and to what: traces this connection, and checks no rule. */
  readonly path?: readonly string[];
  /** Directory of the source that the file was made of; without a file, what is checked. */
  readonly source?: string;
  /** What could not be judged counts as much as an error. */
  readonly strict?: boolean;
  /** Looks values up in AWS's own lists too, which takes seconds. */
  readonly thorough?: boolean;
}

/** Gives a command the argument and the options of preflight. */
export function withCheckOptions(command: Command): Command {
  return command
    .description(
      "Finds what would fail at apply or at runtime, in a Terraform configuration in JSON (cdk.tf.json) or in a plan " +
        "(terraform show -json), made by any tool.",
    )
    .argument("[file]", "cdk.tf.json, or the output of terraform show -json; - for standard input")
    .option(
      "--source <dir>",
      "source directory of the plan, for references that the plan lacks; without a file, check the source itself",
    )
    .addOption(
      new Option("--format <format>", "how to print findings").choices(["text", "json", "sarif"]).default("text"),
    )
    .option(
      "--path <from-to...>",
      "instead, trace one connection: from an address (or internet) to an address, address:port, internet, or an AWS service such as ecr.api",
    )
    .option("--strict", "also exit with 1 if something could not be judged")
    .option("--thorough", "also check classes and types against AWS's own lists, which takes some seconds");
}

/** A word too few or too many is answered with what can be typed. @param examples whole command lines */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const isOfWords = (text: string) => /^error: (missing required|required option|too many) /.test(text);
  const hint = `Such as: ${examples.join("\n         ")}\n`;
  return command.configureOutput({ outputError: (text, write) => write(isOfWords(text) ? text + hint : text) });
}

/**
 * Prints what preflight finds in a file, or the trace of one connection.
 *
 * @param file its path, or `-` for standard input; undefined where `source` is what is checked
 * @param judge findings as they count, such as without those that are acknowledged. @default as they are
 * @param quick the rules that look. @default preflight's own
 * @returns the exit code: 1 where a finding is an error, or the connection is blocked; with `strict` also where something
 * can't be judged
 * @throws InputError where the file or the connection can't be used
 */
export async function check(
  file: string | undefined,
  { format, path, source, strict = false, thorough = false }: CheckOptions,
  judge: (findings: readonly LocatedFinding[], rules: readonly Rule[]) => readonly LocatedFinding[] = (all) => all,
  quick: readonly Rule[] = RULES,
): Promise<0 | 1> {
  const graph = await loadInput(file, source);
  if (path) return answerQuestion(graph, path, format, strict);
  const name = file === "-" ? "standard input" : (file ?? source ?? "");
  const rules = thorough ? [...quick, THOROUGH_RULE] : quick;
  const all = preflight(graph, rules);
  const findings = judge(all, rules);
  const acknowledged = all.length - findings.filter(({ id }) => id !== UNUSED_ACKNOWLEDGEMENT).length;
  const blind = unjudged(graph);
  const reports = {
    text: () => wrapped(textReport(findings, name, acknowledged, blind)),
    json: () => jsonReport(findings, blind),
    sarif: () => sarifReport(findings, rules, name, blind),
  };
  console.log(reports[format]());
  return findings.some(({ severity }) => severity === "error") || (strict && blind.length > 0) ? 1 : 0;
}

function answerQuestion(
  graph: Graph,
  [from, to, ...others]: readonly string[],
  format: CheckOptions["format"],
  strict: boolean,
): 0 | 1 {
  if (from === undefined || to === undefined || others.length > 0) {
    throw new InputError("--path takes two: from where, and to what. Write --path aws_ecs_service.app ecr.api.");
  }
  const answer = answerPathQuestion(graph, from, to);
  console.log(format === "json" ? jsonPath(answer) : wrapped(pathReport(answer, from, to)));
  return answer.verdict === "blocked" || (strict && answer.verdict === "unknown") ? 1 : 0;
}

function loadInput(file: string | undefined, source: string | undefined): Promise<Graph> {
  if (file !== undefined) return loadFile(file, source);
  if (source !== undefined) return loadSource(source);
  throw new InputError("error: missing required argument 'file'. Name one, or a directory with --source.");
}

/** What a program prints goes to a terminal: whatever is in it, it steers none. To be called once, before all else. */
export function printVisibly(): void {
  for (const name of ["log", "error"] as const) {
    const print = console[name];
    console[name] = (...values: unknown[]) => print(printableInColor(format(...values)));
  }
}

/** Does the work of a command. A user's mistake is one line without a stack trace, and unusable input exit code 2. */
export async function reportingMistakes(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2; // commander has printed why
      return;
    }
    const isExpected = error instanceof UserError;
    console.error(isExpected ? colors.red(wrapped(printable(error.message), process.stderr)) : error);
    process.exitCode ??= error instanceof InputError ? 2 : 1;
  }
}

/** Runs a command of one file as a program of its own. @param work that returns the exit code */
export async function runProgram<File extends string | undefined = string>(
  command: Command,
  work: (file: File) => Promise<0 | 1>,
): Promise<void> {
  printVisibly();
  // The reader of the output, such as `head`, may stop before its end.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  command.exitOverride().addHelpText("after", "\nExit codes: 0 success, 1 findings, 2 unusable input.");
  await reportingMistakes(async () => {
    const { args } = await command.parseAsync();
    process.exitCode = await work(args[0] as File);
  });
}

import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { reportingMistakes, withExamples } from "@operation-app/preflight/command";
import { InputError, UserError } from "@operation-app/preflight/input";
import { Command, Help, InvalidArgumentError, Option } from "commander";
import type { Environment } from "../../environments/schema/index.ts";
import { readEnvironments } from "../../environments/schema/read.ts";
import { askToApply, terminalProblem } from "../lib/terminal/question.ts";
import { nameTool } from "../lib/terraform/naming.ts";

/** Option of commands that lock the state. */
export const LOCK_TIMEOUT = new Option(
  "--lock-timeout <duration>",
  "how long to wait for the state's lock, such as 30s or 10m",
)
  .default("30s")
  .argParser((text) => {
    if (/^\d+[smh]$/.test(text)) return text;
    throw new InvalidArgumentError("Write a number and its unit, such as 30s or 10m.");
  });

/**
 * The command line of a verb of `bin/infra`.
 *
 * @param examples that its help shows, without `bin/infra`
 */
export function newCommand(name: string, examples: readonly string[]): Command {
  const command = new Command(name).exitOverride().configureHelp(HELP).addHelpText("after", helpEnd(examples));
  return withExamples(
    command,
    examples.map((example) => `bin/infra ${example}`),
  );
}

/** Wraps descriptions next to long option names, and hides defaults of false and []. */
const HELP: Partial<Help> = {
  minWidthToWrap: 20,
  optionDescription(option) {
    const { defaultValue } = option;
    const isNothing = defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0);
    const shown = isNothing ? Object.assign(Object.create(option), { defaultValue: undefined }) : option;
    return Help.prototype.optionDescription.call(this, shown);
  },
};

/** The end of every command's help: examples and exit codes. */
export function helpEnd(examples: readonly string[]): string {
  const title = examples.length === 1 ? "Example:" : "Examples:";
  const lines = examples.map((example) => `  bin/infra ${example}`);
  return ["", title, ...lines, "", "Exit codes: 0 success, 1 findings or failure, 2 unusable input."].join("\n");
}

/** For a verb of one environment, named by argument or `--environment`; production by default. */
export function ofEnvironment(command: Command): Command {
  return command
    .addOption(environmentOption().default("production"))
    .argument("[environment]", "a file in environments/, without .ts", (name: string) => setEnvironment(command, name));
}

/** The same without a default, for verbs that delete or take over. `namedEnvironment` returns it. */
export function ofNamedEnvironment(command: Command): Command {
  return command
    .addOption(environmentOption())
    .argument("[environment]", "a file in environments/, without .ts", (name: string) => setEnvironment(command, name));
}

/** The same for a verb that takes a command line, whose first word may be the environment. */
export function ofEnvironmentAndWords(command: Command, words: string): Command {
  return command
    .usage("[options] [environment] [command...]")
    .addOption(environmentOption().default("production"))
    .argument("[command...]", words);
}

/** The command line without the environment; sets the environment if the first word names one. */
export function wordsAfterEnvironment(command: Command, words: readonly string[]): readonly string[] {
  const [first] = words;
  if (first === undefined || command.getOptionValueSource("environment") === "cli") return words;
  if (!/^[\w-]+$/.test(first) || !existsSync(join("environments", `${first}.ts`))) return words;
  setEnvironment(command, first);
  return words.slice(1);
}

/** @throws InputError where no environment is named */
export function namedEnvironment(command: Command): string {
  const { environment } = command.opts<{ environment?: string }>();
  if (environment !== undefined) return environment;
  throw new InputError(`Name the environment: one of the files in environments/. See ${command.name()} --help.`);
}

/** The option that is equivalent to the argument. */
export function environmentOption(): Option {
  return new Option("--environment <name>", "the same as the argument");
}

/** @throws InputError where `--environment` says another */
export function setEnvironment(command: Command, name: string): string {
  const option = command.getOptionValueSource("environment") === "cli" ? command.opts().environment : name;
  if (option !== name) throw new InputError(`--environment says ${option}, the argument ${name}. Use one of them.`);
  command.setOptionValueWithSource("environment", name, "argument");
  return name;
}

/**
 * For verbs that change an environment: without a confirmation that shows it, production is no default.
 *
 * @param yes whether the question is left out
 * @param option that leaves it out
 * @throws InputError where the environment is not named and there is no question, or no terminal to ask in
 */
export function refuseUnasked(command: Command, yes: boolean, option = "--yes"): void {
  const problems = unaskedProblems(command, yes, option);
  if (problems.length > 0) throw new InputError(problems.join("\n"));
}

/** The problems that `refuseUnasked` throws, for a command that reports them with its others. */
export function unaskedProblems(command: Command, yes: boolean, option?: string): string[] {
  return [terminalProblem(yes, option), nameProblem(command, yes)].filter((problem) => problem !== undefined);
}

/** The same for a verb that only asks for a value, or has a confirmation of its own. */
export function refuseUnnamed(command: Command): void {
  const problem = nameProblem(command, false);
  if (problem !== undefined) throw new InputError(problem);
}

/**
 * Asks for confirmation if the environment was not named; for verbs without a confirmation of their own.
 *
 * @param what is done, such as `Run this`
 * @throws UserError where the answer is no
 */
export async function askUnnamed(command: Command, what: string, signal?: AbortSignal): Promise<void> {
  if (!isDefault(command)) return;
  const { environment } = command.opts<{ environment: string }>();
  const isWanted = await askToApply(environment, `${what} in ${environment}? Only "yes" is accepted: `, signal);
  if (!isWanted) throw new UserError("Nothing was done.");
}

function nameProblem(command: Command, yes: boolean): string | undefined {
  if (!isDefault(command) || (process.stdin.isTTY && !yes)) return undefined;
  return `This changes an environment, and none is named. Write --environment ${command.getOptionValue("environment")} if you mean that one.`;
}

function isDefault(command: Command): boolean {
  return command.getOptionValueSource("environment") === "default";
}

/** Resolves a file name relative to the caller's directory: npm runs commands in the project's. */
export function fromCaller(file: string): string {
  const { INIT_CWD } = process.env;
  if (file === "-" || isAbsolute(file) || INIT_CWD === undefined) return file;
  const path = resolve(INIT_CWD, file);
  const inProject = relative("", path) || ".";
  // Outside the project, an absolute path is easier to read than a relative one.
  return inProject.startsWith("..") ? path : inProject;
}

/** Path of a file of the project, relative to the caller's directory. */
export function toCaller(file: string): string {
  const { INIT_CWD } = process.env;
  if (INIT_CWD === undefined) return file;
  const path = relative(INIT_CWD, resolve(file)) || ".";
  return path.startsWith("..") ? resolve(file) : path;
}

/** A verb of `bin/infra`: its command line and its action. */
export interface Verb {
  readonly command: Command;
  /** Undefined if the subcommands have actions of their own. */
  readonly work?: (...args: string[]) => Promise<void>;
}

export function verb(command: Command, work?: Verb["work"]): Verb {
  return { command, work };
}

/** Parses a command line and runs the verb. */
export async function runVerb({ command, work }: Verb, args: readonly string[]): Promise<void> {
  const unname = nameTool();
  await reportingMistakes(async () => {
    refuseSwallowedOptions(command);
    const { processedArgs } = await command.parseAsync(args, { from: "user" });
    const given = (processedArgs as unknown[]).flat().filter((one) => one !== undefined);
    await work?.(...given.map(String));
  });
  unname();
}

/** Options that are also npm's, and may be meant for npm. */
const NPM_OPTIONS = new Set(["force", "only", "version", "yes"]);

/**
 * Of `bin/infra secrets set NAME --environment=staging`, npm keeps the option for itself, and the command would go on
 * with production.
 *
 * @throws InputError with the options that npm has kept, and how to write them
 */
function refuseSwallowedOptions(command: Command): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const options = [command, ...command.commands].flatMap((one) => one.options.map((option) => option.name()));
  const swallowed = [...new Set(options)].filter(
    (name) => !NPM_OPTIONS.has(name) && process.env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined,
  );
  if (swallowed.length === 0) return;
  const written = swallowed.map((name) => `--${name}`).join(", ");
  throw new InputError(
    `npm took ${written} as its own. Nothing was done. Use bin/infra instead of npm run, or write -- before the options.`,
  );
}

/** @throws InputError when there is no such environment; EnvironmentError when one is not good */
export async function environmentNamed(name: string | undefined): Promise<Environment> {
  return oneNamed(name, await readEnvironments());
}

/** The same, but whatever it takes over already. */
export async function environmentToAdopt(name: string): Promise<Environment> {
  return oneNamed(name, await readEnvironments(name));
}

function oneNamed(name: string | undefined, environments: readonly Environment[]): Environment {
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  throw new InputError(
    `There is no environment "${name}". There are: ${environments.map((one) => one.name).join(", ")}.`,
  );
}

import { InputError } from "@operation-app/preflight/input";
import colors from "picocolors";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { parseDuration } from "../operate/logs.ts";
import { commandOf, oneOffFor, runOnce } from "../operate/one-off.ts";
import { withDeployment } from "../operate/session.ts";
import {
  askUnnamed,
  environmentNamed,
  newCommand,
  ofEnvironmentAndWords,
  refuseUnnamed,
  verb,
  wordsAfterEnvironment,
} from "./command.ts";

interface Options {
  readonly environment: string;
  readonly service: string;
  readonly timeout: string;
}

const command = ofEnvironmentAndWords(
  newCommand("run", ["run staging -- rails db:migrate:status", "run staging 'rails runner \"puts User.count\"'"]),
  "the command",
)
  .description(
    "Runs a one-off command in a Fargate task of its own, with the deployed image, variables and secrets of a service, and " +
      "exits with its exit code. A single argument is passed to a shell; several are a program and its arguments. " +
      "Ctrl-C stops the task.",
  )
  .option("--service <name>", "the task definition to use: a service's, or migrate (which needs no command)", "app")
  .option("--timeout <duration>", "time limit, from the start of the task", "1h")
  .addHelpText("after", "Otherwise the exit code of the command; 130 if it was interrupted.")
  .addHelpText("after", "\nDon't write secrets in the command: ECS and CloudTrail record it.");

export default verb(command, async (...all) => {
  const signal = abortOnInterruption();
  const words = wordsAfterEnvironment(command, all);
  const { environment: name, service, timeout } = command.opts<Options>();
  const timeoutMs = parseDuration(timeout, "--timeout");
  if (words.length === 0 && service !== "migrate")
    throw new InputError("No command is given. Example: bin/infra run 'rails runner \"puts User.count\"'");
  refuseUnnamed(command);
  const environment = await environmentNamed(name);
  await askUnnamed(command, "Run this", signal);
  await withDeployment(environment, async (session) => {
    const oneOff = await oneOffFor(session, service);
    const options = {
      timeoutMs,
      signal,
      onLine: (line: string) => console.log(line),
      // Not into the command's output, which may be piped on.
      onFact: (fact: string) => console.error(colors.dim(fact)),
    };
    const wanted = { ...oneOff, command: words.length > 0 ? commandOf(words) : undefined };
    const exitCode = await runOnce(session.clients, wanted, options);
    console.error(colors.dim(`Exit code ${exitCode}.`));
    process.exitCode = exitCode;
  });
});

import type { Command } from "commander";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { makeUser, type RotationOptions, rotatePassword } from "../operate/database-user.ts";
import { parseDuration } from "../operate/logs.ts";
import { type Session, withDeployment } from "../operate/session.ts";
import { askUnnamed, environmentNamed, helpEnd, ofEnvironment, refuseUnnamed } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly timeout: string;
}

/** The steps of `db` that are about the user that Rails logs in as. */
export function addUserSteps(command: Command): void {
  step(
    command,
    "user",
    "Makes sure that MySQL knows the user of database.appUser: makes it, with its password and its rights. What runs is not disturbed.",
    "Make the user",
    async (session, options) => {
      const name = await makeUser(session, options);
      const { environment } = session.deployment;
      const next = `Now it can be used: write used: true into database.appUser, and run: bin/infra apply ${environment.name}`;
      return `MySQL knows ${name}.${environment.database.appUser?.used ? "" : ` ${next}`}`;
    },
  );
  step(
    command,
    "rotate",
    "Gives that user another password. Both are valid until no task has the old one, so no request is lost. Run again after a failure, it goes on where it was.",
    "Change the password",
    async (session, options) =>
      `${await rotatePassword(session, options)} has another password, and MySQL has forgotten the old one.`,
  );
}

function step(
  command: Command,
  name: "user" | "rotate",
  description: string,
  question: string,
  work: (session: Session, options: RotationOptions) => Promise<string>,
): void {
  ofEnvironment(command.command(name).description(description))
    .option("--timeout <duration>", "how long each task may take, and how long it waits for the services", "20m")
    .addHelpText("after", helpEnd([`db ${name} production`]))
    .action(async (_: string | undefined, options: Options, step: Command) => {
      refuseUnnamed(step);
      const signal = abortOnInterruption();
      const timeoutMs = parseDuration(options.timeout, "--timeout");
      const environment = await environmentNamed(options.environment);
      await askUnnamed(step, question, signal);
      const progress = terminalProgress();
      progress.step(`${question} of ${environment.name}`);
      const said = await withDeployment(environment, (session) =>
        work(session, {
          timeoutMs,
          signal,
          onLine: progress.output,
          onFact: progress.fact,
          onWaiting: progress.live,
        }),
      );
      progress.text(said);
    });
}

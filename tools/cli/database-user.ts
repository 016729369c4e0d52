import type { Command } from "commander";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { createUser, type RotationOptions, rotatePassword } from "../operate/database-user.ts";
import { parseDuration } from "../operate/logs.ts";
import { type Session, withDeployment } from "../operate/session.ts";
import { askUnnamed, environmentNamed, helpEnd, ofEnvironment, refuseUnnamed } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly timeout: string;
}

/** `db user` and `db rotate`: the MySQL user that Rails logs in as. */
export function addUserSteps(command: Command): void {
  step(
    command,
    "user",
    "Creates the MySQL user of database.appUser, or gives an existing one its password and rights again. Running tasks are not affected.",
    "Create the user",
    async (session, options) => {
      const name = await createUser(session, options);
      const { environment } = session.deployment;
      const next = `To use it, write used: true in database.appUser, and run: bin/infra apply ${environment.name}`;
      return `The MySQL user ${name} exists.${environment.database.appUser?.used ? "" : ` ${next}`}`;
    },
  );
  step(
    command,
    "rotate",
    "Changes that user's password. Both passwords are valid until no task uses the old one, so no request fails. Run it again after a failure to continue.",
    "Change the password",
    async (session, options) =>
      `${await rotatePassword(session, options)} has a new password; the old one is no longer valid.`,
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
    .option("--timeout <duration>", "time limit of each task, and of waiting for the services", "20m")
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

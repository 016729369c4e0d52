import { InputError } from "@operation-app/preflight/input";
import colors from "picocolors";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { parseDuration } from "../operate/logs.ts";
import { runOnce } from "../operate/one-off.ts";
import { clearMissed, inspectSchedules, missedRuns, oneOffOf } from "../operate/schedules.ts";
import { schedulesText } from "../operate/schedules-report.ts";
import { type Session, withDeployment } from "../operate/session.ts";
import { environmentNamed, newCommand, ofEnvironment, refuseUnnamed, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly run?: string;
  readonly timeout: string;
  readonly clear?: boolean;
}

const command = ofEnvironment(
  newCommand("schedules", ["schedules staging", "schedules --run nightly staging", "schedules --clear production"]),
)
  .description(
    "Shows what runs at set times: when it runs next, in the time zone of this machine, how it ended last (ECS shows tasks for " +
      "about an hour, logs stay), and what AWS could not start. Exit code 1 where one has failed or could not be started.",
  )
  .option("--run <name>", "runs it now, shows its output, and ends with its exit code; Ctrl-C stops the task")
  .option("--timeout <duration>", "how long that may take, from the start of the task", "1h")
  .option("--clear", "forgets what could not be started, which ends its alarm");

export default verb(command, async () => {
  const { environment: name, run, clear, timeout } = command.opts<Options>();
  if (run !== undefined && clear) throw new InputError("--run and --clear are two things. Write one of them.");
  const timeoutMs = parseDuration(timeout, "--timeout");
  if (run !== undefined || clear) refuseUnnamed(command);
  await withDeployment(await environmentNamed(name), async (session) => {
    if (run !== undefined) return runNow(session, run, timeoutMs);
    if (clear) {
      await clearMissed(session);
      return console.log(`${name}: what could not be started is forgotten.`);
    }
    const [schedules, missed] = [await inspectSchedules(session), await missedRuns(session)];
    console.log(schedulesText(name, schedules, missed));
    if (missed.length > 0 || schedules.some(({ runs }) => runs[0]?.state === "failed")) process.exitCode = 1;
  });
});

async function runNow(session: Session, name: string, timeoutMs: number): Promise<void> {
  const exitCode = await runOnce(session.clients, await oneOffOf(session, name), {
    timeoutMs,
    signal: abortOnInterruption(),
    onLine: (line) => console.log(line),
    onFact: (fact) => console.error(colors.dim(fact)),
  });
  console.error(colors.dim(`Exit code ${exitCode}.`));
  process.exitCode = exitCode;
}

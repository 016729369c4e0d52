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
    "Shows scheduled tasks: the next run, in this machine's time zone, the result of the last one (ECS lists stopped tasks for " +
      "about an hour), and runs that AWS could not start. Exit code 1 if one failed or could not be started.",
  )
  .option("--run <name>", "run it now, show its output, and exit with its exit code; Ctrl-C stops the task")
  .option("--timeout <duration>", "time limit of --run, from the start of the task", "1h")
  .option("--clear", "delete the records of runs that could not be started, which ends their alarm");

export default verb(command, async () => {
  const { environment: name, run, clear, timeout } = command.opts<Options>();
  if (run !== undefined && clear) throw new InputError("--run and --clear can't be combined.");
  const timeoutMs = parseDuration(timeout, "--timeout");
  if (run !== undefined || clear) refuseUnnamed(command);
  await withDeployment(await environmentNamed(name), async (session) => {
    if (run !== undefined) return runNow(session, run, timeoutMs);
    if (clear) {
      await clearMissed(session);
      return console.log(`${name}: the records of runs that could not be started are deleted.`);
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

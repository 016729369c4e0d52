import colors from "picocolors";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { followLogs, type LogLine, logSources, parseDuration, readLogs } from "../operate/logs.ts";
import { withDeployment } from "../operate/session.ts";
import { environmentNamed, newCommand, ofEnvironment, verb } from "./command.ts";

interface Options {
  readonly environment: string;
  readonly service?: string;
  readonly since: string;
  readonly follow?: boolean;
  readonly filter?: string;
}

const command = ofEnvironment(
  newCommand("logs", [
    "logs staging --service app --since 1h",
    "logs production --service app,nginx --follow --filter ERROR",
  ]),
)
  .description("Shows the logs of all services, in order of time.")
  .option("--service <name>", "only these containers, separated by commas: app, nginx, migrate, a worker or a schedule")
  .option("--since <duration>", "how far back: 30s, 10m, 1h or 7d", "10m")
  .option("--follow", "keep printing new lines, until Ctrl-C")
  .option("--filter <pattern>", "a CloudWatch filter pattern: ERROR, or '?ERROR ?FATAL' for either");

export default verb(command, async () => {
  const { environment: name, service, since, follow, filter } = command.opts<Options>();
  const from = new Date(Date.now() - parseDuration(since, "--since"));
  const environment = await environmentNamed(name);
  const signal = abortOnInterruption({ exitCode: 0 });
  await withDeployment(environment, async (session) => {
    const sources = await logSources(session, service === undefined ? undefined : [...new Set(service.split(","))]);
    const width = Math.max(...sources.map((source) => source.name.length));
    const query = { sources, since: from, filter, signal };
    let lines = 0;
    for await (const line of (follow ? followLogs : readLogs)(session.clients.logs, query)) {
      console.log(text(line, width));
      lines += 1;
    }
    if (lines === 0 && !follow) console.error(`No ${filter ? "matching " : ""}log lines in the last ${since}.`);
  });
});

function text({ source, at, message }: LogLine, width: number): string {
  return `${colors.dim(at.toISOString())} ${colors.cyan(source.padEnd(width))} ${message}`;
}

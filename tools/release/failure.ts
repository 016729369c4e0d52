import { GetLogEventsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { harmless } from "../operate/logs.ts";
import { describeTaskDefinition, listServices, logPlace } from "../operate/services.ts";
import type { Session } from "../operate/session.ts";
import { inspectServices } from "../operate/status.ts";
import { stoppedText } from "../operate/status-report.ts";

/** How many of a task's last lines are shown. */
const LAST_LINES = 20;
/** How many are read for that: the error that says why stands before its backtrace. */
const READ_LINES = 200;
/** How many lines of a backtrace are shown. */
const FRAMES = 3;
/** A line of a backtrace, as Ruby and JavaScript write them. */
const FRAME = /^\s+(from|at) |^\s*\S+:\d+:in [`'].*'$/;

/**
 * Why services are not what they should be: what is wrong with them, and of the tasks that have stopped since, why, and
 * the last lines of their logs.
 *
 * @param names of the services
 */
export async function failureText(session: Session, names: readonly string[], since: Date): Promise<string[]> {
  const services = (await inspectServices(session)).filter(({ name }) => names.includes(name));
  const parts: string[] = [];
  for (const { name, problems, stopped } of services) {
    parts.push(...problems.map((problem) => `  ${name}: ${problem}`));
    for (const task of stopped.filter(({ at }) => at !== undefined && at >= since)) {
      const lines = await lastLines(session, name, task.id);
      parts.push(stoppedText(name, task), ...lines.map((line) => `    │ ${line}`));
    }
  }
  return parts;
}

async function lastLines({ deployment, clients: { ecs, logs } }: Session, name: string, id: string): Promise<string[]> {
  const found = (await listServices(ecs, deployment)).find((one) => one.name === name);
  const { containerDefinitions = [] } = await describeTaskDefinition(ecs, found?.service.taskDefinition ?? "");
  const lines: string[] = [];
  for (const container of containerDefinitions) {
    const place = logPlace(container);
    if (place?.prefix === undefined) continue;
    const stream = {
      logGroupName: place.group,
      logStreamName: `${place.prefix}/${container.name}/${id}`,
      limit: READ_LINES,
    };
    const page = await logs.send(new GetLogEventsCommand(stream)).catch((error) => {
      if (error instanceof ResourceNotFoundException) return undefined; // it has written nothing
      throw error;
    });
    const written = (page?.events ?? []).map(({ message = "" }) => harmless(message));
    lines.push(...withShortBacktraces(written).slice(-LAST_LINES));
  }
  return lines;
}

function withShortBacktraces(lines: readonly string[]): string[] {
  let frames = 0;
  return lines.flatMap((line) => {
    frames = FRAME.test(line) ? frames + 1 : 0;
    if (frames <= FRAMES) return [line];
    return frames === FRAMES + 1 ? ["    …"] : [];
  });
}

import { DescribeLogStreamsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { GetQueueUrlCommand, PurgeQueueCommand, QueueDoesNotExist, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { InputError, printable } from "@operation-app/preflight/input";
import type { Schedule } from "./deployment.ts";
import { nextRun } from "./next-run.ts";
import { type OneOff, oneOffFor } from "./one-off.ts";
import { describeTaskDefinition, idIn, listTasks, logPlace } from "./services.ts";
import type { Session } from "./session.ts";
import { exitCodeOf, explainStop, stopText } from "./stopped-tasks.ts";

export interface ScheduleStatus extends Schedule {
  /** Unknown for a rate, and for one that is switched off. */
  readonly next: Date | undefined;
  /** When its log got its last line. */
  readonly lastLine: Date | undefined;
  /** Tasks that run, and those that have stopped within about an hour, newest first. */
  readonly runs: readonly Run[];
}

export interface Run {
  readonly id: string;
  readonly at: Date | undefined;
  /** `succeeded`, or what went wrong. */
  readonly says: string;
  readonly state: "running" | "succeeded" | "failed";
}

/** A time at which a task could not be started. */
export interface Missed {
  /** Name of the schedule. */
  readonly schedule: string;
  readonly at: Date | undefined;
  readonly why: string;
}

/** The schedules of an environment, when they run next, and how they ended last. */
export async function inspectSchedules(session: Session, now = new Date()): Promise<ScheduleStatus[]> {
  return Promise.all(
    session.deployment.schedules.map(async (schedule) => {
      const [runs, lastLine] = await Promise.all([runsOf(session, schedule), lastLineOf(session, schedule)]);
      const next = schedule.enabled ? nextRun(schedule.when, schedule.timeZone, now) : undefined;
      return { ...schedule, next, lastLine, runs };
    }),
  );
}

async function runsOf({ deployment: { cluster }, clients: { ecs } }: Session, { family }: Schedule): Promise<Run[]> {
  const found = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) => listTasks(ecs, { cluster, family, desiredStatus })),
  );
  const runs = found.flat().map((task): Run => {
    const [id, at] = [idIn(task.taskArn), task.startedAt ?? task.createdAt];
    if (task.lastStatus !== "STOPPED") return { id, at, says: "runs", state: "running" };
    const code = exitCodeOf(task);
    if (code === 0) return { id, at, says: "succeeded", state: "succeeded" };
    const says = code === undefined ? `never ran: ${stopText(task)}` : `exit code ${code}`;
    const { cause } = explainStop(task) ?? {};
    return { id, at, says: cause ? `${says}. ${cause}` : says, state: "failed" };
  });
  return runs.sort((a, b) => (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0));
}

async function lastLineOf({ clients: { ecs, logs } }: Session, { family }: Schedule): Promise<Date | undefined> {
  const [container] = (await describeTaskDefinition(ecs, family)).containerDefinitions ?? [];
  const place = container && logPlace(container);
  if (!place) return undefined;
  const input = { logGroupName: place.group, orderBy: "LastEventTime", descending: true, limit: 1 } as const;
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand(input)).catch((error) => {
    if (error instanceof ResourceNotFoundException) return { logStreams: [] };
    throw error;
  });
  const { lastEventTimestamp } = logStreams[0] ?? {};
  return lastEventTimestamp === undefined ? undefined : new Date(lastEventTimestamp);
}

/**
 * Times of the last four days at which AWS could not start a task, some of them where there are many. They stay where they are.
 *
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export async function missedRuns(session: Session): Promise<Missed[]> {
  const QueueUrl = await deadLetters(session);
  if (QueueUrl === undefined) return [];
  const { Messages = [] } = await session.clients.queues.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp"],
    }),
  );
  return Messages.map(({ MessageAttributes: said = {}, Attributes = {} }) => ({
    schedule: idIn(said.SCHEDULE_ARN?.StringValue),
    at: Attributes.SentTimestamp ? new Date(Number(Attributes.SentTimestamp)) : undefined,
    why: printable(
      [said.ERROR_CODE?.StringValue, said.ERROR_MESSAGE?.StringValue].filter(Boolean).join(": ") ||
        "AWS gave no reason",
    ),
  }));
}

/** Forgets them, which ends their alarm. */
export async function clearMissed(session: Session): Promise<void> {
  const QueueUrl = await deadLetters(session);
  if (QueueUrl !== undefined) await session.clients.queues.send(new PurgeQueueCommand({ QueueUrl }));
}

async function deadLetters({ deployment: { deadLetterQueue }, clients }: Session): Promise<string | undefined> {
  if (deadLetterQueue === undefined) return undefined;
  try {
    return (await clients.queues.send(new GetQueueUrlCommand({ QueueName: deadLetterQueue }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

/** What a schedule starts, to be started now. @throws InputError where there is no such schedule */
export async function oneOffOf(session: Session, name: string): Promise<OneOff> {
  const { schedules } = session.deployment;
  const schedule = schedules.find((one) => one.name === name);
  if (!schedule) {
    const there =
      schedules.length > 0 ? `There are: ${schedules.map((one) => one.name).join(", ")}.` : "There are none.";
    throw new InputError(`There is no schedule "${name}". ${there}`);
  }
  const definition = await describeTaskDefinition(session.clients.ecs, schedule.family);
  const { cluster, network } = await oneOffFor(session, "migrate");
  return { cluster, network, definition, container: definition.containerDefinitions?.[0]?.name ?? name };
}

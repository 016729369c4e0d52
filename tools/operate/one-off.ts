import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTasksCommand,
  type NetworkConfiguration,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { UserError } from "@operation-app/preflight/input";
import { pick } from "./deployment.ts";
import { harmless } from "./logs.ts";
import { describeTaskDefinition, idIn, type LogPlace, listServices, logPlace } from "./services.ts";
import type { Clients, Session } from "./session.ts";
import { explainStop, stopText } from "./stopped-tasks.ts";

/** Who has started a task, as ECS keeps it. */
const STARTED_BY = "npm-run-run";
const POLL_MS = 2_000;
/** CloudWatch shows the last lines of a container a little after its end. */
const LAST_LINES_MS = 5_000;

/** A task that runs once and ends. */
export interface OneOff {
  readonly cluster: string;
  readonly definition: TaskDefinition;
  /** Container that the command runs in, whose exit code counts. */
  readonly container: string;
  /** @default what the task definition says */
  readonly command?: readonly string[];
  /** Variables that differ from what the task definition says; no secrets: ECS and CloudTrail keep them. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Subnets and security groups. */
  readonly network: NetworkConfiguration | undefined;
}

export interface OneOffOptions {
  /** How long it may take, from being asked for to its end. */
  readonly timeoutMs: number;
  /** Told each line that the container writes. */
  readonly onLine: (line: string) => void;
  /** Told what goes on. */
  readonly onFact?: (fact: string) => void;
  /** Stops the task. */
  readonly signal?: AbortSignal;
  /** Between two looks. @default two seconds */
  readonly pollMs?: number;
}

/** The command was interrupted or took too long, and the task was stopped. */
class StoppedError extends UserError {}

/**
 * Where and how a command runs beside a service: with its task definition, in its subnets and groups.
 *
 * A container of which others wait to be healthy is no place for another command: they would wait for ever, and ECS end
 * the task. Then it is the migration's, which has the same image, variables, secrets and roles.
 *
 * @param name `migrate`, or a service
 * @throws InputError when there is no such service
 */
export async function oneOffFor({ deployment, clients: { ecs } }: Session, name: string): Promise<OneOff> {
  const { cluster, appService, migrateFamily } = deployment;
  const services = await listServices(ecs, deployment);
  const app = services.find(({ service }) => service.serviceName === appService);
  const { service } = name === "migrate" && app ? app : pick(services, name);
  const own = await describeTaskDefinition(ecs, name === "migrate" ? migrateFamily : (service.taskDefinition ?? ""));
  const definition = isWaitedFor(own, name) ? await describeTaskDefinition(ecs, migrateFamily) : own;
  const { containerDefinitions = [] } = definition;
  const container = containerDefinitions.find((one) => one.name === name) ?? containerDefinitions[0];
  return { cluster, definition, container: container?.name ?? name, network: service.networkConfiguration };
}

function isWaitedFor({ containerDefinitions = [] }: TaskDefinition, name: string): boolean {
  return containerDefinitions.some(({ dependsOn = [] }) =>
    dependsOn.some(({ containerName }) => containerName === name),
  );
}

/** The words of a command line as a container takes them: one text is for a shell, several are a program and its arguments. */
export function commandOf(words: readonly string[]): readonly string[] {
  const [first = ""] = words;
  return words.length === 1 && /\s/.test(first) ? ["sh", "-c", first] : words;
}

/**
 * Runs a task on Fargate to its end, and passes on what it writes.
 *
 * @returns the exit code of the container
 * @throws UserError when it never started, with why; StoppedError when it was interrupted or took too long
 */
export async function runOnce(
  clients: Pick<Clients, "ecs" | "logs">,
  oneOff: OneOff,
  options: OneOffOptions,
): Promise<number> {
  const { onFact = () => {}, pollMs = POLL_MS } = options;
  const deadline = Date.now() + options.timeoutMs;
  if (options.signal?.aborted) throw new StoppedError("Interrupted. No task was started.");
  const arn = await start(clients, oneOff);
  onFact(
    `Task ${idIn(arn)} of ${idIn(oneOff.definition.taskDefinitionArn)} is starting; Fargate takes half a minute or more.`,
  );
  const log = new TaskLog(clients.logs, logStream(oneOff, arn), options.onLine);
  const task = await untilStopped(clients, oneOff, arn, { ...options, deadline, log, onFact, pollMs }).catch(
    (error) => {
      if (!(error instanceof StoppedError)) onFact(`Task ${idIn(arn)} may still be running.`);
      throw error;
    },
  );
  await log.passLast(Math.min(LAST_LINES_MS, pollMs * 3), pollMs);
  return exitCodeIn(task, oneOff.container);
}

interface Watch {
  readonly deadline: number;
  readonly log: TaskLog;
  readonly onFact: (fact: string) => void;
  readonly pollMs: number;
  readonly signal?: AbortSignal;
}

/** @throws StoppedError when it was interrupted or took too long */
async function untilStopped(
  clients: Pick<Clients, "ecs">,
  oneOff: OneOff,
  arn: string,
  { deadline, log, onFact, pollMs, signal }: Watch,
): Promise<Task> {
  let last: Task | undefined;
  for (;;) {
    if (signal?.aborted) await stop(clients, oneOff, arn, "was interrupted");
    if (Date.now() > deadline) await stop(clients, oneOff, arn, "timed out");
    const now = await describe(clients, oneOff, arn);
    if (now?.lastStatus === "RUNNING" && last?.lastStatus !== "RUNNING") onFact("It runs.");
    last = now ?? last;
    await log.pass();
    if (last?.lastStatus === "STOPPED") return last;
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

async function start(
  { ecs }: Pick<Clients, "ecs">,
  { cluster, definition, container, command, environment = {}, network }: OneOff,
) {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const { tasks = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: definition.taskDefinitionArn,
      launchType: "FARGATE",
      networkConfiguration: network,
      overrides: command && {
        containerOverrides: [
          { name: container, command: [...command], ...(variables.length > 0 && { environment: variables }) },
        ],
      },
      propagateTags: "TASK_DEFINITION",
      startedBy: STARTED_BY,
    }),
  );
  const [task] = tasks;
  if (task?.taskArn) return task.taskArn;
  const why = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": ")).join("; ");
  throw new UserError(`ECS did not start the task: ${why || "it gave no reason"}.`);
}

async function describe({ ecs }: Pick<Clients, "ecs">, { cluster }: OneOff, task: string): Promise<Task | undefined> {
  // A task that was just asked for may not be found yet.
  return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }))).tasks?.[0];
}

/** @throws StoppedError always */
async function stop({ ecs }: Pick<Clients, "ecs">, { cluster }: OneOff, task: string, why: string): Promise<never> {
  await ecs.send(new StopTaskCommand({ cluster, task, reason: `The command ${why}.` }));
  throw new StoppedError(
    `The command ${why}. Task ${idIn(task)} is stopping: it gets SIGTERM, and SIGKILL 30 seconds later.`,
  );
}

/** @throws UserError when the container has none, because it never ran */
function exitCodeIn(task: Task, name: string): number {
  const container = task.containers?.find((one) => one.name === name);
  if (container?.exitCode !== undefined) return container.exitCode;
  const { cause, cure, source } = explainStop(task) ?? {};
  throw new UserError(
    [
      `The task never ran. ECS says: ${stopText(task) || task.stopCode || "nothing"}`,
      ...(cause ? [`Why: ${cause}`] : []),
      ...(cure ? [`Fix: ${cure}`] : []),
      ...(source ? [source] : []),
    ].join("\n"),
  );
}

interface LogStream {
  readonly group: string;
  readonly stream: string;
}

function logStream({ definition, container }: OneOff, arn: string): LogStream | undefined {
  const found = definition.containerDefinitions?.find(({ name }) => name === container);
  const place: LogPlace | undefined = found && logPlace(found);
  return place?.prefix === undefined
    ? undefined
    : { group: place.group, stream: `${place.prefix}/${container}/${idIn(arn)}` };
}

/** Passes on what a container has written since the last time. */
class TaskLog {
  private readonly client: CloudWatchLogsClient;
  private readonly place: LogStream | undefined;
  private readonly onLine: (line: string) => void;
  private token: string | undefined;

  constructor(client: CloudWatchLogsClient, place: LogStream | undefined, onLine: (line: string) => void) {
    this.client = client;
    this.place = place;
    this.onLine = onLine;
  }

  async pass(): Promise<void> {
    if (!this.place) return;
    const { group: logGroupName, stream: logStreamName } = this.place;
    for (;;) {
      const input = { logGroupName, logStreamName, startFromHead: true, nextToken: this.token };
      const page = await this.client.send(new GetLogEventsCommand(input)).catch(noStreamYet);
      for (const { message = "" } of page?.events ?? []) this.onLine(harmless(message));
      // At the end of a stream, CloudWatch gives back the token that it got.
      if (page?.nextForwardToken === undefined || page.nextForwardToken === this.token) return;
      this.token = page.nextForwardToken;
    }
  }

  /** Waits for the lines that are still on their way. */
  async passLast(forMs: number, pollMs: number): Promise<void> {
    const deadline = Date.now() + forMs;
    while (Date.now() < deadline) {
      await sleep(pollMs);
      await this.pass();
    }
  }
}

/** The stream is made with the container's first line. */
function noStreamYet(error: unknown): undefined {
  if (error instanceof ResourceNotFoundException) return undefined;
  throw error;
}

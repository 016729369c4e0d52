import { execFileSync } from "node:child_process";
import { type Container, ExecuteCommandCommand, type Task } from "@aws-sdk/client-ecs";
import { UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { findOnPath } from "../lib/process/executables.ts";
import { pick } from "./deployment.ts";
import { idIn, listServices, listTasks } from "./services.ts";
import type { Session } from "./session.ts";

export const RAILS_CONSOLE = "bundle exec rails console";
const PLUGIN = "session-manager-plugin";
const INSTALL =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";
/** Newer ones than this take the session, whose token opens it, from the environment instead of the command line. */
const LAST_WITH_ARGUMENTS = [1, 2, 497, 0];
/** Variable in which the plugin looks for the session, as the AWS CLI hands it over. */
const SESSION_VARIABLE = "AWS_SSM_START_SESSION_RESPONSE";

/** A container that a session can be opened into. */
export interface Place {
  readonly cluster: string;
  readonly taskArn: string;
  readonly container: string;
  readonly runtimeId: string;
}

/**
 * The Session Manager plugin on the PATH.
 *
 * @throws UserError where it is missing, or so old that it would show the session's token in the list of processes
 */
export function findPlugin(env: NodeJS.ProcessEnv): string {
  const found = findOnPath(PLUGIN, env);
  if (!found) throw new UserError(`A console needs AWS's ${PLUGIN}, which is not on the PATH. Install it: ${INSTALL}`);
  const version = execFileSync(found, ["--version"], { env, encoding: "utf8", timeout: 10_000 }).trim();
  if (!isNewer(version)) {
    throw new UserError(
      `${PLUGIN} ${version} passes the session's key on its command line, where other users can see it. Install a version newer than ${LAST_WITH_ARGUMENTS.join(".")}: ${INSTALL}`,
    );
  }
  return found;
}

function isNewer(version: string): boolean {
  const numbers = version.split(".").map(Number);
  for (const [index, least] of LAST_WITH_ARGUMENTS.entries()) {
    const number = numbers[index] ?? 0;
    if (number !== least) return number > least;
  }
  return false;
}

/**
 * A running container of a service, with ECS Exec ready in it.
 *
 * @throws InputError when there is no such service; UserError with what to do where no session can be opened
 */
export async function findPlace({ deployment, clients: { ecs } }: Session, name: string): Promise<Place> {
  const { cluster, environment } = deployment;
  const { service } = pick(await listServices(ecs, deployment), name);
  if (!service.enableExecuteCommand) {
    throw new UserError(
      `ECS Exec is off for ${name}. Write exec: true in ecs of environments/${environment.name}.ts, and run: bin/infra apply ${environment.name}. It takes effect for new tasks.`,
    );
  }
  const tasks = await listTasks(ecs, { cluster, serviceName: service.serviceName, desiredStatus: "RUNNING" });
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  if (running.length === 0)
    throw new UserError(`No task of ${name} is running. See why: bin/infra status --environment ${environment.name}`);
  for (const task of running) {
    const container = containerOf(task, name);
    if (container?.runtimeId && isReady(container)) {
      return { cluster, taskArn: task.taskArn ?? "", container: container.name ?? "", runtimeId: container.runtimeId };
    }
  }
  throw new UserError(agentProblem(name, running, environment.name));
}

function containerOf({ containers = [] }: Task, name: string): Container | undefined {
  return containers.find((container) => container.name === name) ?? containers[0];
}

function agentOf(container: Container | undefined) {
  return container?.managedAgents?.find((agent) => agent.name === "ExecuteCommandAgent");
}

function isReady(container: Container): boolean {
  return agentOf(container)?.lastStatus === "RUNNING";
}

function agentProblem(name: string, tasks: readonly Task[], environment: string): string {
  const agents = tasks.map((task) => agentOf(containerOf(task, name)));
  if (agents.every((agent) => agent === undefined)) {
    return `The tasks of ${name} were started before ECS Exec was switched on. Replace them, for example by deploying another version; or run a command in a new task: bin/infra run …`;
  }
  const states = [...new Set(agents.map((agent) => [agent?.lastStatus, agent?.reason].filter(Boolean).join(": ")))];
  return (
    `The agent of ECS Exec is not running in the tasks of ${name} (${states.join("; ")}). If they have just started, try again in a minute. ` +
    `Otherwise, preflight rules NET-105, IAM-006, ECS-055 and ECS-056 show why: npm run synth. Status: bin/infra status --environment ${environment}`
  );
}

/**
 * What to run in the container: a Rails console, where nothing else is wanted. That is on a terminal, always; behind a pipe
 * nobody answers when IRB asks it where its cursor is, and IRB would wait for that.
 *
 * @param isTerminal whether standard input is one
 */
export function consoleCommand(words: readonly string[], isTerminal: boolean): string {
  return words.join(" ") || (isTerminal ? RAILS_CONSOLE : `env TERM=dumb ${RAILS_CONSOLE}`);
}

/** A container, as Session Manager calls it. */
export function targetOf({ cluster, taskArn, runtimeId }: Place): string {
  return `ecs:${cluster}_${idIn(taskArn)}_${runtimeId}`;
}

/** How the plugin is called, by the AWS CLI and here: the session, with its key, is in its environment. */
export function pluginArguments(
  session: object,
  { region, wanted, endpoint }: { readonly region: string; readonly wanted: object; readonly endpoint: string },
) {
  const args = [
    SESSION_VARIABLE,
    region,
    "StartSession",
    process.env.AWS_PROFILE ?? "",
    JSON.stringify(wanted),
    endpoint,
  ];
  return { args, env: { [SESSION_VARIABLE]: JSON.stringify(session) } };
}

/**
 * Opens a session, and leaves the terminal to it until it ends. Its key is passed in the environment of the plugin, not
 * on its command line. The order of arguments is that of the AWS CLI (`awscli/customizations/ecs/executecommand.py`).
 *
 * @returns the plugin's exit code; ECS Exec does not pass on that of the command
 */
export async function openSession(
  { clients: { ecs } }: Session,
  { cluster, taskArn, container, runtimeId }: Place,
  command: string,
  plugin: string,
): Promise<number> {
  const { session } = await ecs.send(
    new ExecuteCommandCommand({ cluster, task: taskArn, container, command, interactive: true }),
  );
  if (!session) throw new UserError("ECS opened no session and gave no reason.");
  const { sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue } = session;
  const region = await ecs.config.region();
  const endpoint = ecs.config.endpointProvider({ Region: region }).url.href;
  const wanted = { Target: targetOf({ cluster, taskArn, container, runtimeId }) };
  const { args, env } = pluginArguments({ SessionId, StreamUrl, TokenValue }, { region, wanted, endpoint });
  // Ctrl-C is for what runs in the session.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    const { exitCode } = await execa(plugin, args, { env, stdio: "inherit", reject: false });
    return exitCode ?? 1;
  } finally {
    process.off("SIGINT", ignore);
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment, Service } from "@aws-sdk/client-ecs";
import { UserError } from "@operation-app/preflight/input";
import { sleepingHours } from "../../environments/schema/hours.ts";
import type { Environment } from "../../environments/schema/index.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { nextRun } from "../operate/next-run.ts";
import { idIn, listServices, type NamedService } from "../operate/services.ts";
import type { Session } from "../operate/session.ts";
import { type TargetStatus, targetsOf } from "../operate/status.ts";
import { failureText } from "./failure.ts";

const POLL_MS = 5_000;

export interface SteadyOptions {
  /** How long it may take. */
  readonly timeoutMs: number;
  /** Versions that were released; a service whose image has none stands at zero tasks. */
  readonly versions: Environment["images"];
  readonly progress: Pick<Progress, "fact" | "output" | "text">;
  readonly signal?: AbortSignal;
  /** Between two looks. @default five seconds */
  readonly pollMs?: number;
}

/** How far the deployment of one service is. */
export interface Standing {
  readonly state: "steady" | "on its way" | "failed";
  /** In one line. */
  readonly says: string;
}

/**
 * Waits until every service is steady, with the task definition that Terraform has registered last. `terraform apply`
 * ends long before that, and with success where the circuit breaker goes back.
 *
 * @param session opened after the apply
 * @throws UserError with the reasons where a deployment fails, ECS goes back, or it takes too long
 */
export async function untilSteady(session: Session, options: SteadyOptions): Promise<void> {
  const { timeoutMs, progress, signal, pollMs = POLL_MS } = options;
  const since = new Date();
  const tell = teller(progress);
  for (;;) {
    if (signal?.aborted) throw new UserError("Interrupted while waiting. The deployment continues: bin/infra status.");
    const standings = await look(session, options);
    for (const standing of standings) tell(standing);
    if (standings.every(({ state }) => state === "steady")) return;
    const failed = standings.filter(({ state }) => state === "failed");
    if (failed.length > 0) await fail(session, failed, since);
    if (Date.now() - since.getTime() > timeoutMs) {
      await fail(
        session,
        standings.filter(({ state }) => state !== "steady"),
        since,
        "Timed out. ",
      );
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Tells each change of how far a service is, and only what is done as done. */
function teller(progress: SteadyOptions["progress"]) {
  const said = new Map<string, string>();
  return ({ name, says, state }: Standing & { readonly name: string }) => {
    const tell = state === "steady" ? progress.fact : progress.output;
    if (said.get(name) !== says) tell(`${name}: ${says}`);
    said.set(name, says);
  };
}

async function look({ deployment, clients }: Session, { versions }: SteadyOptions) {
  const services = await listServices(clients.ecs, deployment);
  return Promise.all(
    services.map(async (named) => {
      const targets = await targetsOf(clients.loadBalancing, named.service);
      const least = leastTasks(deployment.environment, versions, named.name);
      return { name: named.name, ...standingOf(named, { targets, least, registered: deployment.taskDefinitions }) };
    }),
  );
}

/** Tasks that a service has at least. Autoscaling lifts a service that gets its first image a little after the apply. */
export function leastTasks(
  environment: Environment,
  { nginx, app }: Environment["images"],
  name: string,
  now = new Date(),
): number {
  const { ecs } = environment;
  const isReleased =
    name === "nginx"
      ? nginx !== undefined
      : app !== undefined && (ecs.topology === "separate" || name !== "app" || nginx !== undefined);
  if (!isReleased || isAsleep(environment, now)) return 0;
  const settings =
    name === "nginx"
      ? ecs.nginx
      : name === "app"
        ? ecs.app
        : (ecs.workers[name] ?? ecs.workers[name.replace(/-spot$/, "")]);
  return settings?.tasks.min ?? 0;
}

/** Whether it is outside of the hours in which services have tasks: they wake next before they sleep next. */
function isAsleep(environment: Environment, now: Date): boolean {
  const hours = sleepingHours(environment.ecs.hours, environment.region);
  if (hours === undefined) return false;
  const next = (expression: string) => nextRun(expression, hours.timeZone, now)?.getTime() ?? 0;
  return next(hours.wakes) < next(hours.sleeps);
}

interface Seen {
  readonly targets: readonly TargetStatus[];
  readonly least: number;
  /** ARNs of the task definitions that were registered last, by family. */
  readonly registered: Readonly<Record<string, string>>;
}

/** Judges what ECS and ELB say of one service. */
export function standingOf({ service }: NamedService, { targets, least, registered }: Seen): Standing {
  const { desiredCount = 0, runningCount = 0, deployments = [] } = service;
  const wanted = registered[familyOf(service)];
  const runs = `${runningCount} of ${Math.max(desiredCount, least)} tasks run`;
  if (wanted === undefined) return { state: "failed", says: "the Terraform state has no task definition for it" };
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const failure = primary && whyFailed(primary, deployments, wanted, runs);
  if (failure) return { state: "failed", says: failure };
  const failing = primary?.failedTasks ? `, ${primary.failedTasks} have failed` : "";
  if (primary?.rolloutState !== "COMPLETED" || deployments.length > 1 || runningCount !== desiredCount) {
    return { state: "on its way", says: `${idIn(wanted)}, ${runs}${failing}` };
  }
  if (desiredCount < least) return { state: "on its way", says: `${idIn(wanted)}, ${runs}` };
  const isBalanced = (service.loadBalancers ?? []).length > 0;
  const waiting = waitingTargets(targets, isBalanced ? runningCount : 0);
  if (waiting) return { state: "on its way", says: `${runs}, targets: ${waiting}` };
  return { state: "steady", says: `${idIn(wanted)} is steady, ${runs}` };
}

function whyFailed(
  primary: Deployment,
  deployments: readonly Deployment[],
  wanted: string,
  runs: string,
): string | undefined {
  if (primary.taskDefinition !== wanted) {
    const ours = deployments.find(({ taskDefinition, status }) => taskDefinition === wanted && status !== "INACTIVE");
    const why = ours?.rolloutStateReason ?? primary.rolloutStateReason;
    const back = `${idIn(primary.taskDefinition)} runs, not ${idIn(wanted)}: ECS has rolled back`;
    return why ? `${back} (${why})` : back;
  }
  if (primary.rolloutState !== "FAILED") return undefined;
  return `the deployment has failed: ${primary.rolloutStateReason ?? runs}`;
}

/** States of the targets that are not healthy yet, where some are or fewer are healthy than there must be. */
function waitingTargets(targets: readonly TargetStatus[], leastHealthy: number): string | undefined {
  const waiting = targets.filter(({ state }) => state !== "healthy" && state !== "draining");
  const healthy = targets.filter(({ state }) => state === "healthy").length;
  if (waiting.length === 0 && healthy >= leastHealthy) return undefined;
  const states = new Set(waiting.map(({ state, reason }) => [state, reason].filter(Boolean).join(", ")));
  return [...states].join("; ") || "none yet";
}

function familyOf({ taskDefinition }: Service): string {
  return idIn(taskDefinition).split(":")[0] ?? "";
}

async function fail(
  session: Session,
  standings: readonly (Standing & { readonly name: string })[],
  since: Date,
  before = "",
): Promise<never> {
  const lines = standings.map(({ name, says }) => `${name}: ${says}`);
  const why = await failureText(
    session,
    standings.map(({ name }) => name),
    since,
  );
  throw new UserError([`${before}The release is not running:`, ...lines.map((line) => `  ${line}`), ...why].join("\n"));
}

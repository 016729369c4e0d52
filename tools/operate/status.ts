import type { Deployment as EcsDeployment, Service, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { printable } from "@operation-app/preflight/input";
import type { Deployment } from "./deployment.ts";
import { describeTaskDefinition, idIn, listServices, listTasks, type NamedService } from "./services.ts";
import type { Session } from "./session.ts";
import { type Explanation, exitCodeOf, explainStop, isOnPurpose, stopText } from "./stopped-tasks.ts";

export interface ServiceStatus {
  readonly name: string;
  readonly wanted: number;
  readonly running: number;
  readonly pending: number;
  /** Image tags by container. */
  readonly versions: Readonly<Record<string, string>>;
  /** Family and revision of the task definition, such as `task-operation-app:7`. */
  readonly taskDefinition: string;
  readonly rollout: Rollout;
  readonly targets: readonly TargetStatus[];
  /** Newest first, those that were ended on purpose left out. */
  readonly stopped: readonly StoppedTask[];
  /** What isn't right, each in one line. None: all is well. */
  readonly problems: readonly string[];
}

interface Rollout {
  /** As ECS says it: COMPLETED, IN_PROGRESS or FAILED. */
  readonly state: string;
  readonly reason: string;
  readonly failedTasks: number;
  readonly circuitBreaker: "off" | "on" | "on, goes back";
}

export interface TargetStatus {
  /** Address and port. */
  readonly target: string;
  /** As ELB says it: healthy, unhealthy, initial, draining, unused or unavailable. */
  readonly state: string;
  /** ELB's reason code and description; empty where it is healthy. */
  readonly reason: string;
}

export interface StoppedTask {
  readonly id: string;
  readonly at: Date | undefined;
  /** What ECS says. */
  readonly says: string;
  readonly exitCode: number | undefined;
  readonly explanation: Explanation | undefined;
}

/** How many of a service's stopped tasks are shown. */
const SHOWN = 3;
/** States of a target that pass by themselves, or are good. */
const FINE = new Set(["healthy", "initial", "draining"]);

/** Looks at every service of a deployment. */
export async function inspectServices({ deployment, clients }: Session): Promise<ServiceStatus[]> {
  const { cluster } = deployment;
  const services = await listServices(clients.ecs, deployment);
  const stopped = await listTasks(clients.ecs, { cluster, desiredStatus: "STOPPED" });
  return Promise.all(
    services.map(async (named) => {
      const { service } = named;
      const definition = await describeTaskDefinition(clients.ecs, service.taskDefinition ?? "");
      const targets = await targetsOf(clients.loadBalancing, service);
      return statusOf(named, { deployment, definition, targets, stopped });
    }),
  );
}

/** The load balancer's targets of a service. */
export async function targetsOf(
  client: ElasticLoadBalancingV2Client,
  { loadBalancers = [] }: Service,
): Promise<TargetStatus[]> {
  const answers = await Promise.all(
    loadBalancers.map(({ targetGroupArn: TargetGroupArn }) =>
      client.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    ),
  );
  return answers.flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions.map(targetStatus));
}

function targetStatus({ Target, TargetHealth }: TargetHealthDescription): TargetStatus {
  return {
    target: `${Target?.Id}:${Target?.Port}`,
    state: TargetHealth?.State ?? "unknown",
    reason: printable([TargetHealth?.Reason, TargetHealth?.Description].filter(Boolean).join(": ")),
  };
}

export interface Findings {
  readonly deployment: Deployment;
  readonly definition: TaskDefinition;
  readonly targets: readonly TargetStatus[];
  /** Stopped tasks of the whole cluster. */
  readonly stopped: readonly Task[];
}

/** Judges what AWS has said of a service. */
export function statusOf({ name, service }: NamedService, found: Findings): ServiceStatus {
  const { definition, targets, deployment } = found;
  const rollout = rolloutOf(service);
  const counts = {
    wanted: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
  };
  return {
    name,
    ...counts,
    versions: versionsOf(definition),
    taskDefinition: idIn(service.taskDefinition),
    rollout,
    targets,
    stopped: stoppedOf(service, found.stopped),
    problems: [
      ...missingTasks(counts),
      ...rolloutProblems(rollout),
      ...supersededDefinition(definition, service, deployment),
      ...targetProblems(targets, counts.running, service),
    ],
  };
}

/** Image tags by container; of an image without one, its digest. */
function versionsOf({ containerDefinitions = [] }: TaskDefinition): Record<string, string> {
  return Object.fromEntries(
    containerDefinitions.map(({ name, image = "" }) => [
      name ?? "",
      idIn(image).split(/[:@]/).slice(1).join(":") || "?",
    ]),
  );
}

function rolloutOf(service: Service): Rollout {
  const { deployments = [], deploymentConfiguration } = service;
  const { enable, rollback } = deploymentConfiguration?.deploymentCircuitBreaker ?? {};
  // ECS keeps a deployment that has failed beside the one that it goes back to.
  const failed = deployments.find(({ rolloutState }) => rolloutState === "FAILED");
  const shown: EcsDeployment = failed ?? deployments.find(({ status }) => status === "PRIMARY") ?? {};
  return {
    state: shown.rolloutState ?? "unknown",
    reason: printable(shown.rolloutStateReason ?? ""),
    failedTasks: shown.failedTasks ?? 0,
    circuitBreaker: enable ? (rollback ? "on, goes back" : "on") : "off",
  };
}

function stoppedOf({ serviceName }: Service, tasks: readonly Task[]): StoppedTask[] {
  return tasks
    .filter((task) => task.group === `service:${serviceName}` && !isOnPurpose(task))
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
    .map((task) => ({
      id: idIn(task.taskArn),
      at: task.stoppedAt,
      says: stopText(task),
      exitCode: exitCodeOf(task),
      explanation: explainStop(task),
    }))
    .slice(0, SHOWN);
}

function missingTasks({ wanted, running, pending }: { wanted: number; running: number; pending: number }): string[] {
  return running < wanted ? [`${running} of ${wanted} tasks are running, ${pending} are starting.`] : [];
}

function rolloutProblems({ state, reason, failedTasks }: Rollout): string[] {
  if (state === "FAILED") return [`The last deployment failed: ${reason || `${failedTasks} tasks failed.`}`];
  if (/rolling back|rolled back/i.test(reason)) return [`ECS rolls back to the previous tasks: ${reason}`];
  return [];
}

/**
 * After a rollback all is COMPLETED again: what gives it away is that an older revision runs than was registered last. By
 * whom it was taken back, ECS does not say: by its circuit breaker, or by somebody outside Terraform.
 */
function supersededDefinition(
  { family = "" }: TaskDefinition,
  service: Service,
  { taskDefinitions }: Deployment,
): string[] {
  const registered = taskDefinitions[family];
  if (registered === undefined || service.taskDefinition === undefined) return [];
  if (revision(service.taskDefinition) >= revision(registered)) return [];
  return [
    `It runs ${idIn(service.taskDefinition)}, not ${idIn(registered)}, the latest that Terraform registered: ECS rolled back a failed deployment, or someone did by hand. bin/infra rollback keeps the files in step.`,
  ];
}

function revision(arn: string): number {
  return Number(arn.split(":").at(-1));
}

function targetProblems(targets: readonly TargetStatus[], running: number, { loadBalancers = [] }: Service): string[] {
  const bad = targets
    .filter(({ state }) => !FINE.has(state))
    .map(({ target, state, reason }) => `Target ${target} is ${state}: ${reason}`);
  const isUnreachable = loadBalancers.length > 0 && running > 0 && targets.length === 0;
  return isUnreachable ? [...bad, "Tasks are running, but none is a target of the load balancer."] : bad;
}

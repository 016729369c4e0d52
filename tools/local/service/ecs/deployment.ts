import { randomBytes } from "node:crypto";
import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  DeploymentRolloutState,
  Tag,
  TaskDefinition,
} from "@aws-sdk/client-ecs";

/** Parameters of a service of which any change is a new deployment, as one of the task definition is. */
export const REVISED = [
  "loadBalancers",
  "networkConfiguration",
  "platformVersion",
  "serviceConnectConfiguration",
] as const;

/** What a deployment rolls out. */
export interface Revision extends Pick<CreateServiceCommandInput, (typeof REVISED)[number]> {
  readonly definition: TaskDefinition;
  readonly definitionTags?: Tag[];
}

/** How many healthy tasks there are at least, and how many in all at most, while ECS replaces tasks. */
export function taskBounds(
  desiredCount: number,
  { minimumHealthyPercent = 100, maximumPercent = 200 }: DeploymentConfiguration = {},
): { least: number; most: number } {
  return {
    least: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
    most: Math.floor((desiredCount * maximumPercent) / 100),
  };
}

/** Failed tasks in a row at which the circuit breaker ends a deployment: half of those desired, 3 to 200. */
export function failureThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/** Failed tasks in a row that are replaced without delay. */
const AT_ONCE = 2;
const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 27 * 60_000;

/**
 * How long ECS waits before it starts the next task. It says that the time grows up to 27 minutes where tasks never get
 * to run; by how much is ours, and so is the pause between tasks that run and then end, which on AWS takes as long as
 * Fargate needs to bring up the next one.
 */
function delayAfter(failures: number, hasRun: boolean): number {
  if (failures <= AT_ONCE) return 0;
  return hasRun ? FIRST_DELAY_MS : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - AT_ONCE - 1));
}

/** ECS takes from half a minute to minutes to go back; here it is long enough for those who look every few seconds. */
const ROLLBACK_MS = 15_000;

/** One revision on its way into a service, or there. */
export class Deployment {
  readonly id = `ecs-svc/${BigInt(`0x${randomBytes(8).toString("hex")}`) >> 1n}`;
  readonly createdAt: Date;
  updatedAt: Date;
  rolloutState: DeploymentRolloutState = "IN_PROGRESS";
  rolloutStateReason = `ECS deployment ${this.id} in progress.`;
  /** In a row: a task that gets healthy sets it back. */
  failedTasks = 0;
  /** Tasks that it keeps once it is superseded, until those of the next one are healthy. */
  keeps = 0;
  readonly revision: Revision;
  private pausedUntil = 0;
  private resumedAt = Number.NEGATIVE_INFINITY;

  constructor(revision: Revision, now: number) {
    this.revision = revision;
    this.createdAt = new Date(now);
    this.updatedAt = this.createdAt;
  }

  /** @returns whether the next start is delayed because tasks do not get to run */
  countFailure(now: number, hasRun: boolean): boolean {
    this.failedTasks += 1;
    const delay = delayAfter(this.failedTasks, hasRun);
    this.pausedUntil = now + delay;
    return delay > 0 && !hasRun;
  }

  countSuccess(): void {
    this.failedTasks = 0;
    this.pausedUntil = 0;
  }

  mayStart(now: number): boolean {
    return this.rolloutState !== "FAILED" && now >= this.pausedUntil;
  }

  mayComplete(now: number): boolean {
    return this.rolloutState === "IN_PROGRESS" && now >= this.resumedAt + ROLLBACK_MS;
  }

  complete(now: number): void {
    this.enter("COMPLETED", `ECS deployment ${this.id} completed.`, now);
  }

  fail(now: number): void {
    this.enter("FAILED", "ECS deployment circuit breaker: tasks failed to start.", now);
  }

  /** Becomes what the service goes back to. */
  resume(now: number): void {
    this.enter("IN_PROGRESS", `ECS deployment circuit breaker: rolling back to deploymentId ${this.id}.`, now);
    this.countSuccess();
    this.resumedAt = now;
  }

  private enter(state: DeploymentRolloutState, reason: string, now: number): void {
    this.rolloutState = state;
    this.rolloutStateReason = reason;
    this.updatedAt = new Date(now);
  }
}

import type { ContainerDefinition, Task, TaskStopCode } from "@aws-sdk/client-ecs";
import type { Target, TargetGroups } from "../load-balancer/targets.ts";
import type { FargateTask } from "../task.ts";
import type { Deployment } from "./deployment.ts";

/** A task without any health check counts as healthy after it has run for so long. */
const UNCHECKED_MS = 40_000;

const STARTING = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);

/** A failed health check, as ECS tells it in an event and as the task's `stoppedReason`. */
interface Fault {
  readonly event: string;
  readonly stoppedReason: string;
}

/** What is new of a task. */
interface Verdict {
  readonly event?: string;
  /** It has got healthy for the first time, or has ended or failed its health checks. */
  readonly outcome?: "healthy" | "failed";
}

interface Registration {
  readonly targetGroupArn: string;
  readonly target: Target;
}

/** A task of a service: its health, and its registration with target groups. */
export class ServiceTask {
  readonly task: FargateTask;
  readonly deployment: Deployment;
  /** Counts towards the service's minimum of healthy tasks. */
  isHealthy = false;
  /** Why it has to be replaced. */
  fault: Fault | undefined;
  private outcome: Verdict["outcome"];
  private launchedAt: number | undefined;
  private runningSince: number | undefined;
  private registrations: readonly Registration[] = [];
  private phase: "live" | "draining" | "stopping" = "live";
  private stop: { readonly reason: string; readonly code: TaskStopCode } | undefined;

  constructor(task: FargateTask, deployment: Deployment) {
    this.task = task;
    this.deployment = deployment;
  }

  get id(): string {
    return this.task.arn.split("/").at(-1) ?? "";
  }

  get isRunning(): boolean {
    return this.task.describe().lastStatus === "RUNNING";
  }

  /** It is starting or runs, and nobody has decided to stop it. */
  get isLive(): boolean {
    return !this.stop && (this.isRunning || STARTING.has(this.task.describe().lastStatus ?? ""));
  }

  get isStopped(): boolean {
    return this.task.describe().lastStatus === "STOPPED";
  }

  get hasRun(): boolean {
    return this.runningSince !== undefined || this.task.describe().startedAt !== undefined;
  }

  /** Runs, and its containers are well: what Service Connect asks of it. */
  get isServing(): boolean {
    return this.isLive && this.isRunning && (!this.isChecked || this.task.describe().healthStatus === "HEALTHY");
  }

  /** As `DescribeTasks` shows it; it drains before Fargate is told to stop it. */
  describe(): Task {
    const task = this.task.describe();
    if (!this.stop || task.lastStatus !== "RUNNING" || this.phase === "stopping") return task;
    const { reason: stoppedReason, code: stopCode } = this.stop;
    return { ...task, lastStatus: "DEACTIVATING", desiredStatus: "STOPPED", stopCode, stoppedReason };
  }

  /** Looks how it is doing. @param graceMs after its start, in which failed checks do not count */
  judge(now: number, targetGroups: TargetGroups, graceMs: number): Verdict {
    this.launchedAt ??= now;
    if (this.isRunning) this.runningSince ??= now;
    const isFaulty = this.fault !== undefined;
    if (this.isLive && now >= (this.runningSince ?? this.launchedAt) + graceMs)
      this.fault ??= this.findFault(targetGroups);
    this.isHealthy = this.isServing && !this.fault && this.passesChecks(now, targetGroups);
    if (this.fault && !isFaulty) return { event: this.fault.event, outcome: this.enter("failed") };
    if (this.isHealthy) return { outcome: this.enter("healthy") };
    const hasEndedByItself = !this.stop && !this.isLive;
    return hasEndedByItself && this.outcome === undefined ? { outcome: this.enter("failed") } : {};
  }

  /** Makes it a target of the load balancer. @returns ARNs of the target groups that it was added to */
  async register(targetGroups: TargetGroups): Promise<string[]> {
    const { address } = this.task;
    if (!this.isLive || !this.isRunning || address === undefined || this.registrations.length > 0) return [];
    const all = (this.deployment.revision.loadBalancers ?? []).map(({ targetGroupArn = "", containerPort = 0 }) => ({
      targetGroupArn,
      target: { address, port: containerPort },
    }));
    for (const { targetGroupArn, target } of all) await targetGroups.register(targetGroupArn, target);
    this.registrations = all;
    return all.map(({ targetGroupArn }) => targetGroupArn);
  }

  /** Decides its end: it is drained first, then stopped. */
  retire(reason: string, code: TaskStopCode): void {
    this.stop ??= { reason, code };
    this.isHealthy = false;
  }

  /** Takes a task that ends out of its target groups, and stops it once it is drained. @returns ARNs, as `register` */
  async leave(targetGroups: TargetGroups): Promise<string[]> {
    if (this.isLive) return [];
    const left = this.phase === "live" ? this.registrations : [];
    for (const { targetGroupArn, target } of left) await targetGroups.deregister(targetGroupArn, target);
    if (this.phase === "live") this.phase = "draining";
    const isDrained = this.registrations.every(
      ({ targetGroupArn, target }) => targetGroups.healthOf(targetGroupArn, target) === undefined,
    );
    if (this.stop && isDrained && this.phase === "draining") {
      this.phase = "stopping";
      this.task.stop(this.stop.reason, this.stop.code);
    }
    return left.map(({ targetGroupArn }) => targetGroupArn);
  }

  /** @returns the outcome where it is new */
  private enter(outcome: "healthy" | "failed"): Verdict["outcome"] {
    if (this.outcome === outcome) return undefined;
    this.outcome = outcome;
    return outcome;
  }

  private get isChecked(): boolean {
    const { containerDefinitions = [] } = this.deployment.revision.definition;
    return containerDefinitions.some(
      ({ healthCheck, essential }: ContainerDefinition) => healthCheck !== undefined && essential !== false,
    );
  }

  private passesChecks(now: number, targetGroups: TargetGroups): boolean {
    if ((this.deployment.revision.loadBalancers ?? []).length > 0) {
      const states = this.registrations.map(
        ({ targetGroupArn, target }) => targetGroups.healthOf(targetGroupArn, target)?.State,
      );
      return states.length > 0 && states.every((state) => state === "healthy");
    }
    return this.isChecked || now >= (this.runningSince ?? now) + UNCHECKED_MS;
  }

  private findFault(targetGroups: TargetGroups): Fault | undefined {
    if (this.task.describe().healthStatus === "UNHEALTHY") {
      return {
        event: `(task ${this.id}) failed container health checks.`,
        stoppedReason: "Task failed container health checks",
      };
    }
    for (const { targetGroupArn, target } of this.registrations) {
      const { State, Description } = targetGroups.healthOf(targetGroupArn, target) ?? {};
      if (State !== "unhealthy") continue;
      return {
        event: `(task ${this.id}) (port ${target.port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${Description}).`,
        stoppedReason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
      };
    }
    return undefined;
  }
}

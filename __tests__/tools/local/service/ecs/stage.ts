import type { Deployment, LoadBalancer, Service, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Revision } from "../../../../../tools/local/service/ecs/deployment.ts";
import { Scheduler } from "../../../../../tools/local/service/ecs/scheduler.ts";
import type { ServiceSettings, Surroundings } from "../../../../../tools/local/service/ecs/service.ts";
import type { Target, TargetGroups } from "../../../../../tools/local/service/load-balancer/targets.ts";
import type { ServiceConnect } from "../../../../../tools/local/service/network/service-connect.ts";
import type { Fargate, FargateTask, LaunchRequest } from "../../../../../tools/local/service/task.ts";

/** How the tasks of a task definition do. */
export type Fate = "well" | "never runs" | "exits" | "fails its container's check" | "fails the target group's check";

const prefix = "arn:aws:ecs:ap-northeast-1:123456789012";
export const clusterArn = `${prefix}:cluster/main`;
export const targetGroupArn = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/1";

/** A task that comes up in three seconds, one state a second, and ends as fast. */
export class FakeTask implements FargateTask {
  readonly arn: string;
  readonly request: LaunchRequest;
  address: string | undefined;
  private readonly fate: () => Fate;
  private age = 0;
  private shown: Task;

  constructor(number: number, request: LaunchRequest, fate: () => Fate) {
    this.arn = `${prefix}:task/main/${number}`;
    this.request = request;
    this.address = `10.0.0.${number}`;
    this.fate = fate;
    this.shown = {
      taskArn: this.arn,
      taskDefinitionArn: request.definition.taskDefinitionArn,
      group: request.group,
      lastStatus: "PROVISIONING",
      desiredStatus: "RUNNING",
      healthStatus: "UNKNOWN",
      tags: [...(request.tags ?? [])],
    };
  }

  describe(): Task {
    return this.shown;
  }

  stop(stoppedReason: string, stopCode: Task["stopCode"]): void {
    this.shown = { ...this.shown, lastStatus: "STOPPING", desiredStatus: "STOPPED", stoppedReason, stopCode };
  }

  /** Its container ends by itself. */
  exit(): void {
    this.stop("Essential container in task exited", "EssentialContainerExited");
    this.shown = { ...this.shown, lastStatus: "STOPPED", containers: [{ exitCode: 1 }] };
  }

  second(): void {
    const { lastStatus } = this.shown;
    this.age += 1;
    if (lastStatus === "STOPPED") return;
    if (lastStatus === "STOPPING") this.shown = { ...this.shown, lastStatus: "STOPPED" };
    else if (this.age === 1) this.shown = { ...this.shown, lastStatus: "PENDING" };
    else if (this.age === 2 && this.fate() === "never runs") {
      this.stop("CannotPullContainerError", "TaskFailedToStart");
      this.shown = { ...this.shown, lastStatus: "STOPPED" };
    } else if (this.age === 2) this.shown = { ...this.shown, lastStatus: "RUNNING" };
    else if (this.age > 3 && this.fate() === "exits") this.exit();
    else if (this.age > 3 && this.request.definition.containerDefinitions?.some(({ healthCheck }) => healthCheck)) {
      const isWell = this.fate() !== "fails its container's check";
      this.shown = { ...this.shown, healthStatus: isWell ? "HEALTHY" : "UNHEALTHY" };
    }
  }
}

/** Targets get healthy two seconds after they are registered, and drain for two. */
class FakeTargetGroups implements TargetGroups {
  private readonly targets = new Map<string, { age: number; isDraining: boolean }>();
  private readonly isWell: (target: Target) => boolean;

  constructor(isWell: (target: Target) => boolean) {
    this.isWell = isWell;
  }

  async register(_group: string, { address, port }: Target): Promise<void> {
    this.targets.set(`${address}:${port}`, { age: 0, isDraining: false });
  }

  async deregister(_group: string, { address, port }: Target): Promise<void> {
    this.targets.set(`${address}:${port}`, { age: 0, isDraining: true });
  }

  healthOf(_group: string, target: Target): TargetHealth | undefined {
    const found = this.targets.get(`${target.address}:${target.port}`);
    if (!found) return undefined;
    if (found.isDraining) return { State: "draining" };
    if (found.age < 2) return { State: "initial" };
    if (this.isWell(target)) return { State: "healthy" };
    return { State: "unhealthy", Description: "Health checks failed with these codes: [301]" };
  }

  second(): void {
    for (const [key, target] of this.targets) {
      target.age += 1;
      if (target.isDraining && target.age > 2) this.targets.delete(key);
    }
  }

  get names(): string[] {
    return [...this.targets.keys()];
  }
}

export interface StageOptions {
  readonly settings?: Partial<ServiceSettings>;
  readonly revision?: Partial<Revision>;
}

/** What ECS works with, and a clock that tests move. */
export class World implements Surroundings {
  time = Date.UTC(2026, 0, 1);
  readonly tasks: FakeTask[] = [];
  readonly published: string[] = [];
  /** By the task definition's revision; those that are not named do well. */
  readonly fates: Record<number, Fate> = {};
  readonly targetGroups = new FakeTargetGroups(({ address }) => {
    const task = this.tasks.find((one) => one.address === address);
    return task === undefined || this.fateOf(task.request) !== "fails the target group's check";
  });
  readonly fargate: Fargate = {
    launch: (request) => {
      const task = new FakeTask(this.tasks.length + 1, request, () => this.fateOf(request));
      this.tasks.push(task);
      return task;
    },
    tasks: () => this.tasks,
    onChange: (listener) => {
      this.onChange = listener;
    },
  };
  readonly serviceConnect: ServiceConnect = {
    publish: async (_namespace, { dnsName, port }, targets) => {
      const addresses = targets.map((target) => `${target.address}:${target.port}`);
      this.published.push(`${dnsName}:${port} → ${addresses.join(", ")}`);
    },
    withdraw: async (_namespace, { dnsName, port }) => {
      this.published.push(`${dnsName}:${port} is withdrawn`);
    },
  };
  readonly now = () => this.time;
  /** Whom Fargate tells of a change. */
  onChange = () => {};

  /** A second passes. */
  second(): void {
    this.time += 1_000;
    for (const task of this.tasks) task.second();
    this.targetGroups.second();
  }

  private fateOf({ definition: { revision = 0 } }: LaunchRequest): Fate {
    return this.fates[revision] ?? "well";
  }
}

/** One service `web`. */
export class Stage extends World {
  readonly errors: unknown[] = [];
  readonly scheduler = new Scheduler(this, (_service, cause) => this.errors.push(cause));

  /** Creates the service, from revision 1 unless another is given. */
  create({ settings, revision }: StageOptions = {}): this {
    this.scheduler.create(
      "main/web",
      { name: "web", clusterArn, desiredCount: 1, ...settings },
      { definition: definition(1), ...revision },
    );
    return this;
  }

  update(settings: Partial<ServiceSettings>, revision: Partial<Revision> = {}, force = false): this {
    this.scheduler.find("main/web")?.update(settings, revision, force);
    return this;
  }

  /** Lets seconds pass, with a round of the scheduler after each. @param check called after each round */
  async seconds(count: number, check?: () => void): Promise<this> {
    for (let second = 0; second < count; second += 1) {
      this.second();
      await this.scheduler.tick();
      check?.();
    }
    return this;
  }

  get service(): Service {
    return this.scheduler.find("main/web")?.describe() ?? {};
  }

  get primary(): Deployment {
    return this.service.deployments?.[0] ?? {};
  }

  /** `3 of 3`. */
  get counts(): string {
    return `${this.service.runningCount} of ${this.service.desiredCount}`;
  }

  /** Such as `PRIMARY web:2 IN_PROGRESS`. */
  get deployments(): string[] {
    return (this.service.deployments ?? []).map(
      ({ status, taskDefinition, rolloutState }) => `${status} ${idOf(taskDefinition)} ${rolloutState}`,
    );
  }

  /** Oldest first, ids of deployments by `ID`, without the service's name. */
  get events(): string[] {
    return (this.service.events ?? []).map(({ message = "" }) => message.replace(/ecs-svc\/\d+/g, "ID")).reverse();
  }

  /** Tasks that start or run, and were not told to end. */
  live(revision?: number): FakeTask[] {
    return this.tasks.filter(
      ({ arn, request }) =>
        this.scheduler.task(arn)?.isLive && (revision === undefined || request.definition.revision === revision),
    );
  }

  get healthy(): FakeTask[] {
    return this.tasks.filter(({ arn }) => this.scheduler.task(arn)?.isHealthy);
  }
}

export function definition(revision: number, checked = true): TaskDefinition {
  return {
    family: "web",
    revision,
    taskDefinitionArn: `${prefix}:task-definition/web:${revision}`,
    containerDefinitions: [
      {
        name: "web",
        portMappings: [{ name: "http", containerPort: 8080 }],
        ...(checked && { healthCheck: { command: ["CMD", "true"] } }),
      },
    ],
  };
}

export const loadBalancers: LoadBalancer[] = [{ targetGroupArn, containerName: "web", containerPort: 8080 }];

export const idOf = (arn = "") => arn.split("/").at(-1) ?? "";

/** A circuit breaker, as a service asks for it. */
export const breaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

/** How many tasks a deployment may leave, and how many it may have. */
export const percent = (minimumHealthyPercent: number, maximumPercent: number) => ({
  deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
});

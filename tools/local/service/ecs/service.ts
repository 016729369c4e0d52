import { randomUUID } from "node:crypto";
import type {
  CreateServiceCommandInput,
  Deployment as DeploymentShown,
  Service,
  ServiceEvent,
  Tag,
} from "@aws-sdk/client-ecs";
import type { TargetGroups } from "../load-balancer/targets.ts";
import type { ServiceConnect } from "../network/service-connect.ts";
import type { Fargate } from "../task.ts";
import { Deployment, failureThreshold, type Revision, taskBounds } from "./deployment.ts";
import { type Offering, offeringsOf } from "./offers.ts";
import { rollingUpdate } from "./rolling-update.ts";
import { ServiceTask } from "./service-task.ts";

/** What the scheduler works with. */
export interface Surroundings {
  readonly fargate: Fargate;
  readonly targetGroups: TargetGroups;
  readonly serviceConnect: ServiceConnect;
  /** Milliseconds, as `Date.now`. */
  readonly now: () => number;
}

/** Parameters of a service that can change without a new deployment. */
export const SETTINGS = [
  "deploymentConfiguration",
  "desiredCount",
  "enableECSManagedTags",
  "enableExecuteCommand",
  "healthCheckGracePeriodSeconds",
  "propagateTags",
  "tags",
] as const;

export interface ServiceSettings extends Pick<CreateServiceCommandInput, (typeof SETTINGS)[number]> {
  readonly name: string;
  readonly clusterArn: string;
  readonly desiredCount: number;
}

/** `DescribeServices` shows no more. */
const EVENTS_SHOWN = 100;

/** A service with ECS's rolling update: what runs, and what has to. */
export class ScheduledService {
  private settings: ServiceSettings;
  private readonly surroundings: Surroundings;
  /** The PRIMARY one first. */
  private deployments: Deployment[];
  private tasks: ServiceTask[] = [];
  private lastCompleted: Deployment | undefined;
  private isSteady = false;
  /** It drains, and its tasks end. */
  isDeleted = false;
  private readonly createdAt: Date;
  /** Newest first. */
  private readonly events: ServiceEvent[] = [];
  private readonly published = new Map<string, string>();

  constructor(settings: ServiceSettings, revision: Revision, surroundings: Surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.createdAt = new Date(surroundings.now());
    this.deployments = [new Deployment(revision, surroundings.now())];
  }

  /** It is deleted, and nothing of it runs any more. */
  get isGone(): boolean {
    return this.isDeleted && this.tasks.length === 0;
  }

  get desiredCount(): number {
    return this.settings.desiredCount;
  }

  /** Changes settings; begins a new deployment where the revision changes, or always when that is forced. */
  update(settings: Partial<ServiceSettings>, revision: Partial<Revision> = {}, forceNewDeployment = false): this {
    const current = this.primary.revision;
    const next = { ...current, ...revision };
    const isNew = forceNewDeployment || fingerprint(next) !== fingerprint(current);
    if (isNew) {
      this.primary.keeps =
        this.primary.rolloutState === "COMPLETED"
          ? this.desiredCount
          : this.live(this.primary).filter(isHealthy).length;
      this.deployments.unshift(new Deployment(next, this.surroundings.now()));
    }
    if (isNew || (settings.desiredCount ?? this.desiredCount) !== this.desiredCount) this.isSteady = false;
    this.settings = { ...this.settings, ...settings };
    return this;
  }

  /** Drains and stops all its tasks. */
  delete(): this {
    this.isDeleted = true;
    this.settings = { ...this.settings, desiredCount: 0 };
    return this;
  }

  task(arn: string): ServiceTask | undefined {
    return this.tasks.find(({ task }) => task.arn === arn);
  }

  /** One round of the scheduler. */
  async round(): Promise<void> {
    await this.registerTargets();
    this.judgeTasks();
    this.breakCircuit();
    // Clients know a new task before another one that served them is stopped.
    await this.publishNames();
    this.replaceTasks();
    await this.publishNames();
    await this.removeTasks();
    this.settle();
    if (this.isGone) await this.withdrawNames();
  }

  /** What `DescribeServices` shows of it beside its settings. */
  describe(): Service {
    return {
      status: this.isDeleted ? "DRAINING" : "ACTIVE",
      desiredCount: this.desiredCount,
      ...this.counts(),
      taskDefinition: this.primary.revision.definition.taskDefinitionArn,
      deployments: this.deployments.map((deployment) => this.describeDeployment(deployment)),
      events: this.events,
      createdAt: this.createdAt,
    };
  }

  private describeDeployment(deployment: Deployment): DeploymentShown {
    const { id, createdAt, updatedAt, failedTasks, rolloutState, rolloutStateReason, revision } = deployment;
    const isPrimary = deployment === this.primary;
    return {
      id,
      status: isPrimary ? "PRIMARY" : "ACTIVE",
      taskDefinition: revision.definition.taskDefinitionArn,
      desiredCount: isPrimary ? this.desiredCount : this.live(deployment).length,
      ...this.counts(deployment),
      failedTasks,
      createdAt,
      updatedAt,
      launchType: "FARGATE",
      platformVersion: "1.4.0",
      platformFamily: "Linux",
      networkConfiguration: revision.networkConfiguration,
      serviceConnectConfiguration: revision.serviceConnectConfiguration,
      rolloutState,
      rolloutStateReason,
    };
  }

  private counts(deployment?: Deployment): { runningCount: number; pendingCount: number } {
    const live = this.live(deployment);
    const runningCount = live.filter(({ isRunning }) => isRunning).length;
    return { runningCount, pendingCount: live.length - runningCount };
  }

  private get primary(): Deployment {
    return this.deployments[0] as Deployment;
  }

  /** Its tasks that start or run, of all deployments or of one. */
  private live(deployment?: Deployment): ServiceTask[] {
    return this.tasks.filter((task) => task.isLive && (deployment === undefined || task.deployment === deployment));
  }

  private async registerTargets(): Promise<void> {
    const added: string[] = [];
    for (const task of this.tasks) {
      const { targetGroups } = this.surroundings;
      const arns = await task.register(targetGroups).catch((error: Error) => {
        const [first] = task.deployment.revision.loadBalancers ?? [];
        this.say(`failed to register targets in (target-group ${first?.targetGroupArn}) with (error ${error.message})`);
        return [];
      });
      added.push(...arns);
    }
    for (const [arn, count] of countEach(added)) this.say(`registered ${count} targets in (target-group ${arn})`);
  }

  private judgeTasks(): void {
    const { now, targetGroups } = this.surroundings;
    const graceMs = (this.settings.healthCheckGracePeriodSeconds ?? 0) * 1_000;
    for (const task of this.tasks) {
      const { event, outcome } = task.judge(now(), targetGroups, graceMs);
      if (event) this.say(event);
      if (outcome === "healthy") task.deployment.countSuccess();
      if (outcome === "failed" && task.deployment.countFailure(now(), task.hasRun)) {
        this.say("is unable to consistently start tasks successfully.");
      }
    }
  }

  /** The circuit breaker: ends the deployment, and goes back to the last that was completed. */
  private breakCircuit(): void {
    const { primary, lastCompleted } = this;
    const { enable, rollback } = this.settings.deploymentConfiguration?.deploymentCircuitBreaker ?? {};
    if (!enable || primary.rolloutState !== "IN_PROGRESS") return;
    if (primary.failedTasks < failureThreshold(this.desiredCount)) return;
    const now = this.surroundings.now();
    primary.fail(now);
    this.say(`(deployment ${primary.id}) deployment failed: tasks failed to start.`);
    if (!rollback || !lastCompleted || lastCompleted === primary) return;
    lastCompleted.resume(now);
    this.deployments = [lastCompleted, ...this.deployments.filter((deployment) => deployment !== lastCompleted)];
    this.say(`rolling back to deployment ${lastCompleted.id}.`);
  }

  private replaceTasks(): void {
    const { deployments, tasks, desiredCount } = this;
    const bounds = taskBounds(desiredCount, this.settings.deploymentConfiguration);
    const update = rollingUpdate({ deployments, tasks, desiredCount, ...bounds, now: this.surroundings.now() });
    const stopped = update.stopTasks();
    const running = stopped.filter(({ isRunning }) => isRunning);
    const pending = stopped.length - running.length;
    if (running.length > 0) this.say(`has stopped ${running.length} running tasks: ${listed(running)}.`);
    if (pending > 0) this.say(`stopped ${pending} pending tasks.`);
    for (const deployment of deployments) {
      const { count, replaced } = update.toStart(deployment);
      if (count === 0) continue;
      const started = Array.from({ length: count }, () => this.launch(deployment));
      tasks.push(...started);
      const why = replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : "";
      this.say(`has started ${count} tasks: ${listed(started)}.${why}`);
    }
    if (update.isStuck()) {
      this.say(
        "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
      );
    }
  }

  private launch(deployment: Deployment): ServiceTask {
    const { name, clusterArn, enableExecuteCommand } = this.settings;
    const { definition, networkConfiguration = {}, serviceConnectConfiguration } = deployment.revision;
    const task = this.surroundings.fargate.launch({
      clusterArn,
      definition,
      group: `service:${name}`,
      startedBy: deployment.id,
      network: networkConfiguration,
      serviceConnect: serviceConnectConfiguration,
      enableExecuteCommand,
      tags: this.tagsOfTasks(deployment.revision),
    });
    return new ServiceTask(task, deployment);
  }

  private tagsOfTasks({ definitionTags = [] }: Revision): Tag[] {
    const { name, clusterArn, propagateTags, tags = [], enableECSManagedTags } = this.settings;
    const propagated = { SERVICE: tags, TASK_DEFINITION: definitionTags, NONE: [] }[propagateTags ?? "NONE"];
    if (!enableECSManagedTags) return [...propagated];
    const cluster = clusterArn.split("/").at(-1);
    return [...propagated, { key: "aws:ecs:clusterName", value: cluster }, { key: "aws:ecs:serviceName", value: name }];
  }

  private async publishNames(): Promise<void> {
    const { serviceConnect } = this.surroundings;
    for (const { namespace, name, offers } of this.offerings()) {
      const key = JSON.stringify([namespace, name]);
      const value = JSON.stringify(offers);
      if (this.published.get(key) === value) continue;
      await serviceConnect.publish(namespace, name, offers);
      this.published.set(key, value);
    }
  }

  private async withdrawNames(): Promise<void> {
    const { serviceConnect } = this.surroundings;
    for (const { namespace, name } of this.offerings()) await serviceConnect.withdraw(namespace, name);
  }

  private offerings(): Offering[] {
    return offeringsOf(this.primary.revision, this.settings.clusterArn, this.tasks);
  }

  /** Drains and stops what was decided to end, and forgets what has. */
  private async removeTasks(): Promise<void> {
    for (const deployment of this.deployments) {
      const left: string[] = [];
      let draining = 0;
      for (const task of this.tasks.filter((one) => one.deployment === deployment)) {
        const arns = await task.leave(this.surroundings.targetGroups);
        if (arns.length > 0) draining += 1;
        left.push(...arns);
      }
      for (const [arn, count] of countEach(left)) this.say(`deregistered ${count} targets in (target-group ${arn})`);
      if (draining > 0) this.say(`has begun draining connections on ${draining} tasks.`, `, taskSet ${deployment.id}`);
    }
    this.tasks = this.tasks.filter((task) => !task.isStopped);
    this.deployments = this.deployments.filter(
      (deployment) =>
        deployment === this.primary ||
        deployment.rolloutState === "FAILED" ||
        this.tasks.some((task) => task.deployment === deployment),
    );
  }

  /** Takes note when all is as it has to be. */
  private settle(): void {
    const live = this.live();
    const isRight = live.length === this.desiredCount && live.every(isHealthy);
    if (!isRight || this.tasks.some(({ deployment }) => deployment !== this.primary)) return;
    if (this.primary.mayComplete(this.surroundings.now())) {
      this.primary.complete(this.surroundings.now());
      this.lastCompleted = this.primary;
      this.say(`(deployment ${this.primary.id}) deployment completed.`);
    }
    if (this.primary.rolloutState !== "COMPLETED") return;
    this.deployments = [this.primary];
    if (this.isSteady) return;
    this.say("has reached a steady state.");
    this.isSteady = true;
  }

  /** Adds an event, in ECS's words; not the same one twice in a row. */
  private say(text: string, taskSet = ""): void {
    const message = `(service ${this.settings.name}${taskSet}) ${text}`;
    this.isSteady = false;
    if (this.events[0]?.message === message) return;
    this.events.unshift({ id: randomUUID(), createdAt: new Date(this.surroundings.now()), message });
    this.events.splice(EVENTS_SHOWN);
  }
}

const isHealthy = (task: ServiceTask) => task.isHealthy;

const listed = (tasks: readonly ServiceTask[]) => tasks.map(({ id }) => `(task ${id})`).join(" ");

function countEach(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The same for revisions that do not differ in what a new deployment is for. */
function fingerprint({ definition, definitionTags: _, ...rest }: Revision): string {
  return JSON.stringify([definition.taskDefinitionArn, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

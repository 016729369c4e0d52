import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  ContainerDefinition,
  Container as ContainerShown,
  HealthStatus,
  ManagedAgent,
  Task,
  TaskStopCode,
} from "@aws-sdk/client-ecs";
import { bucketEndpoint, bucketHosts } from "../buckets.ts";
import type { Container } from "../container.ts";
import type { NetworkInterface } from "../network/vpc.ts";
import type { FargateTask, LaunchRequest } from "../task.ts";
import { containerOptions, inOrder, type Part } from "./containers.ts";
import { attached, healthOf, newTask } from "./description.ts";
import { watchHealth } from "./health.ts";
import { logStreamOf, ship } from "./log-stream.ts";
import type { Platform } from "./platform.ts";
import { prepare } from "./preparation.ts";
import { Turns } from "./turns.ts";

/** Seconds between SIGTERM and SIGKILL, where a definition does not say. */
const STOP_TIMEOUT_S = 30;
/** Seconds that a container waits for those that it depends on, where a definition does not say. */
const START_TIMEOUT_S = 180;
const POLL_MS = 100;
/** Tasks that start at a time: were it all, each would take so long that what is tried with a time limit fails. */
const STARTS = new Turns(4);
const EXEC_AGENT: ManagedAgent = { name: "ExecuteCommandAgent", lastStatus: "RUNNING" };
/** Of a container that is gone without a word. */
const KILLED = { ExitCode: 137, OOMKilled: false };

/** One task on this machine: from its interface to its last container, and how it ended. */
export class RunningTask implements FargateTask {
  readonly id = randomBytes(16).toString("hex");
  readonly request: LaunchRequest;
  private readonly platform: Platform;
  private readonly onChange: () => void;
  /** As `DescribeTasks` shows it at this moment. */
  private readonly shown: Task;
  private readonly parts: readonly Part[];
  private readonly watching = new AbortController();
  /** Names of Service Connect that there were when it was asked for: later ones stay unknown to it. */
  private readonly hosts: Readonly<Record<string, string>>;
  private networkInterface: NetworkInterface | undefined;

  constructor(platform: Platform, request: LaunchRequest, onChange: () => void) {
    this.platform = platform;
    this.request = request;
    this.onChange = onChange;
    const { enabled, namespace = "" } = request.serviceConnect ?? {};
    this.hosts = enabled ? platform.namespaces.hostsOf(namespace) : {};
    this.shown = newTask(this.id, request);
    const definitions = request.definition.containerDefinitions ?? [];
    this.parts = (this.shown.containers ?? []).map((shown, index) => ({ shown, definition: definitions[index] ?? {} }));
  }

  get arn(): string {
    return this.shown.taskArn ?? "";
  }

  get address(): string | undefined {
    return this.networkInterface?.address;
  }

  /** The container that holds its network, where it runs. */
  get network(): Container | undefined {
    return this.parts.some(isRunning) ? this.networkInterface?.container : undefined;
  }

  /** The engine's container of this name, or the first, where it runs. */
  containerNamed(name = this.parts[0]?.shown.name): Container | undefined {
    return this.parts.find((part) => part.shown.name === name && isRunning(part))?.container;
  }

  describe(): Task {
    return this.shown;
  }

  stop(stoppedReason: string, stopCode: TaskStopCode): void {
    if (!this.isEnding) this.show({ desiredStatus: "STOPPED", stoppedReason, stopCode, stoppingAt: new Date() });
  }

  private get isEnding(): boolean {
    return this.shown.desiredStatus === "STOPPED";
  }

  private show(change: Partial<Task>): void {
    Object.assign(this.shown, change);
    this.onChange();
  }

  private showContainer({ shown }: Part, change: Partial<ContainerShown>): void {
    Object.assign(shown, change);
    this.show({ healthStatus: healthOf(this.request, this.shown.containers) });
  }

  /** Runs it to its end. */
  async run(): Promise<void> {
    try {
      await STARTS.take(() => this.start());
      if (!this.isEnding) this.show({ lastStatus: "RUNNING", startedAt: new Date() });
      while (!this.isEnding) await sleep(POLL_MS);
    } catch (error) {
      this.stop((error as Error).message, "TaskFailedToStart");
    }
    await this.end();
  }

  private async start(): Promise<void> {
    const { vpc, namespaces } = this.platform;
    const { subnets = [], securityGroups = [], assignPublicIp } = this.request.network.awsvpcConfiguration ?? {};
    const { enabled, namespace = "" } = this.request.serviceConnect ?? {};
    const made = await vpc.attach({
      name: `task-${this.id}`,
      subnetIds: subnets,
      groupIds: securityGroups,
      hosts: this.hosts,
      machineNames: await bucketHosts(this.platform.s3),
      isPublic: assignPublicIp === "ENABLED",
    });
    this.networkInterface = made;
    for (const { shown } of this.parts) shown.networkInterfaces = [{ privateIpv4Address: made.address }];
    if (enabled) await namespaces.addClient(namespace, made.container);
    this.show({ lastStatus: "PENDING", ...attached(made) });
    await prepare(this.platform, this.request.definition, this.parts, this.id, made);
    for (const part of inOrder(this.parts)) {
      if (!(await this.mayStart(part.definition))) return;
      await this.startContainer(part, made.container);
    }
  }

  /**
   * Waits for the containers that it depends on.
   *
   * @returns false where the task ends before
   * @throws Error where they can't get there any more, or not in time
   */
  private async mayStart({ name, dependsOn = [] }: ContainerDefinition): Promise<boolean> {
    for (const { containerName, condition = "START" } of dependsOn) {
      const other = this.parts.find(({ shown }) => shown.name === containerName);
      const missed = other && (await this.waitFor(other, condition));
      if (missed)
        throw new Error(
          `Container ${name} was not started: container ${containerName}, on which it depends, ${missed}.`,
        );
    }
    return !this.isEnding;
  }

  /** @returns what came in between, in words */
  private async waitFor(part: Part, condition: string): Promise<string | undefined> {
    const seconds = part.definition.startTimeout ?? START_TIMEOUT_S;
    const deadline = Date.now() + seconds * 1_000;
    while (!this.isEnding && !hasReached(part.shown, condition)) {
      if (part.shown.lastStatus === "STOPPED" && condition !== "COMPLETE")
        return `ended before it reached ${condition}`;
      if (Date.now() > deadline) return `did not reach ${condition} within its startTimeout of ${seconds} s`;
      await sleep(POLL_MS);
    }
    return undefined;
  }

  private async startContainer(part: Part, holder: Container): Promise<void> {
    const { engine, logs, authority } = this.platform;
    const { name = "", logConfiguration, essential = true, healthCheck } = part.definition;
    const context = {
      request: this.request,
      holder,
      environment: this.addedEnvironment(),
      authority: authority.file,
    };
    const container = await engine.run(containerOptions(part, context)).catch((error: Error) => {
      const reason = `CannotStartContainerError: ${error.message}`;
      this.showContainer(part, { lastStatus: "STOPPED", reason });
      throw new Error(reason);
    });
    part.container = container;
    const managedAgents = this.shown.enableExecuteCommand ? [EXEC_AGENT] : undefined;
    this.showContainer(part, { lastStatus: "RUNNING", managedAgents });
    const place = logStreamOf(logConfiguration, name, this.id);
    // The engine may not answer before there is a first line.
    const lines = place && container.logs().then((written) => ship(logs, place, written));
    const shipped = Promise.resolve(lines).catch(() => {});
    if (healthCheck) {
      const onStatus = (healthStatus: HealthStatus) => {
        if (part.shown.healthStatus !== healthStatus) this.showContainer(part, { healthStatus });
      };
      void watchHealth(container, healthCheck, onStatus, this.watching.signal);
    }
    void this.awaitEnd(part, container, shipped).then(() => {
      if (essential) this.stop("Essential container in task exited", "EssentialContainerExited");
    });
  }

  private async awaitEnd(part: Part, container: Container, shipped: Promise<void>): Promise<void> {
    await this.platform.engine.ended(container);
    const { ExitCode: exitCode, OOMKilled } = await container.state().catch(() => KILLED);
    await Promise.race([shipped, sleep(2_000)]);
    const reason = OOMKilled ? "OutOfMemoryError: Container killed due to memory usage" : undefined;
    this.showContainer(part, { lastStatus: "STOPPED", exitCode, reason, managedAgents: undefined });
  }

  /** Containers get SIGTERM, and after their stop timeout SIGKILL; then the interface goes. */
  private async end(): Promise<void> {
    this.show({ lastStatus: "STOPPING" });
    this.watching.abort();
    await Promise.all(
      this.parts.filter(isRunning).map(async (part) => {
        await part.container?.stop(part.definition.stopTimeout ?? STOP_TIMEOUT_S);
        while (isRunning(part)) await sleep(POLL_MS);
      }),
    );
    this.show({ lastStatus: "DEPROVISIONING" });
    for (const { container } of this.parts) await container?.remove();
    if (this.networkInterface) {
      this.platform.namespaces.removeClient(this.networkInterface.container);
      await this.platform.vpc.detach(this.networkInterface).catch(() => {});
    }
    this.platform.credentials.withdraw(this.id);
    const attachments = this.shown.attachments?.map((attachment) => ({ ...attachment, status: "DELETED" }));
    this.show({ lastStatus: "STOPPED", stoppedAt: new Date(), attachments });
  }

  /** What ECS and an AWS SDK agree on; and where AWS is here. */
  private addedEnvironment(): Record<string, string> {
    const { credentials, region, vpc } = this.platform;
    const { taskRoleArn } = this.request.definition;
    const { address, awsPort } = vpc.machine;
    return {
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: `http://${address}:${awsPort}`,
      AWS_ENDPOINT_URL_S3: bucketEndpoint(awsPort),
      ...(taskRoleArn && { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentials.offer(this.id, taskRoleArn) }),
    };
  }
}

const isRunning = ({ shown }: Part) => shown.lastStatus === "RUNNING";

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
function hasReached({ lastStatus, healthStatus, exitCode }: ContainerShown, condition: string): boolean {
  if (condition === "HEALTHY") return healthStatus === "HEALTHY";
  if (condition === "COMPLETE") return lastStatus === "STOPPED";
  if (condition === "SUCCESS") return lastStatus === "STOPPED" && exitCode === 0;
  return lastStatus !== "PENDING";
}

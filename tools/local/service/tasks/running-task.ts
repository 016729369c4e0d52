import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerDefinition, HealthStatus, Task, TaskStopCode } from "@aws-sdk/client-ecs";
import type { Container } from "../container.ts";
import type { NetworkInterface } from "../network/vpc.ts";
import type { FargateTask, LaunchRequest } from "../task.ts";
import { containerSpec, inOrder } from "./containers.ts";
import { describeTask, type Ending, type Part } from "./description.ts";
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
/** Of a container that is gone without a word. */
const KILLED = { exitCode: 137, outOfMemory: false };

/** One task on this machine: from its interface to its last container, and how it ended. */
export class RunningTask implements FargateTask {
  readonly id = randomBytes(16).toString("hex");
  readonly arn: string;
  readonly request: LaunchRequest;
  private readonly platform: Platform;
  private readonly onChange: () => void;
  private readonly parts: readonly Part[];
  private readonly watching = new AbortController();
  private readonly createdAt = new Date();
  /** Names of Service Connect that there were when it was asked for: later ones stay unknown to it. */
  private readonly hosts: Readonly<Record<string, string>>;
  private networkInterface: NetworkInterface | undefined;
  private status = "PROVISIONING";
  private startedAt: Date | undefined;
  private stoppingAt: Date | undefined;
  private stoppedAt: Date | undefined;
  private ending: Ending | undefined;

  constructor(platform: Platform, request: LaunchRequest, onChange: () => void) {
    this.platform = platform;
    this.request = request;
    this.onChange = onChange;
    const cluster = request.clusterArn.split("/").at(-1);
    this.arn = `${request.clusterArn.replace(":cluster/", ":task/").replace(/\/[^/]*$/, "")}/${cluster}/${this.id}`;
    const { enabled, namespace = "" } = request.serviceConnect ?? {};
    this.hosts = enabled ? platform.namespaces.hostsOf(namespace) : {};
    this.parts = (request.definition.containerDefinitions ?? []).map((definition) => ({
      definition,
      runtimeId: `${this.id}-${randomBytes(5).readUIntBE(0, 5) % 10_000_000_000}`,
      health: "UNKNOWN",
      status: "PENDING",
    }));
  }

  get address(): string | undefined {
    return this.networkInterface?.address;
  }

  /** The container that holds its network, where it runs. */
  get network(): Container | undefined {
    return this.parts.some(({ status }) => status === "RUNNING") ? this.networkInterface?.container : undefined;
  }

  /** When it stopped. */
  get endedAt(): Date | undefined {
    return this.stoppedAt;
  }

  /** The engine's container of this name, or the first, where it runs. */
  containerNamed(name: string | undefined): Container | undefined {
    const part = name === undefined ? this.parts[0] : this.parts.find(({ definition }) => definition.name === name);
    return part?.status === "RUNNING" ? part.container : undefined;
  }

  stop(reason: string, code: TaskStopCode): void {
    if (this.ending) return;
    this.ending = { reason, code };
    this.stoppingAt = new Date();
    this.onChange();
  }

  /** Runs it to its end. */
  async run(): Promise<void> {
    try {
      await STARTS.take(() => this.start());
      if (!this.ending) this.enter("RUNNING");
      while (!this.ending) await sleep(POLL_MS);
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
      isPublic: assignPublicIp === "ENABLED",
    });
    this.networkInterface = made;
    if (enabled) await namespaces.addClient(namespace, made.container);
    this.enter("PENDING");
    const prepared = await prepare(this.platform, this.request.definition, this.id, made);
    for (const definition of inOrder(this.parts.map((part) => part.definition))) {
      const part = this.parts.find((one) => one.definition === definition);
      if (!part || !(await this.mayStart(definition))) return;
      part.image = prepared.images.get(definition);
      await this.startContainer(part, made, prepared.secrets.get(definition) ?? {});
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
      const other = this.parts.find(({ definition }) => definition.name === containerName);
      const missed = other && (await this.waitFor(other, condition));
      if (missed)
        throw new Error(
          `Container ${name} was not started: container ${containerName}, on which it depends, ${missed}.`,
        );
    }
    return !this.ending;
  }

  /** @returns what came in between, in words */
  private async waitFor(part: Part, condition: string): Promise<string | undefined> {
    const seconds = part.definition.startTimeout ?? START_TIMEOUT_S;
    const deadline = Date.now() + seconds * 1_000;
    while (!this.ending && !hasReached(part, condition)) {
      if (hasMissed(part, condition)) return `ended before it reached ${condition}`;
      if (Date.now() > deadline) return `did not reach ${condition} within its startTimeout of ${seconds} s`;
      await sleep(POLL_MS);
    }
    return undefined;
  }

  private async startContainer(part: Part, { container: holder }: NetworkInterface, secrets: Record<string, string>) {
    const { engine, logs, authority } = this.platform;
    const { definition } = part;
    const { name = "", logConfiguration, essential = true, healthCheck } = definition;
    const spec = containerSpec({
      definition,
      task: this.request.definition,
      override: this.request.overrides?.containerOverrides?.find((one) => one.name === name),
      name: `${holder.name}-${name}`,
      image: part.image?.reference ?? "",
      namespace: holder.id,
      secrets,
      environment: this.addedEnvironment(),
      authority: authority.file,
      cpuUnits: Number(this.request.definition.cpu ?? 256),
    });
    const container = await engine.run(spec).catch((error: Error) => {
      part.status = "STOPPED";
      part.reason = `CannotStartContainerError: ${error.message}`;
      throw new Error(part.reason);
    });
    part.container = container;
    part.status = "RUNNING";
    this.onChange();
    const place = logStreamOf(logConfiguration, name, this.id);
    // The engine may not answer before there is a first line.
    const lines = place && container.logs().then((written) => ship(logs, place, written));
    const shipped = Promise.resolve(lines).catch(() => {});
    if (healthCheck) {
      const onStatus = (status: HealthStatus) => {
        if (part.health === status) return;
        part.health = status;
        this.onChange();
      };
      void watchHealth(container, healthCheck, onStatus, this.watching.signal);
    }
    void this.awaitEnd(part, container, shipped).then(() => {
      if (essential) this.stop("Essential container in task exited", "EssentialContainerExited");
    });
  }

  private async awaitEnd(part: Part, container: Container, shipped: Promise<void>): Promise<void> {
    await this.platform.engine.ended(container);
    const { exitCode, outOfMemory } = await container.state().catch(() => KILLED);
    part.exitCode = exitCode;
    if (outOfMemory) part.reason = "OutOfMemoryError: Container killed due to memory usage";
    await Promise.race([shipped, sleep(2_000)]);
    part.status = "STOPPED";
    this.onChange();
  }

  /** Containers get SIGTERM, and after their stop timeout SIGKILL; then the interface goes. */
  private async end(): Promise<void> {
    this.enter("STOPPING");
    this.watching.abort();
    await Promise.all(
      this.parts.map(async (part) => {
        if (part.status !== "RUNNING" || !part.container) return;
        await part.container.stop(part.definition.stopTimeout ?? STOP_TIMEOUT_S);
        while (part.status === "RUNNING") await sleep(POLL_MS);
      }),
    );
    this.enter("DEPROVISIONING");
    for (const { container } of this.parts) await container?.remove();
    if (this.networkInterface) {
      this.platform.namespaces.removeClient(this.networkInterface.container);
      await this.platform.vpc.detach(this.networkInterface).catch(() => {});
    }
    this.platform.credentials.withdraw(this.id);
    this.stoppedAt = new Date();
    this.enter("STOPPED");
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
      ...(taskRoleArn && { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentials.offer(this.id, taskRoleArn) }),
    };
  }

  private enter(status: string): void {
    this.status = status;
    if (status === "RUNNING") this.startedAt = new Date();
    this.onChange();
  }

  describe(): Task {
    return describeTask(this, {
      status: this.status,
      createdAt: this.createdAt,
      startedAt: this.startedAt,
      stoppingAt: this.stoppingAt,
      stoppedAt: this.stoppedAt,
      ending: this.ending,
      subnetId: this.networkInterface?.subnetId,
      parts: this.parts,
    });
  }
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
function hasReached({ status, health, exitCode }: Part, condition: string): boolean {
  if (condition === "HEALTHY") return health === "HEALTHY";
  if (condition === "COMPLETE") return status === "STOPPED";
  if (condition === "SUCCESS") return status === "STOPPED" && exitCode === 0;
  return status !== "PENDING";
}

/** Whether it has ended in another way. */
function hasMissed({ status }: Part, condition: string): boolean {
  return status === "STOPPED" && condition !== "COMPLETE";
}

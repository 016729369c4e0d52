import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeServicesCommand, ECSClient, type Service, type Task, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { listTasks } from "../../../tools/operate/services.ts";
import { exitCodeOf, stopText } from "../../../tools/operate/stopped-tasks.ts";
import type { Place } from "./announcements.ts";

export interface Sign {
  readonly line: string;
  /** Where the line says why a task has stopped. */
  readonly task?: Task;
}

/** A slow machine is no failure. */
const PATIENCE_MS = 5 * 60_000;
const POLL_MS = 500;

/** Sees of services what `infra status` and `infra logs` show. */
export class Observer {
  private readonly ecs: ECSClient;
  private readonly logs: CloudWatchLogsClient;
  private readonly cluster: string;
  /** What Terraform prints. */
  private readonly applied: Promise<string>;

  constructor(client: ConstructorParameters<typeof ECSClient>[0], cluster: string, applied: Promise<string>) {
    this.ecs = new ECSClient(client ?? {});
    this.logs = new CloudWatchLogsClient(client ?? {});
    this.cluster = cluster;
    this.applied = applied;
  }

  /** Scales a service, as soon as there is one. */
  async scale(service: string, desiredCount: number): Promise<void> {
    await this.waitFor(service, async () => (await this.service(service)).status === "ACTIVE");
    await this.ecs.send(new UpdateServiceCommand({ cluster: this.cluster, service, desiredCount }));
  }

  /** Deploys a service again whose circuit breaker has ended its deployment: what its tasks need was not there yet. */
  async deployAgainIfFailed(service: string): Promise<void> {
    if ((await this.service(service)).deployments?.[0]?.rolloutState !== "FAILED") return;
    await this.ecs.send(new UpdateServiceCommand({ cluster: this.cluster, service, forceNewDeployment: true }));
  }

  async untilHealthy(name: string): Promise<void> {
    await this.waitFor(name, async () => (await this.service(name)).deployments?.[0]?.rolloutState === "COMPLETED");
  }

  /** Waits for a line. */
  async until(name: string, place: Place, wanted: RegExp): Promise<Sign> {
    const find = async () => (await this.at(place, name)).find(({ line }) => wanted.test(line));
    return this.waitFor(name, find);
  }

  private async at(place: Place, name: string): Promise<Sign[]> {
    switch (place) {
      case "apply":
        return (await this.applied)
          .split(/\n(?=│? *Error: )/)
          .filter((error) => error.includes(`.${name},`))
          .map((error) => ({ line: error.replaceAll(/[\s│]+/g, " ") }));
      case "event":
        return ((await this.service(name)).events ?? []).map(({ message = "" }) => ({ line: message }));
      case "stopped task":
        return (await this.tasks(name, "STOPPED")).map((task) => ({ line: stopLine(task), task }));
      case "log":
        return (await this.logLines(name)).map((line) => ({ line }));
    }
  }

  private tasks(serviceName: string, desiredStatus: "RUNNING" | "STOPPED"): Promise<Task[]> {
    return listTasks(this.ecs, { cluster: this.cluster, serviceName, desiredStatus });
  }

  private async service(name: string): Promise<Service> {
    const described = this.ecs.send(new DescribeServicesCommand({ cluster: this.cluster, services: [name] }));
    const { services: [service = {}] = [] } = await described.catch((error: Error) => {
      if (error.name === "ClusterNotFoundException") return { services: [] }; // It comes with Terraform's apply.
      throw error;
    });
    return service;
  }

  private async logLines(name: string): Promise<string[]> {
    const tasks = [...(await this.tasks(name, "RUNNING")), ...(await this.tasks(name, "STOPPED"))];
    const lines = tasks.map(async ({ taskArn = "", containers: [container] = [] }) => {
      const logStreamNames = [`${container?.name}/${container?.name}/${taskArn.split("/").at(-1)}`];
      const logGroupName = `/ecs/${this.cluster}/${container?.name}`;
      const answer = await this.logs
        .send(new FilterLogEventsCommand({ logGroupName, logStreamNames }))
        .catch(() => ({ events: [] })); // There is no such log stream yet.
      return (answer.events ?? []).map(({ message = "" }) => message);
    });
    return (await Promise.all(lines)).flat();
  }

  private async waitFor<T>(name: string, look: () => Promise<T | false | undefined>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`${name}: that did not happen, but:\n${await this.everything(name)}`);
      await sleep(POLL_MS);
    }
  }

  private async everything(name: string): Promise<string> {
    const places = ["event", "stopped task", "log"] as const;
    const lines = places.map(async (place) => (await this.at(place, name)).map(({ line }) => `${place}: ${line}`));
    return (await Promise.all(lines)).flat().join("\n");
  }
}

/** Why a task stopped, and the exit code where a container ended. */
function stopLine(task: Task): string {
  const code = exitCodeOf(task);
  return code === undefined ? stopText(task) : `${stopText(task)}; exit code ${code}`;
}

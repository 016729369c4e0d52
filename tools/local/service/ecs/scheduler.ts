import type { Revision } from "./deployment.ts";
import { ScheduledService, type ServiceSettings, type Surroundings } from "./service.ts";
import type { ServiceTask } from "./service-task.ts";

/** Between two rounds where nothing calls for one. */
const ROUND_MS = 1_000;

/**
 * Stands in for ECS's service scheduler, of the rolling update on Fargate.
 *
 * It does not place tasks in availability zones, has no capacity providers, task sets, alarms or daemons, and does not
 * scale an earlier deployment out while the next one is on its way.
 */
export class Scheduler {
  private readonly surroundings: Surroundings;
  private readonly onError: (service: string, cause: unknown) => void;
  /** By `cluster/name`. */
  private readonly services = new Map<string, ScheduledService>();
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> = Promise.resolve();
  private isWoken = false;

  /** @param onError told what went wrong in a service's round; the next one tries again */
  constructor(surroundings: Surroundings, onError: (service: string, cause: unknown) => void) {
    this.surroundings = surroundings;
    this.onError = onError;
  }

  /** Does rounds from now on: every second, whenever the state of a task changes, and when something is asked for. */
  start(): void {
    this.timer = setInterval(() => this.wake(), ROUND_MS).unref();
    this.surroundings.fargate.onChange(() => this.wake());
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Does a round soon, once it is started. */
  wake(): void {
    if (!this.timer || this.isWoken) return;
    this.isWoken = true;
    setImmediate(async () => {
      await this.current;
      this.isWoken = false;
      this.current = this.tick();
    });
  }

  /** One round of every service. */
  async tick(): Promise<void> {
    for (const [key, service] of this.services) {
      await service.round().catch((cause) => this.onError(key, cause));
      if (service.isGone) this.services.delete(key);
    }
  }

  create(key: string, settings: ServiceSettings, revision: Revision): ScheduledService {
    const service = new ScheduledService(settings, revision, this.surroundings);
    this.services.set(key, service);
    this.wake();
    return service;
  }

  /** Nothing where there is none, or it was deleted and all its tasks have stopped. */
  find(key: string): ScheduledService | undefined {
    return this.services.get(key);
  }

  /** A task, where it belongs to a service and has not stopped. */
  task(arn: string): ServiceTask | undefined {
    return [...this.services.values()].map((service) => service.task(arn)).find((task) => task !== undefined);
  }
}

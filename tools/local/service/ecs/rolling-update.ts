import type { Deployment } from "./deployment.ts";
import type { ServiceTask } from "./service-task.ts";

/** A service at the beginning of a round. */
export interface Situation {
  /** The PRIMARY one first. */
  readonly deployments: readonly Deployment[];
  readonly tasks: readonly ServiceTask[];
  readonly desiredCount: number;
  /** Healthy tasks that there are at least. */
  readonly least: number;
  /** Tasks that start or run at most. */
  readonly most: number;
  readonly now: number;
}

type Stop = (task: ServiceTask, reason?: string) => void;

/** Decides which tasks a round stops, in this order, and then which it starts. */
export function rollingUpdate({ deployments, tasks, desiredCount, least, most, now }: Situation) {
  const [primary, ...superseded] = deployments as [Deployment, ...Deployment[]];
  const live = (deployment?: Deployment) =>
    tasks.filter((task) => task.isLive && (deployment === undefined || task.deployment === deployment));
  const sound = (deployment: Deployment) => live(deployment).filter(({ fault }) => fault === undefined);
  const healthy = (deployment?: Deployment) => live(deployment).filter(({ isHealthy }) => isHealthy).length;
  const wanted = (deployment: Deployment) => (deployment === primary ? desiredCount : deployment.keeps);
  const room = () => Math.max(0, most - live().length);
  const missing = (deployment: Deployment) =>
    deployment.mayStart(now) ? Math.max(0, wanted(deployment) - sound(deployment).length) : 0;

  /** Of the current deployment, what is more than desired: those that start before those that serve, newest first. */
  const stopSurplus = (stop: Stop) => {
    const surplus = Math.max(0, sound(primary).length - desiredCount);
    for (const task of sound(primary).reverse().sort(healthyLast).slice(0, surplus)) stop(task);
  };

  /** Of earlier deployments, what the minimum of healthy tasks does not need, or what stands in the way of new ones. */
  const stopSuperseded = (stop: Stop) => {
    const isSpare = ({ isHealthy }: ServiceTask) =>
      isHealthy ? healthy() > least : healthy() >= least || missing(primary) > room();
    for (const task of superseded.flatMap((deployment) => live(deployment)).sort(healthyLast)) {
      if (isSpare(task)) stop(task);
    }
    if (healthy() >= least) for (const deployment of superseded) deployment.keeps = live(deployment).length;
  };

  /** What has failed a health check: when its replacement is healthy, or before where there is no room for one. */
  const stopFaulty = (stop: Stop) => {
    for (const deployment of deployments) {
      const faulty = live(deployment).filter(({ fault }) => fault !== undefined);
      const isOver = deployment.rolloutState === "FAILED" || healthy(deployment) >= wanted(deployment);
      const inTheWay = Math.max(0, missing(deployment) - room());
      for (const task of isOver ? faulty : faulty.slice(0, inTheWay)) stop(task, task.fault?.stoppedReason);
    }
  };

  return {
    /** @returns those that it has retired */
    stopTasks(): ServiceTask[] {
      const stopped: ServiceTask[] = [];
      const stop: Stop = (task, reason = `Scaling activity initiated by (deployment ${primary.id})`) => {
        stopped.push(task);
        task.retire(reason, "ServiceSchedulerInitiated");
      };
      stopSurplus(stop);
      stopSuperseded(stop);
      stopFaulty(stop);
      return stopped;
    },
    /** How many tasks of a deployment to start now, and how many of them replace unhealthy ones. */
    toStart(deployment: Deployment): { count: number; replaced: number } {
      const count = Math.min(missing(deployment), room());
      return { count, replaced: Math.min(count, live(deployment).length - sound(deployment).length) };
    },
    /** Whether its configuration leaves a deployment no way: it may neither stop a task nor start one. */
    isStuck: () => missing(primary) > 0 && tasks.every(({ isHealthy }) => isHealthy),
  };
}

const healthyLast = (a: ServiceTask, b: ServiceTask) => Number(a.isHealthy) - Number(b.isHealthy);

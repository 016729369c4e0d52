import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Gap } from "../../emulator/gaps/gap.ts";
import { scalableTarget } from "./scalable-target.ts";
import { Scheduler } from "./scheduler.ts";
import type { Surroundings } from "./service.ts";
import { serviceCalls } from "./service-calls.ts";
import { taskCalls } from "./task-calls.ts";
import { taskDefinitionCalls } from "./task-definition-calls.ts";

export interface ControlPlaneOptions extends Omit<Surroundings, "now"> {
  /** Of moto itself, not of the proxy in front of it. */
  readonly ecs: ECSClient;
  /** Told what went wrong in a service's round of the scheduler; the next round tries again. */
  readonly onError: (service: string, cause: unknown) => void;
  /** @default Date.now */
  readonly now?: () => number;
}

/** What stands in for the control plane of ECS: it runs what moto was told to keep. */
export interface ControlPlane {
  /** They go in front of the others, whose answers they complete: `inFrontOf`. */
  readonly gaps: readonly Gap[];
  readonly scheduler: Scheduler;
}

/** `scheduler.start()` sets it going. */
export function createControlPlane({ ecs, onError, now = Date.now, ...parts }: ControlPlaneOptions): ControlPlane {
  const scheduler = new Scheduler({ ...parts, now }, onError);
  const gaps = [
    ...taskDefinitionCalls(),
    ...serviceCalls(scheduler, ecs),
    ...taskCalls(scheduler, parts.fargate, ecs),
    scalableTarget(scheduler, ecs),
  ];
  return { scheduler, gaps };
}

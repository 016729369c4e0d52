import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Gap } from "../../emulator/gaps/gap.ts";
import type { Fargate } from "../task.ts";
import { scalableTarget } from "./scalable-target.ts";
import type { Scheduler } from "./scheduler.ts";
import { serviceCalls } from "./service-calls.ts";
import { taskCalls } from "./task-calls.ts";
import { taskDefinitionCalls } from "./task-definition-calls.ts";

/**
 * The calls of ECS's control plane: moto keeps what was asked for, and the scheduler makes it so. They go in front of the other
 * gaps, whose answers they complete: `inFrontOf`.
 *
 * @param ecs of moto itself, not of the proxy in front of it
 */
export function ecsCalls(scheduler: Scheduler, fargate: Fargate, ecs: ECSClient): Gap[] {
  return [
    ...taskDefinitionCalls(),
    ...serviceCalls(scheduler, ecs),
    ...taskCalls(scheduler, fargate, ecs),
    scalableTarget(scheduler, ecs),
  ];
}

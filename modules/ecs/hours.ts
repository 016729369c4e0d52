import { AppautoscalingScheduledAction } from "@cdktf/provider-aws/lib/appautoscaling-scheduled-action";
import type { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { Construct } from "constructs";
import { weeklyCron } from "../time-zone.ts";

/** When services have tasks. */
export interface Hours {
  /** Days on which they do, such as `MON`. */
  readonly days: readonly string[];
  /** When tasks start, `HH:MM`. */
  readonly from: string;
  /** When they stop, later on the same day. */
  readonly to: string;
  /** The IANA's name of the zone that these are told in. */
  readonly timeZone: string;
}

/** Gives a service its range of tasks in the morning, and none in the evening. Terraform ignores the range from then on. */
export function sleepAtNight(
  scope: Construct,
  { target, hours, min, max }: { target: AppautoscalingTarget; hours: Hours; min: number; max: number },
): void {
  const action = (name: "wake" | "sleep", time: string, minCapacity: number, maxCapacity: number) =>
    new AppautoscalingScheduledAction(scope, name, {
      name,
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      schedule: weeklyCron(hours.days, time),
      timezone: hours.timeZone,
      scalableTargetAction: { minCapacity: String(minCapacity), maxCapacity: String(maxCapacity) },
    });
  // One after the other: Application Auto Scaling refuses two changes of a target at once.
  action("sleep", hours.to, 0, 0).node.addDependency(action("wake", hours.from, min, max));
}

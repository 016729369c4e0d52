import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { Gap } from "../../emulator/gaps/gap.ts";
import { serviceKey } from "./calls.ts";
import type { Scheduler } from "./scheduler.ts";

interface Input {
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly MinCapacity?: number;
  readonly MaxCapacity?: number;
}

/** Application Auto Scaling: a range moves the service into it at once. Nothing is scaled by load. */
export function scalableTarget(scheduler: Scheduler, ecs: ECSClient): Gap {
  const ranges = new Map<string, Input>();
  return {
    service: "application-autoscaling",
    action: "RegisterScalableTarget",
    why: "moto keeps the range of a service, and leaves its desired count outside of it",
    standIn: "moto's own answer; the desired count is moved into the range",
    async answer(call, moto) {
      const reply = await moto.forward(call);
      const input = JSON.parse(call.body.toString("utf8")) as Input;
      if (reply.status !== 200 || input.ScalableDimension !== "ecs:service:DesiredCount") return reply;
      const range = { ...ranges.get(input.ResourceId), ...input };
      ranges.set(input.ResourceId, range);
      const [, cluster, service] = input.ResourceId.split("/");
      const scheduled = scheduler.find(serviceKey(cluster, service));
      const { MinCapacity = 0, MaxCapacity = Number.POSITIVE_INFINITY } = range;
      const current = scheduled?.desiredCount ?? 0;
      const desiredCount = Math.min(MaxCapacity, Math.max(MinCapacity, current));
      if (!scheduled || desiredCount === current) return reply;
      await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
      scheduled.update({ desiredCount });
      scheduler.wake();
      return reply;
    },
  };
}

import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";

/** Targets as ECS registers them: a task's address and the container's port. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** The target groups of a load balancer, as ECS works with them. */
export interface TargetGroups {
  register(targetGroupArn: string, target: Target): Promise<void>;
  /** Begins draining: no new requests, those in hand may end. Afterwards the target is not there any more. */
  deregister(targetGroupArn: string, target: Target): Promise<void>;
  /** As `DescribeTargetHealth` shows it at this moment; nothing for a target that is not there. */
  healthOf(targetGroupArn: string, target: Target): TargetHealth | undefined;
}

import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call, Reply } from "../../emulator/call.ts";
import type { Gap } from "../../emulator/gaps/gap.ts";
import { queryError, queryReply, type Xml } from "../../emulator/gaps/replies.ts";
import { notRegistered } from "./health.ts";
import type { LoadBalancers } from "./load-balancers.ts";
import type { Target } from "./targets.ts";

const service = "elasticloadbalancing";
const NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

/** Elastic Load Balancing: targets and their health. */
export function targetCalls(balancers: LoadBalancers): Gap[] {
  const why = "moto has no load balancer behind its API: no target gets a request, and each is healthy at once";
  const gap = (action: string, standIn: string, answer: Parameters<typeof forGroup>[1]): Gap => ({
    service,
    action,
    why,
    standIn,
    answer: forGroup(balancers, answer),
  });
  return [
    gap("RegisterTargets", "haproxy begins to check the targets' health", async (call, arn, targets) => {
      for (const target of targets) await balancers.register(arn, target);
      return queryReply(call, NAMESPACE, {});
    }),
    gap("DeregisterTargets", "haproxy drains the targets", async (call, arn, targets) => {
      const unknown = targets.filter((target) => !balancers.healthOf(arn, target));
      if (unknown.length > 0) return invalidTarget(unknown);
      for (const target of targets) await balancers.deregister(arn, target);
      return queryReply(call, NAMESPACE, {});
    }),
    gap("DescribeTargetHealth", "what haproxy's health checks have found", async (call, arn, targets) => {
      const shown = targets.length > 0 ? targets : balancers.targetsOf(arn);
      const member = shown.map((target) => show(target, balancers.healthOf(arn, target) ?? notRegistered));
      return queryReply(call, NAMESPACE, { TargetHealthDescriptions: { member } });
    }),
  ];
}

/** Answers for a target group that is there; for any other, moto has the right words. */
function forGroup(
  balancers: LoadBalancers,
  answer: (call: Call, groupArn: string, targets: readonly Target[]) => Promise<Reply>,
): Gap["answer"] {
  return async (call, moto) => {
    const arn = call.parameters.get("TargetGroupArn") ?? "";
    const group = await balancers.findGroup(arn);
    return group ? answer(call, arn, targetsIn(call, group.Port ?? 80)) : moto.forward(call);
  };
}

function targetsIn({ parameters }: Call, groupPort: number): Target[] {
  const targets: Target[] = [];
  for (let i = 1; parameters.has(`Targets.member.${i}.Id`); i++) {
    const port = Number(parameters.get(`Targets.member.${i}.Port`) ?? groupPort);
    targets.push({ address: parameters.get(`Targets.member.${i}.Id`) ?? "", port });
  }
  return targets;
}

function show({ address, port }: Target, { State, Reason, Description }: TargetHealth): Xml {
  return {
    Target: { Id: address, Port: port },
    HealthCheckPort: port,
    TargetHealth: { State, Reason, Description },
  };
}

function invalidTarget(targets: readonly Target[]): Reply {
  const names = targets.map(({ address, port }) => `${address}:${port}`).join(", ");
  return queryError(400, "InvalidTarget", `The following targets are not registered with the target group: ${names}`);
}

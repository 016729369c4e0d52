import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import type { LoadBalancers } from "../../../../tools/local/service/load-balancer/load-balancers.ts";
import { targetCalls } from "../../../../tools/local/service/load-balancer/target-calls.ts";
import type { Target } from "../../../../tools/local/service/load-balancer/targets.ts";
import { asking, elements, fakeMoto } from "../fake-moto.ts";

const GROUP = "arn:group";

/** The calls, over one target group with port 3000 in which everything is healthy. */
function api() {
  const registered = new Map<string, Target>();
  const keyOf = ({ address, port }: Target) => `${address}:${port}`;
  const healthy: TargetHealth = { State: "healthy" };
  const balancers = {
    findGroup: async (arn: string) => (arn === GROUP ? { Port: 3000 } : undefined),
    register: async (_arn: string, target: Target) => void registered.set(keyOf(target), target),
    deregister: async (_arn: string, target: Target) => void registered.delete(keyOf(target)),
    healthOf: (_arn: string, target: Target) => (registered.has(keyOf(target)) ? healthy : undefined),
    targetsOf: () => [...registered.values()],
  } as unknown as LoadBalancers;
  const { query } = asking(targetCalls(balancers), fakeMoto(() => "moto's own").moto);
  const on = (action: string, parameters: Record<string, string> = {}) =>
    query(action, { TargetGroupArn: GROUP, ...parameters });
  return { on, registered };
}

describe("targets by the API of Elastic Load Balancing", () => {
  it("are registered, at the target group's port where none is named, shown and deregistered", async () => {
    const { on, registered } = api();
    await on("RegisterTargets", {
      "Targets.member.1.Id": "10.0.0.4",
      "Targets.member.2.Id": "10.0.0.5",
      "Targets.member.2.Port": "81",
    });
    expect([...registered.keys()]).toEqual(["10.0.0.4:3000", "10.0.0.5:81"]);
    const { text } = await on("DescribeTargetHealth");
    expect(elements(text, "Id")).toEqual(["10.0.0.4", "10.0.0.5"]);
    expect(elements(text, "HealthCheckPort")).toEqual(["3000", "81"]);
    expect(elements(text, "State")).toEqual(["healthy", "healthy"]);
    await on("DeregisterTargets", { "Targets.member.1.Id": "10.0.0.4" });
    expect([...registered.keys()]).toEqual(["10.0.0.5:81"]);
  });

  it("are said to be unused where they are asked for and not registered", async () => {
    const { text } = await api().on("DescribeTargetHealth", { "Targets.member.1.Id": "10.0.0.9" });
    expect(elements(text, "State")).toEqual(["unused"]);
    expect(elements(text, "Reason")).toEqual(["Target.NotRegistered"]);
  });

  it("can't be deregistered where they are not registered", async () => {
    const { status, text } = await api().on("DeregisterTargets", { "Targets.member.1.Id": "10.0.0.9" });
    expect(status).toBe(400);
    expect(elements(text, "Code")).toEqual(["InvalidTarget"]);
  });

  it("of a target group that is not there are moto's to refuse", async () => {
    const { text } = await api().on("DescribeTargetHealth", { TargetGroupArn: "arn:other" });
    expect(text).toBe("moto's own");
  });
});

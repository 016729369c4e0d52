import { describe, expect, it } from "vitest";
import { breaker, definition, loadBalancers, Stage, targetGroupArn } from "./stage.ts";

describe("a service", () => {
  it("is scaled by hand without a new deployment", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    const { id } = stage.primary;
    await stage.update({ desiredCount: 3 }).seconds(1);
    expect(stage.service).toMatchObject({ desiredCount: 3, runningCount: 1, pendingCount: 2 });
    await stage.seconds(10);
    expect(stage.counts).toBe("3 of 3");
    await stage.update({ desiredCount: 1 }).seconds(10);
    expect(stage.counts).toBe("1 of 1");
    expect(stage.targetGroups.names).toHaveLength(1);
    expect(stage.primary).toMatchObject({ id, rolloutState: "COMPLETED" });
    expect(stage.events.at(-1)).toBe("(service web) has reached a steady state.");
  });

  it("gives up those that only start before those that serve when it is scaled in", async () => {
    const stage = await new Stage().create().seconds(10);
    await stage.update({ desiredCount: 3 }).seconds(1);
    await stage.update({ desiredCount: 1 }).seconds(1);
    expect(stage.live()).toEqual([stage.tasks[0]]);
    expect(stage.events.slice(-2)).toEqual([
      "(service web) stopped 2 pending tasks.",
      "(service web) has reached a steady state.",
    ]);
  });

  it("that is deleted drains, stops its tasks and is gone", async () => {
    const stage = await new Stage().create({ settings: { desiredCount: 2 }, revision: { loadBalancers } }).seconds(10);
    stage.scheduler.find("main/web")?.delete();
    await stage.seconds(1);
    expect(stage.service).toMatchObject({ status: "DRAINING", desiredCount: 0, runningCount: 0 });
    await stage.seconds(10);
    expect(stage.scheduler.find("main/web")).toBeUndefined();
    expect(stage.tasks.map((task) => task.describe().lastStatus)).toEqual(["STOPPED", "STOPPED"]);
    expect(stage.targetGroups.names).toEqual([]);
  });

  it("that is deleted in the middle of a failed deployment leaves nothing behind", async () => {
    const stage = await new Stage().create({ settings: breaker(false) }).seconds(10);
    stage.fates[2] = "never runs";
    await stage.update({}, { definition: definition(2) }).seconds(30);
    stage.scheduler.find("main/web")?.delete();
    await stage.seconds(10);
    expect(stage.scheduler.find("main/web")).toBeUndefined();
    expect(stage.live()).toEqual([]);
  });

  it("tells Service Connect which tasks answer under its name", async () => {
    const serviceConnectConfiguration = {
      enabled: true,
      namespace: "arn:aws:servicediscovery:ap-northeast-1:123456789012:namespace/ns-1",
      services: [{ portName: "http", discoveryName: "web", clientAliases: [{ dnsName: "web", port: 80 }] }],
    };
    const stage = await new Stage().create({ revision: { serviceConnectConfiguration } }).seconds(1);
    expect(stage.published).toEqual(["web:80 → "]);
    await stage.seconds(10);
    expect(stage.published.at(-1)).toBe("web:80 → 10.0.0.1:8080");
    await stage.update({}, { definition: definition(2) }).seconds(20);
    expect(stage.published.slice(-2)).toEqual(["web:80 → 10.0.0.1:8080, 10.0.0.2:8080", "web:80 → 10.0.0.2:8080"]);
    stage.scheduler.find("main/web")?.delete();
    await stage.seconds(10);
    expect(stage.published.slice(-2)).toEqual(["web:80 → ", "web:80 is withdrawn"]);
  });

  it("goes on in the next round where a target group could not be reached", async () => {
    const stage = new Stage().create({ revision: { loadBalancers } });
    const { register } = stage.targetGroups;
    stage.targetGroups.register = async () => {
      throw new Error("no such target group");
    };
    await stage.seconds(5);
    expect(stage.events.at(-1)).toBe(
      `(service web) failed to register targets in (target-group ${targetGroupArn}) with (error no such target group)`,
    );
    expect(stage.primary.rolloutState).toBe("IN_PROGRESS");
    stage.targetGroups.register = register;
    await stage.seconds(10);
    expect(stage.primary.rolloutState).toBe("COMPLETED");
  });

  it("drains a task all the same where that could not be begun at first", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    const { deregister } = stage.targetGroups;
    stage.targetGroups.deregister = async () => {
      throw new Error("no answer");
    };
    await stage.update({ desiredCount: 0 }).seconds(5);
    expect(stage.errors).toContainEqual(new Error("no answer"));
    expect(stage.tasks[0]?.describe().lastStatus).toBe("RUNNING");
    stage.targetGroups.deregister = deregister;
    await stage.seconds(10);
    expect(stage.tasks[0]?.describe().lastStatus).toBe("STOPPED");
    expect(stage.targetGroups.names).toEqual([]);
  });
});

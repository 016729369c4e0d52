import { describe, expect, it } from "vitest";
import { failureThreshold } from "../../../../../tools/local/service/ecs/deployment.ts";
import { breaker, definition, loadBalancers, Stage } from "./stage.ts";

describe("the circuit breaker's threshold", () => {
  it.each([
    [0, 3],
    [1, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [1_000, 200],
  ])("of %i tasks is %i", (desired, threshold) => {
    expect(failureThreshold(desired)).toBe(threshold);
  });
});

describe("the circuit breaker", () => {
  it.each(["never runs", "exits", "fails its container's check", "fails the target group's check"] as const)(
    "goes back where each new task %s",
    async (fate) => {
      const stage = await new Stage().create({ settings: breaker(true), revision: { loadBalancers } }).seconds(10);
      const before = stage.primary.id;
      stage.fates[2] = fate;
      stage.update({}, { definition: definition(2) });
      await stage.seconds(10, () => expect(stage.healthy.length).toBeGreaterThanOrEqual(1));
      while (stage.primary.taskDefinition === definition(2).taskDefinitionArn) {
        await stage.seconds(1, () => expect(stage.healthy.length).toBeGreaterThanOrEqual(1));
      }
      expect(stage.primary.id).toBe(before);
      const [, failed] = stage.service.deployments ?? [];
      expect(failed).toMatchObject({
        status: "ACTIVE",
        rolloutState: "FAILED",
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
        failedTasks: 3,
      });
      await stage.seconds(20);
      expect(stage.deployments).toEqual(["PRIMARY web:1 COMPLETED"]);
      expect(stage.counts).toBe("1 of 1");
      expect(stage.tasks.filter(({ request }) => request.definition.revision === 2)).toHaveLength(3);
    },
  );

  it("tells of it in ECS's words", async () => {
    const stage = await new Stage().create({ settings: breaker(true) }).seconds(10);
    stage.fates[2] = "never runs";
    stage.update({}, { definition: definition(2) });
    const reasons = new Set<string | undefined>();
    await stage.seconds(30, () => reasons.add(stage.primary.rolloutStateReason));
    expect(stage.events.slice(-4)).toEqual([
      "(service web) (deployment ID) deployment failed: tasks failed to start.",
      "(service web) rolling back to deployment ID.",
      "(service web) (deployment ID) deployment completed.",
      "(service web) has reached a steady state.",
    ]);
    expect(reasons).toContain(`ECS deployment circuit breaker: rolling back to deploymentId ${stage.primary.id}.`);
  });

  it("ends a deployment without a rollback, and what ran before goes on", async () => {
    const stage = await new Stage().create({ settings: breaker(false), revision: { loadBalancers } }).seconds(10);
    stage.fates[2] = "fails the target group's check";
    await stage.update({}, { definition: definition(2) }).seconds(60);
    expect(stage.deployments).toEqual(["PRIMARY web:2 FAILED", "ACTIVE web:1 COMPLETED"]);
    expect([stage.live(1).length, stage.live(2).length]).toEqual([1, 0]);
    await stage.update({}, { definition: definition(3) }).seconds(30);
    expect(stage.deployments).toEqual(["PRIMARY web:3 COMPLETED"]);
  });

  it("has nothing to go back to at a first deployment", async () => {
    const stage = new Stage().create({ settings: breaker(true) });
    stage.fates[1] = "never runs";
    await stage.seconds(60);
    expect(stage.deployments).toEqual(["PRIMARY web:1 FAILED"]);
    expect(stage.tasks).toHaveLength(3);
  });

  it("gives up where what it went back to fails as well", async () => {
    const stage = await new Stage().create({ settings: breaker(true) }).seconds(10);
    stage.fates[1] = "exits";
    stage.fates[2] = "exits";
    await stage.update({}, { definition: definition(2) }).seconds(20);
    stage.tasks[0]?.exit();
    await stage.seconds(60);
    expect(stage.deployments[0]).toBe("PRIMARY web:1 FAILED");
    const started = stage.tasks.length;
    await stage.seconds(60);
    expect(stage.tasks).toHaveLength(started);
  });

  it("goes back to what was completed although all of it was stopped meanwhile", async () => {
    const stage = await new Stage()
      .create({
        settings: {
          deploymentConfiguration: {
            ...breaker(true).deploymentConfiguration,
            minimumHealthyPercent: 0,
            maximumPercent: 100,
          },
        },
      })
      .seconds(10);
    stage.fates[2] = "never runs";
    await stage.update({}, { definition: definition(2) }).seconds(40);
    expect(stage.deployments).toEqual(["PRIMARY web:1 COMPLETED"]);
    expect(stage.counts).toBe("1 of 1");
  });

  it("counts failures in a row: a task that gets healthy sets it back", async () => {
    const stage = new Stage().create({ settings: { desiredCount: 2, ...breaker(false) } });
    stage.fates[1] = "never runs";
    await stage.seconds(3);
    expect(stage.primary.failedTasks).toBe(2);
    stage.fates[1] = "well";
    await stage.seconds(10);
    expect(stage.primary).toMatchObject({ failedTasks: 0, rolloutState: "COMPLETED" });
  });

  it("is over once the deployment is completed", async () => {
    const stage = await new Stage().create({ settings: breaker(true) }).seconds(10);
    stage.fates[1] = "never runs";
    stage.tasks[0]?.exit();
    await stage.seconds(60);
    expect(stage.deployments).toEqual(["PRIMARY web:1 COMPLETED"]);
    expect(stage.counts).toBe("0 of 1");
    stage.fates[1] = "well";
    await stage.seconds(600);
    expect(stage.counts).toBe("1 of 1");
  });
});

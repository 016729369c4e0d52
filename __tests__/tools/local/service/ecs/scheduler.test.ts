import { describe, expect, it, onTestFinished, vi } from "vitest";
import { taskBounds } from "../../../../../tools/local/service/ecs/deployment.ts";
import { definition, type FakeTask, loadBalancers, percent, Stage, targetGroupArn } from "./stage.ts";

describe("the bounds of a deployment", () => {
  it.each([
    [1, undefined, undefined, 1, 2],
    [3, 100, 200, 3, 6],
    [3, 50, 150, 2, 4],
    [2, 50, 100, 1, 2],
    [1, 50, 100, 1, 1],
    [0, 100, 200, 0, 0],
  ])("of %i tasks at %s/%s percent are at least %i and at most %i", (desired, min, max, least, most) => {
    expect(taskBounds(desired, { minimumHealthyPercent: min, maximumPercent: max })).toEqual({ least, most });
  });
});

describe("a first deployment", () => {
  it("is completed at once where no task is desired", async () => {
    const stage = await new Stage().create({ settings: { desiredCount: 0 } }).seconds(1);
    expect(stage.deployments).toEqual(["PRIMARY web:1 COMPLETED"]);
    expect(stage.events).toEqual([
      "(service web) (deployment ID) deployment completed.",
      "(service web) has reached a steady state.",
    ]);
  });

  it("tells of its way in ECS's words", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(1);
    expect(stage.service).toMatchObject({ status: "ACTIVE", desiredCount: 1, runningCount: 0, pendingCount: 1 });
    expect(stage.primary.rolloutStateReason).toBe(`ECS deployment ${stage.primary.id} in progress.`);
    await stage.seconds(10);
    expect(stage.service).toMatchObject({ desiredCount: 1, runningCount: 1, pendingCount: 0 });
    expect(stage.primary).toMatchObject({
      rolloutState: "COMPLETED",
      rolloutStateReason: `ECS deployment ${stage.primary.id} completed.`,
      failedTasks: 0,
    });
    expect(stage.events).toEqual([
      "(service web) has started 1 tasks: (task 1).",
      `(service web) registered 1 targets in (target-group ${targetGroupArn})`,
      "(service web) (deployment ID) deployment completed.",
      "(service web) has reached a steady state.",
    ]);
  });

  it("asks Fargate for what the service and its task definition say", async () => {
    const stage = new Stage().create({
      settings: {
        enableExecuteCommand: true,
        enableECSManagedTags: true,
        propagateTags: "SERVICE",
        tags: [{ key: "Application", value: "a" }],
      },
      revision: { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } } },
    });
    await stage.seconds(1);
    expect(stage.tasks[0]?.request).toMatchObject({
      group: "service:web",
      startedBy: stage.primary.id,
      network: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
      enableExecuteCommand: true,
      tags: [
        { key: "Application", value: "a" },
        { key: "aws:ecs:clusterName", value: "main" },
        { key: "aws:ecs:serviceName", value: "web" },
      ],
    });
  });

  it("waits until the container's health check and the target group's have passed", async () => {
    const stage = new Stage().create({ settings: { healthCheckGracePeriodSeconds: 60 }, revision: { loadBalancers } });
    stage.fates[1] = "fails the target group's check";
    await stage.seconds(10);
    expect(stage.tasks[0]?.describe()).toMatchObject({ lastStatus: "RUNNING", healthStatus: "HEALTHY" });
    expect(stage.healthy).toEqual([]);
    expect(stage.primary.rolloutState).toBe("IN_PROGRESS");
  });

  it("counts a task that nothing checks as healthy after it has run for 40 seconds", async () => {
    const stage = await new Stage().create({ revision: { definition: definition(1, false) } }).seconds(40);
    expect(stage.primary).toMatchObject({ runningCount: 1, rolloutState: "IN_PROGRESS" });
    await stage.seconds(5);
    expect(stage.primary.rolloutState).toBe("COMPLETED");
  });
});

describe("a rolling update", () => {
  it.each([1, 3])("at 100/200 percent starts all %i new tasks beside the old ones, then ends those", async (count) => {
    const stage = await new Stage()
      .create({ settings: { desiredCount: count }, revision: { loadBalancers } })
      .seconds(10);
    await stage.update({}, { definition: definition(2) }).seconds(1);
    expect(stage.deployments).toEqual(["PRIMARY web:2 IN_PROGRESS", "ACTIVE web:1 COMPLETED"]);
    expect([stage.live(1).length, stage.live(2).length]).toEqual([count, count]);
    await stage.seconds(20, () => expect(stage.healthy.length).toBeGreaterThanOrEqual(count));
    expect(stage.deployments).toEqual(["PRIMARY web:2 COMPLETED"]);
    expect(stage.counts).toBe(`${count} of ${count}`);
    expect(stage.live(1)).toEqual([]);
    expect(stage.service.taskDefinition).toBe(definition(2).taskDefinitionArn);
  });

  it("tells of it in ECS's words", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    const before = stage.events.length;
    await stage.update({}, { definition: definition(2) }).seconds(20);
    expect(stage.events.slice(before)).toEqual([
      "(service web) has started 1 tasks: (task 2).",
      `(service web) registered 1 targets in (target-group ${targetGroupArn})`,
      "(service web) has stopped 1 running tasks: (task 1).",
      `(service web) deregistered 1 targets in (target-group ${targetGroupArn})`,
      "(service web, taskSet ID) has begun draining connections on 1 tasks.",
      "(service web) (deployment ID) deployment completed.",
      "(service web) has reached a steady state.",
    ]);
  });

  it("drains a task before it stops it", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    const [old] = stage.tasks;
    stage.update({}, { definition: definition(2) });
    while (stage.live(1).length > 0) await stage.seconds(1);
    expect(old?.describe().lastStatus).toBe("RUNNING");
    expect(stage.scheduler.task(old?.arn ?? "")?.describe()).toMatchObject({
      lastStatus: "DEACTIVATING",
      desiredStatus: "STOPPED",
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: `Scaling activity initiated by (deployment ${stage.primary.id})`,
    });
    expect(stage.counts).toBe("1 of 1");
    while (stage.targetGroups.names.includes("10.0.0.1:8080")) await stage.seconds(1);
    expect(old?.describe().lastStatus).toBe("STOPPING");
  });

  it("at 50/100 percent ends half of the old ones first", async () => {
    const stage = await new Stage().create({ settings: { desiredCount: 2, ...percent(50, 100) } }).seconds(10);
    await stage.update({}, { definition: definition(2) }).seconds(1);
    expect([stage.live(1).length, stage.live(2).length]).toEqual([1, 1]);
    await stage.seconds(20, () => {
      expect(stage.healthy.length).toBeGreaterThanOrEqual(1);
      expect(stage.live().length).toBeLessThanOrEqual(2);
    });
    expect(stage.deployments).toEqual(["PRIMARY web:2 COMPLETED"]);
  });

  it("says so where the percentages leave it no way", async () => {
    const stage = await new Stage().create({ settings: percent(100, 100) }).seconds(10);
    await stage.update({}, { definition: definition(2) }).seconds(20);
    expect(stage.deployments).toEqual(["PRIMARY web:2 IN_PROGRESS", "ACTIVE web:1 COMPLETED"]);
    expect(stage.events.at(-1)).toMatch(/^\(service web\) was unable to stop or start tasks during a deployment/);
  });

  it("is begun by force, or by a change of what a task is made from, and by nothing else", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    const { id } = stage.primary;
    stage.update(
      { healthCheckGracePeriodSeconds: 30 },
      { definition: definition(1), loadBalancers: [...loadBalancers] },
    );
    expect(stage.primary.id).toBe(id);
    stage.update({}, {}, true);
    expect(stage.primary).toMatchObject({
      rolloutState: "IN_PROGRESS",
      taskDefinition: definition(1).taskDefinitionArn,
    });
    expect(stage.primary.id).not.toBe(id);
    await stage.seconds(20);
    expect(stage.deployments).toEqual(["PRIMARY web:1 COMPLETED"]);
    expect(stage.tasks).toHaveLength(2);
  });

  it("replaces an old task that ends meanwhile by one of the old revision", async () => {
    const stage = await new Stage().create({ settings: { desiredCount: 2 } }).seconds(10);
    stage.fates[2] = "fails its container's check";
    await stage.update({ healthCheckGracePeriodSeconds: 300 }, { definition: definition(2) }).seconds(5);
    stage.tasks[0]?.exit();
    await stage.seconds(10);
    expect(stage.healthy.map(({ request }) => request.definition.revision)).toEqual([1, 1]);
  });

  it("does not wait for old tasks that have not got healthy where they take up the room", async () => {
    const stage = new Stage().create({
      settings: { desiredCount: 2, ...percent(50, 100) },
      revision: { loadBalancers },
    });
    stage.fates[1] = "fails the target group's check";
    await stage.update({ healthCheckGracePeriodSeconds: 300 }).seconds(10);
    await stage.update({}, { definition: definition(2) }).seconds(15);
    expect(stage.deployments).toEqual(["PRIMARY web:2 COMPLETED"]);
  });

  it("goes on to the newest revision where one comes while it is under way", async () => {
    const stage = await new Stage().create().seconds(10);
    await stage.update({}, { definition: definition(2) }).seconds(1);
    await stage
      .update({}, { definition: definition(3) })
      .seconds(30, () => expect(stage.healthy.length).toBeGreaterThan(0));
    expect(stage.deployments).toEqual(["PRIMARY web:3 COMPLETED"]);
    expect(stage.counts).toBe("1 of 1");
  });
});

describe("a task", () => {
  it("that ends by itself is replaced, and is no target any more", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    stage.tasks[0]?.exit();
    await stage.seconds(15);
    expect(stage.counts).toBe("1 of 1");
    expect(stage.targetGroups.names).toEqual(["10.0.0.2:8080"]);
    expect(stage.events.slice(-5)).toEqual([
      "(service web) has started 1 tasks: (task 2).",
      `(service web) deregistered 1 targets in (target-group ${targetGroupArn})`,
      "(service web, taskSet ID) has begun draining connections on 1 tasks.",
      `(service web) registered 1 targets in (target-group ${targetGroupArn})`,
      "(service web) has reached a steady state.",
    ]);
  });

  it("that a user stops is replaced, and no failure", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    const [first] = stage.tasks;
    stage.scheduler.task(first?.arn ?? "")?.retire("for a try", "UserInitiated");
    await stage.seconds(15);
    expect(first?.describe()).toMatchObject({ stopCode: "UserInitiated", stoppedReason: "for a try" });
    expect(stage.primary.failedTasks).toBe(0);
    expect(stage.counts).toBe("1 of 1");
  });

  it("whose target gets unhealthy is replaced first, and stopped then", async () => {
    const stage = await new Stage().create({ revision: { loadBalancers } }).seconds(10);
    const [first] = stage.tasks;
    stage.fates[1] = "fails the target group's check";
    await stage.seconds(1);
    expect(stage.events.slice(-2)).toEqual([
      `(service web) (task 1) (port 8080) is unhealthy in (target-group ${targetGroupArn}) due to (reason Health checks failed with these codes: [301]).`,
      "(service web) has started 1 tasks: (task 2). Amazon ECS replaced 1 tasks due to an unhealthy status.",
    ]);
    expect(first?.describe().lastStatus).toBe("RUNNING");
    stage.fates[1] = "well";
    await stage.seconds(15);
    expect(first?.describe()).toMatchObject({
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
    });
    expect(stage.counts).toBe("1 of 1");
  });

  it("whose container's check fails is stopped first where there is no room for another", async () => {
    const stage = await new Stage().create({ settings: percent(0, 100) }).seconds(10);
    stage.fates[1] = "fails its container's check";
    await stage.seconds(1);
    expect(stage.events.slice(-3)).toEqual([
      "(service web) (task 1) failed container health checks.",
      "(service web) has stopped 1 running tasks: (task 1).",
      "(service web) has started 1 tasks: (task 2).",
    ]);
  });

  it("is let be within the grace period after its start", async () => {
    const stage = new Stage().create({ settings: { healthCheckGracePeriodSeconds: 60 }, revision: { loadBalancers } });
    stage.fates[1] = "fails the target group's check";
    await stage.seconds(60);
    expect(stage.tasks).toHaveLength(1);
    await stage.seconds(5);
    expect(stage.tasks).toHaveLength(2);
  });

  it("that waits for a container which fails its check is replaced although it never got to run", async () => {
    const stage = await new Stage().create({ settings: { healthCheckGracePeriodSeconds: 10 } }).seconds(1);
    const shown = { lastStatus: "PENDING", healthStatus: "UNHEALTHY" } as const;
    const first = vi.spyOn(stage.tasks[0] as FakeTask, "describe").mockReturnValue(shown);
    await stage.seconds(8);
    expect(stage.tasks).toHaveLength(1);
    await stage.seconds(4);
    first.mockRestore();
    expect(stage.events).toContain("(service web) (task 1) failed container health checks.");
    expect(stage.tasks).toHaveLength(2);
  });

  it("that runs and ends again and again is started as often as before, some seconds apart", async () => {
    const stage = new Stage().create();
    stage.fates[1] = "exits";
    await stage.seconds(100);
    const early = stage.tasks.length;
    await stage.seconds(600);
    expect([early, stage.tasks.length]).toEqual([9, 52]);
    expect(stage.events.join()).not.toContain("unable to consistently start tasks");
  });

  it("that never gets to run is tried again after longer and longer times", async () => {
    const stage = new Stage().create();
    stage.fates[1] = "never runs";
    await stage.seconds(60);
    const early = stage.tasks.length;
    await stage.seconds(600);
    const late = stage.tasks.length;
    expect([early, late - early]).toEqual([5, 4]);
    expect(stage.events).toContain("(service web) is unable to consistently start tasks successfully.");
    await stage.update({}, { definition: definition(2) }).seconds(10);
    expect(stage.deployments[0]).toBe("PRIMARY web:2 COMPLETED");
  });
});

describe("the scheduler, once it is started", () => {
  /** @param passes milliseconds, on a clock that stands still otherwise */
  async function started(passes: number): Promise<Stage> {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setImmediate"] });
    onTestFinished(() => void vi.useRealTimers());
    const stage = new Stage();
    stage.scheduler.start();
    stage.create();
    await vi.advanceTimersByTimeAsync(passes);
    return stage;
  }

  it("does a round when a service is created, every second, and when Fargate tells of a change", async () => {
    const stage = await started(0);
    expect(stage.tasks).toHaveLength(1);
    stage.tasks[0]?.exit();
    await vi.advanceTimersByTimeAsync(1_001);
    expect(stage.tasks).toHaveLength(2);
    stage.tasks[1]?.exit();
    stage.onChange();
    stage.onChange();
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.tasks).toHaveLength(3);
  });

  it("does none any more when it is stopped", async () => {
    const stage = await started(0);
    stage.scheduler.stop();
    stage.tasks[0]?.exit();
    stage.onChange();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(stage.tasks).toHaveLength(1);
  });
});

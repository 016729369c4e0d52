import { describe, expect, it } from "vitest";
import { type Findings, statusOf } from "../../../../../tools/operate/status.ts";
import { standingOf } from "../../../../../tools/release/steady.ts";
import { definition, Stage } from "./stage.ts";

/** A service with revision 1, to which another is released that fares so. */
async function releasing(fate: "well" | "exits"): Promise<Stage> {
  const stage = new Stage().create({
    settings: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
  });
  await stage.seconds(10);
  stage.fates[2] = fate;
  return stage.update({}, { definition: definition(2) }).seconds(1);
}

const registered = { web: definition(2).taskDefinitionArn ?? "" };
const named = ({ service }: Stage) => ({ name: "web", service });
const standing = (stage: Stage) => standingOf(named(stage), { targets: [], least: 1, registered });
const problems = (stage: Stage) => {
  const found = { definition: definition(1), targets: [], stopped: [], deployment: { taskDefinitions: registered } };
  return statusOf(named(stage), found as unknown as Findings).problems;
};

describe("a release that goes well", () => {
  it("is on its way, then steady", async () => {
    const stage = await releasing("well");
    expect(standing(stage)).toEqual({ state: "on its way", says: "web:2, 1 of 1 tasks run" });
    await stage.seconds(20);
    expect(standing(stage)).toEqual({ state: "steady", says: "web:2 is steady, 1 of 1 tasks run" });
  });
});

describe("a release that ECS takes back", () => {
  it("counts the failed tasks, and says why it has failed while ECS goes back", async () => {
    const stage = await releasing("exits");
    while (stage.primary.failedTasks === 0) await stage.seconds(1);
    expect(standing(stage).says).toBe("web:2, 1 of 1 tasks run, 1 have failed");
    while (stage.primary.taskDefinition === registered.web) await stage.seconds(1);
    expect(standing(stage)).toEqual({
      state: "failed",
      says: "web:1 runs, not web:2: ECS has rolled back (ECS deployment circuit breaker: tasks failed to start.)",
    });
    expect(problems(stage)).toContain(
      "The last deployment failed: ECS deployment circuit breaker: tasks failed to start.",
    );
  });

  it("leaves the revision before, which status notices", async () => {
    const stage = await releasing("exits");
    await stage.seconds(60);
    expect(stage.deployments).toEqual(["PRIMARY web:1 COMPLETED"]);
    expect(problems(stage)).toEqual([
      expect.stringMatching(/^It runs web:1, not web:2, the latest that Terraform registered/),
    ]);
  });
});

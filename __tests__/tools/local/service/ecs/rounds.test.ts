import { array, assert, asyncProperty, constant, constantFrom, integer, oneof, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { taskBounds } from "../../../../../tools/local/service/ecs/deployment.ts";
import { definition, type Fate, loadBalancers, Stage } from "./stage.ts";

const bounds = constantFrom([100, 200], [50, 100], [50, 150], [100, 150], [0, 100], [34, 134], [0, 200]);
const fates = constantFrom<Fate>(
  "never runs",
  "exits",
  "fails its container's check",
  "fails the target group's check",
);
const happenings = oneof(
  record({ kind: constant("wait" as const), seconds: integer({ min: 1, max: 12 }) }),
  record({ kind: constant("scale" as const), desiredCount: integer({ min: 0, max: 5 }) }),
  record({ kind: constant("release" as const), fate: oneof(constant<Fate>("well"), fates) }),
  record({ kind: constant("kill" as const), which: integer({ min: 0, max: 9 }) }),
);

describe("whatever happens to a service, a round", () => {
  it("stops no healthy task that the minimum needs, starts none beyond the maximum, and all ends well", async () => {
    await assert(
      asyncProperty(
        bounds,
        integer({ min: 0, max: 4 }),
        constantFrom([], loadBalancers),
        array(happenings, { maxLength: 12 }),
        async ([minimumHealthyPercent, maximumPercent], desiredCount, balanced, story) => {
          let percentages = {
            minimumHealthyPercent,
            maximumPercent,
            deploymentCircuitBreaker: { enable: true, rollback: true },
          };
          const stage = new Stage().create({
            settings: { desiredCount, deploymentConfiguration: percentages },
            revision: { loadBalancers: balanced },
          });
          const round = async () => {
            const { healthy, tasks } = stage;
            const started = tasks.length;
            await stage.seconds(1);
            const { least, most } = taskBounds(stage.service.desiredCount ?? 0, percentages);
            const ended = healthy.filter(
              (task) => !stage.live().includes(task) && task.describe().stopCode !== "EssentialContainerExited",
            );
            const isFaulty = ({ arn }: { arn: string }) => stage.scheduler.task(arn)?.fault !== undefined;
            if (ended.some((task) => !isFaulty(task))) expect(stage.healthy.length).toBeGreaterThanOrEqual(least);
            if (stage.tasks.length > started) expect(stage.live().length).toBeLessThanOrEqual(most);
          };
          const pass = async (seconds: number) => {
            for (let second = 0; second < seconds; second += 1) await round();
          };
          let revision = 1;
          for (const happening of story) {
            if (happening.kind === "wait") await pass(happening.seconds);
            if (happening.kind === "scale") stage.update({ desiredCount: happening.desiredCount });
            if (happening.kind === "kill") stage.live()[happening.which]?.exit();
            if (happening.kind === "release") {
              revision += 1;
              stage.fates[revision] = happening.fate;
              stage.update({}, { definition: definition(revision) });
            }
            await round();
          }
          percentages = { ...percentages, minimumHealthyPercent: 100, maximumPercent: 200 }; // others may leave no way
          stage.update({ deploymentConfiguration: percentages }, { definition: definition(revision + 1) });
          await pass(120);
          expect(stage.errors).toEqual([]);
          expect(stage.deployments).toEqual([`PRIMARY web:${revision + 1} COMPLETED`]);
          expect(stage.live()).toHaveLength(stage.service.desiredCount ?? -1);
          expect(stage.events.at(-1)).toBe("(service web) has reached a steady state.");
        },
      ),
      { numRuns: 100 },
    );
  });
});

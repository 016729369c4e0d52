import { describe, expect, it } from "vitest";
import { leastTasks } from "../../../tools/release/steady.ts";
import { type Changes, checked, environmentWith } from "../../support/synthesize.ts";

const IMAGES = { nginx: "0.1.0", app: "0.1.0" };
const least = (changes: Changes["ecs"], name: string, now?: string) =>
  leastTasks(checked(environmentWith({ ecs: changes })), IMAGES, name, now === undefined ? undefined : new Date(now));

describe("the tasks that a release waits for", () => {
  // Monday, 30 November 2026: 08:00 in Tokyo is 23:00 of the day before in UTC.
  const hours = { from: "08:00", to: "20:00" };

  it.each([
    ["2026-11-29T22:59:00Z", 0],
    ["2026-11-29T23:01:00Z", 1],
    ["2026-11-30T10:59:00Z", 1],
    ["2026-11-30T11:01:00Z", 0],
    ["2026-12-05T03:00:00Z", 0],
  ])("are none while services sleep: at %s %i", (now, tasks) => {
    expect(least({ hours }, "app", now)).toBe(tasks);
  });

  it("are at least those at rest where services never sleep", () => {
    expect(least({}, "app", "2026-12-05T03:00:00Z")).toBe(1);
  });

  it("are a worker's own, also on Spot, where its service is called otherwise", () => {
    const worker = { command: ["jobs"], size: { cpu: 256 as const, memory: 512 as const }, tasks: { min: 2, max: 2 } };
    expect(least({ workers: { jobs: worker } }, "jobs")).toBe(2);
    expect(least({ workers: { jobs: { ...worker, spot: {} } } }, "jobs-spot")).toBe(2);
  });
});

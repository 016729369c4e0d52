import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, stopsOf } from "../support/review.ts";

const TASK = "aws_ecs_task_definition.x";
const held = { user: "1000", readonlyRootFilesystem: true };
const task = (container: object, more: object = {}, ...others: object[]) => ({
  container_definitions: JSON.stringify([{ name: "app", image: "app", ...container }, ...others]),
  ...more,
});
const replaced = (before: Json, after: Json) => change(TASK, before, after, { actions: ["create", "delete"] });

describe("a container becomes privileged", () => {
  it.each<[string, Json]>([
    ["by a flag", replaced(task(held), task({ ...held, privileged: true }))],
    ["from the first on", change(TASK, null, task({ privileged: true }))],
    ["as another container", replaced(task(held), task(held, {}, { name: "b", image: "b", privileged: true }))],
    ["as root", replaced(task(held), task({ ...held, user: "root" }))],
    ["without its user", replaced(task(held), task({ readonlyRootFilesystem: true }))],
    ["by a file system that it can write to", replaced(task(held), task({ user: "1000" }))],
    [
      "by a capability",
      replaced(task(held), task({ ...held, linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } } })),
    ],
    ["by the machine's processes", replaced(task(held), task(held, { pid_mode: "host" }))],
    ["by the machine's files", replaced(task(held), task(held, { volume: [{ host_path: "/var/run/docker.sock" }] }))],
    [
      "in a build",
      change(
        "aws_codebuild_project.x",
        { environment: [{ privileged_mode: false }] },
        { environment: [{ privileged_mode: true }] },
      ),
    ],
    [
      "in a batch job",
      change(
        "aws_batch_job_definition.x",
        { container_properties: "{}" },
        { container_properties: '{"privileged":true}' },
      ),
    ],
  ])("%s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([`privileged ${one.address}`]);
  });

  it.each<[string, Json]>([
    ["that stays as it is", replaced(task({}), task({ image: "app:2" }))],
    ["that is new, as root as most are", change(TASK, null, task({}))],
    ["beside which another one comes", replaced(task(held), task(held, {}, { name: "sidecar", image: "b" }))],
    ["that loses it", replaced(task({ privileged: true }), task(held))],
    [
      "that builds images from the first on",
      change("aws_codebuild_project.x", null, { environment: [{ privileged_mode: true }] }),
    ],
  ])("but not one %s", async (_, one) => {
    expect(await stopsOf([one])).toEqual([]);
  });
});

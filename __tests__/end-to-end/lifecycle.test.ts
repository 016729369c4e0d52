import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inventory } from "../support/inventory.ts";
import { startTerraformRun } from "../support/terraform-run.ts";
import { endToEnd } from "./requirement.ts";

const APP = "operation-app";
const UNPROTECTED = {
  protection: false,
  images: { nginx: "0.1.0", app: "0.1.0" },
  alarms: { emails: "me@example.com" },
  budget: { monthlyUsd: 150 },
};

describe.runIf(await endToEnd())("an environment with protection off, on real Terraform and the real provider", () => {
  let run: Awaited<ReturnType<typeof startTerraformRun>>;
  beforeAll(async () => {
    run = await startTerraformRun();
  });
  afterAll(() => run?.end());

  it("is applied, changed by a release, and destroyed without a trace", async () => {
    run.synthesize(UNPROTECTED);
    await run.initialize();
    await run.apply();
    expect(await run.plan()).toEqual({});
    expect((await inventory(run.endpoint, APP)).length).toBeGreaterThan(20);

    run.synthesize({ ...UNPROTECTED, images: { nginx: "0.2.0", app: "0.1.0" } });
    expect(await run.plan()).toEqual({
      "aws_ecs_task_definition.ecs_nginx_task": "replace",
      "aws_ecs_service.ecs_nginx_service": "update",
    });

    run.synthesize({ ...UNPROTECTED, images: { nginx: "0.1.0", app: "0.2.0" } });
    expect(Object.keys(await run.plan()).sort()).toEqual([
      "aws_ecs_service.ecs_app_service",
      "aws_ecs_task_definition.ecs_app_task",
      "aws_ecs_task_definition.ecs_migrate_task",
    ]);
    await run.apply();
    expect(await run.plan()).toEqual({});

    await run.destroy();
    expect(await run.state()).toEqual([]);
    expect(await inventory(run.endpoint, APP)).toEqual([]);
  });
});

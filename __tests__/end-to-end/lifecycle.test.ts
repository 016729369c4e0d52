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

const NIGHTLY = { when: "cron(0 3 * * ? *)", command: ["bundle", "exec", "rails", "reports:send"] };

/** What an app asks for later, put on, and then with other settings. */
const GROWN = { ecs: { schedules: { nightly: NIGHTLY } }, storage: {} };
const CHANGED = {
  ecs: { schedules: { nightly: { ...NIGHTLY, when: "rate(1 hour)", timeZone: "UTC", retryMinutes: 0 } } },
  storage: { keepDeletedDays: 30 },
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

    const released = { ...UNPROTECTED, images: { nginx: "0.1.0", app: "0.2.0" } };
    run.synthesize(released);
    expect(Object.keys(await run.plan()).sort()).toEqual([
      "aws_ecs_service.ecs_app_service",
      "aws_ecs_task_definition.ecs_app_task",
      "aws_ecs_task_definition.ecs_migrate_task",
    ]);

    run.synthesize({ ...released, ...GROWN });
    await run.apply();
    expect(await run.plan()).toEqual({});

    run.synthesize({ ...released, ...GROWN, images: { nginx: "0.1.0", app: "0.3.0" } });
    const ofRelease = await run.plan();
    expect(Object.keys(ofRelease).filter((address) => address.startsWith("aws_scheduler"))).toEqual([]);
    expect(ofRelease).toMatchObject({ "aws_ecs_task_definition.ecs_nightly_task": "replace" });

    run.synthesize({ ...released, ...CHANGED });
    expect(await run.plan()).toEqual({
      "aws_s3_bucket_lifecycle_configuration.storage_expiry": "update",
      "aws_s3_bucket_versioning.storage_versioning": "update",
      "aws_scheduler_schedule.schedules_schedule_nightly": "update",
    });
    await run.apply();
    expect(await run.plan()).toEqual({});

    run.synthesize(released);
    await run.apply();
    expect(await run.plan()).toEqual({});
    expect(await run.state()).not.toContainEqual(expect.stringMatching(/schedule|storage/));

    await run.destroy();
    expect(await run.state()).toEqual([]);
    expect(await inventory(run.endpoint, APP)).toEqual([]);
  });
});

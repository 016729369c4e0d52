import { DeleteDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { terminalProgress } from "../../tools/lib/terminal/progress.ts";
import { parseState } from "../../tools/lib/terraform/state-file.ts";
import { emulatorClient } from "../../tools/local/aws-environment.ts";
import { declaredInstance } from "../../tools/operate/restore/declared.ts";
import { restorable } from "../../tools/operate/restore/points.ts";
import { restore } from "../../tools/operate/restore/restore.ts";
import { inventory } from "../support/inventory.ts";
import { checked, environmentWith } from "../support/synthesize.ts";
import { startTerraformRun } from "../support/terraform-run.ts";
import { backUpIntoVault } from "../support/vault.ts";
import { endToEnd } from "./requirement.ts";

const APP = "operation-app";
const UNPROTECTED = {
  protection: false,
  images: { nginx: "0.1.0", app: "0.1.0" },
  alarms: { emails: "me@example.com" },
  budget: { monthlyUsd: 150 },
};

const NIGHTLY = { when: "cron(0 3 * * ? *)", command: ["bundle", "exec", "rails", "reports:send"] };
const HOURLY = { when: "rate(1 hour)", command: ["bundle", "exec", "rails", "cleanup"] };
const ORDERS = { service: "sqs", actions: ["SendMessage"], resources: ["arn:aws:sqs:{region}:{account}:{app}-orders"] };

/** Of tasks whose service sleeps at night and that AWS may take back. */
const JOBS = {
  command: ["bundle", "exec", "sidekiq"],
  size: { cpu: 256, memory: 512 } as const,
  tasks: { min: 1, max: 2 },
};

const WWW = { name: "www.operation-app.example.com" };
const OTHER = { name: "shop.example.com", to: "app" as const };

/** What an app asks for after some weeks, and the same with other settings. */
const GROWN = {
  backup: {},
  cognito: { domain: { name: "auth.operation-app.example.com" } },
  domain: { aliases: [WWW] },
  lb: { waf: "count", wafLogRetentionDays: 30 } as const,
  mail: { from: "no-reply@operation-app.example.com" },
  storage: { cdn: {} },
  // What is there for the money.
  cache: "none" as const,
  network: { nat: "instance" } as const,
  ecs: {
    schedules: { nightly: NIGHTLY, hourly: HOURLY },
    hours: { from: "08:00", to: "20:00" },
    workers: { jobs: { ...JOBS, spot: {} } },
  },
};
const CHANGED = {
  ci: { repository: "octo-org/rails" }, // brings a permissions boundary to every role
  backup: { retentionDays: 60 },
  cognito: { domain: { name: "login.operation-app.example.com" } },
  domain: { aliases: [WWW, OTHER] },
  lb: { waf: "block", wafLogRetentionDays: 30 } as const,
  mail: { ...GROWN.mail, dmarc: "quarantine" } as const,
  storage: { keepDeletedDays: 30, cdn: { keepHours: 1 } },
  cache: "none" as const,
  network: { nat: "instance", natInstanceType: "t4g.micro" } as const,
  ecs: {
    hours: { from: "07:00", to: "22:00" },
    workers: { jobs: { ...JOBS, spot: { onDemandTasks: 1 } } },
    app: { permissions: [ORDERS] },
    schedules: { nightly: NIGHTLY, hourly: { ...HOURLY, when: "rate(2 hours)", timeZone: "UTC", retryMinutes: 0 } },
  },
};

describe.runIf(await endToEnd())("an environment with protection off, on real Terraform and the real provider", () => {
  let run: Awaited<ReturnType<typeof startTerraformRun>>;
  beforeAll(async () => {
    run = await startTerraformRun();
  });
  afterAll(() => run?.end());

  /** What is restored goes again; what is in the vault stays, and goes with it. */
  async function restoreBeside(): Promise<void> {
    const rds = new RDSClient(emulatorClient({ endpoint: run.endpoint, region: "ap-northeast-1" }));
    const declared = declaredInstance(parseState(await run.pull(), "the state"), checked(environmentWith()));
    const snapshot = await backUpIntoVault(run.endpoint, APP, APP);
    const { snapshots } = await restorable(rds, declared, undefined);
    const inVault = { DBSnapshotIdentifier: snapshot, SnapshotType: "awsbackup" };
    expect(snapshots).toContainEqual(expect.objectContaining(inVault));
    const progress = terminalProgress(() => {});
    for (const point of [{ snapshot }, { latest: true }] as const) {
      const { instance } = await restore({ rds, progress, declared, point, purpose: "restored", pollMs: 10 });
      const { DBInstanceIdentifier } = instance;
      await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
    }
    rds.destroy();
  }

  it("is applied, changed by a release, and destroyed without a trace", async () => {
    run.synthesize({ ...UNPROTECTED, ...GROWN });
    await run.initialize();
    await run.apply();
    expect(await run.plan()).toEqual({});
    expect((await inventory(run.endpoint, APP)).length).toBeGreaterThan(20);

    await restoreBeside();
    run.synthesize({ ...UNPROTECTED, ...GROWN, images: { nginx: "0.2.0", app: "0.1.0" } });
    expect(await run.plan()).toEqual({
      "aws_ecs_task_definition.ecs_nginx_task": "replace",
      "aws_ecs_service.ecs_nginx_service": "update",
    });

    const roles = (await run.state()).filter((address) => address.startsWith("aws_iam_role."));
    const released = { ...UNPROTECTED, images: { nginx: "0.1.0", app: "0.2.0" } };
    run.synthesize({ ...released, ...CHANGED });
    expect(await run.plan()).toEqual({
      // Another certificate, and with it what proves, uses and watches it.
      "aws_acm_certificate.lb_certificate_request": "replace",
      "aws_acm_certificate_validation.lb_certificate_validation": "replace",
      "aws_cloudwatch_metric_alarm.alarms_certificate_expires": "update",
      "aws_lb_listener.lb_https": "update",
      "aws_route53_record.lb_alias_shop_example_com": "create",
      "aws_route53_record.lb_certificate_record": "replace",
      "aws_route53_record.lb_certificate_record_shop_example_com": "create",
      "aws_route53_record.lb_certificate_record_www_operation_app_example_com": "replace",
      "aws_cloudfront_distribution.storage_cdn_distribution": "update",
      "aws_s3_bucket_cors_configuration.storage_cors": "update",
      // Another name of the login pages.
      "aws_acm_certificate.cognito_certificate_request": "replace",
      "aws_acm_certificate_validation.cognito_certificate_validation": "replace",
      "aws_cognito_user_pool_domain.cognito_custom_domain": "replace",
      "aws_route53_record.cognito_certificate_record": "replace",
      "aws_route53_record.cognito_custom_domain_alias": "replace",
      // What is kept for longer, blocked, and told of.
      "aws_backup_plan.backup_plan": "update",
      "aws_backup_selection.backup_storage_selection": "create",
      "aws_iam_role_policy.backup_role_policy": "update",
      "aws_cloudwatch_dashboard.alarms_dashboard": "update",
      "aws_cloudwatch_metric_alarm.alarms_requests_blocked": "create",
      "aws_route53_record.mail_dmarc": "update",
      "aws_wafv2_web_acl.lb_waf_web_acl": "update",
      // What sleeps at other hours, and a larger way out.
      "aws_appautoscaling_scheduled_action.ecs_app_sleep": "update",
      "aws_appautoscaling_scheduled_action.ecs_app_wake": "update",
      "aws_appautoscaling_scheduled_action.ecs_jobs_spot_sleep": "update",
      "aws_appautoscaling_scheduled_action.ecs_jobs_spot_wake": "update",
      "aws_appautoscaling_scheduled_action.ecs_nginx_sleep": "update",
      "aws_appautoscaling_scheduled_action.ecs_nginx_wake": "update",
      "aws_autoscaling_group.network_nat_instance_group": "update",
      "aws_launch_template.network_nat_instance_template": "update",
      "aws_ecs_service.ecs_jobs_spot_service": "update",
      "aws_ecs_task_definition.ecs_jobs_task": "replace",
      "aws_ecs_service.ecs_app_service": "update",
      "aws_ecs_task_definition.ecs_app_task": "replace",
      "aws_ecs_task_definition.ecs_migrate_task": "replace",
      // The schedule names the family: of a release it hears nothing.
      "aws_ecs_task_definition.ecs_hourly_task": "replace",
      "aws_ecs_task_definition.ecs_nightly_task": "replace",
      "aws_iam_role_policy.ecs_app_role_policy": "update",
      ...Object.fromEntries(roles.map((role) => [role, "update"])),
      "aws_s3_bucket_lifecycle_configuration.storage_expiry": "update",
      "aws_s3_bucket_versioning.storage_versioning": "update",
      "aws_scheduler_schedule.schedules_schedule_hourly": "update",
    });
    await run.apply();
    expect(await run.plan()).toEqual({});

    run.synthesize(released);
    await run.apply();
    expect(await run.plan()).toEqual({});
    expect(await run.state()).not.toContainEqual(
      expect.stringMatching(
        /schedule|storage|redirect|shop|www|backup|waf|mail|custom_domain|cognito_certificate|nat_instance|firewall_nat|jobs|sleep|wake/,
      ),
    );

    await run.destroy();
    expect(await run.state()).toEqual([]);
    expect(await inventory(run.endpoint, APP)).toEqual([]);
  });
});

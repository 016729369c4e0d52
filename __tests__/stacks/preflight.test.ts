import { describe, expect, it } from "vitest";
import { errorsIn, findingsOf } from "../../packages/preflight/tests/support/rules.ts";
import { environmentWith, synthesizeText } from "../support/synthesize.ts";

describe("production", () => {
  it("has no finding, as it is", async () => {
    expect(await findingsOf(JSON.parse(synthesizeText(environmentWith())))).toEqual([]);
  });

  it("has no error with one-off tasks and workers, a zone of one's own and a network of one's own", async () => {
    const changed = environmentWith({
      domain: { hostedZone: { create: true } },
      network: { cidr: "10.1.0.0/20", flowLogRetentionDays: 30, outboundPorts: [25, 587] },
      images: { nginx: "0.1.0", app: "0.1.0" },
      ecs: {
        schedules: {
          nightly: { when: "cron(0 3 * * ? *)", command: ["rails", "reports:send"] },
          hourly: { when: "rate(1 hour)", command: ["rails", "cleanup"], timeZone: "UTC", enabled: false },
        },
        workers: {
          sidekiq: {
            command: ["bundle", "exec", "sidekiq"],
            size: { cpu: 256, memory: 512 },
            tasks: { min: 1, max: 1, targetCpuPercent: 60 },
          },
        },
      },
      storage: { keepDeletedDays: 30 },
      backup: { lock: "compliance", copyToVaultArn: "arn:aws:backup:ap-northeast-3:123456789012:backup-vault:copies" },
      lb: { waf: "block", wafLogRetentionDays: 30, wafCountedRules: ["CrossSiteScripting_BODY"] },
      database: { multiAz: true },
      cache: { engine: "redis", nodes: 2 },
    });
    expect(await errorsIn(JSON.parse(synthesizeText(changed)))).toEqual([]);
  });
});

describe("a login that Rails can't reach", () => {
  it("is a warning where there is no NAT, and the user pool has a domain", async () => {
    const findings = await findingsOf(JSON.parse(synthesizeText(environmentWith({ network: { nat: "none" } }))));
    expect(findings.map(({ id, severity, address }) => ({ id, severity, address }))).toContainEqual({
      id: "NET-114",
      severity: "warning",
      address: "aws_ecs_service.ecs_app_service",
    });
  });

  it("is none where the user pool has no domain, since there is an endpoint then", async () => {
    const changed = environmentWith({ network: { nat: "none" }, cognito: { domainPrefix: undefined } });
    const findings = await findingsOf(JSON.parse(synthesizeText(changed)));
    expect(findings.filter(({ id }) => id === "NET-114")).toEqual([]);
  });
});

import { type CertificateDetail, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { DescribeAlarmsCommand, GetMetricStatisticsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { DBInstanceNotFoundFault, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { DescribeSecretCommand, ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import {
  GetAccountCommand,
  type GetAccountResponse,
  GetEmailIdentityCommand,
  type GetEmailIdentityResponse,
} from "@aws-sdk/client-sesv2";
import { ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import type { Session } from "../../../tools/operate/session.ts";
import { upkeepText } from "../../../tools/operate/status-report.ts";
import { inspectUpkeep } from "../../../tools/operate/upkeep.ts";
import { session } from "./deployed.ts";

const NOW = new Date("2026-06-01T00:00:00Z");
const GIB = 1024 ** 3;

interface Answers {
  /** GiB that are free; undefined: not measured. */
  readonly free?: number | undefined;
  /** What the database has by now, and the most that RDS makes of it. */
  readonly storage?: { readonly AllocatedStorage: number; readonly MaxAllocatedStorage?: number };
  /** What RDS says of the database; "gone": there is none. */
  readonly status?: string;
  readonly rotation?: string;
  readonly redeploys?: boolean;
  readonly certificate?: CertificateDetail;
  readonly alarms?: readonly MetricAlarm[];
  readonly subscriptions?: readonly (readonly [endpoint: string, arn: string])[];
  readonly denied?: boolean;
  /** With it, there is a firewall: its sums of a day, by metric and rule. */
  readonly matched?: Readonly<Record<string, number>>;
  /** With them, the app sends mail from example.com. */
  readonly mail?: GetEmailIdentityResponse & GetAccountResponse;
}

/** What is said of each thing, and how it is. Source of the answers' shapes: AWS's API references. */
async function look(answers: Answers = {}) {
  const { rotation = "2027-01-01T00:00:00Z", alarms = [], subscriptions = [["me@example.com", "arn:1"]] } = answers;
  const free = "free" in answers ? answers.free : 12;
  const { certificate = { Status: "ISSUED", NotAfter: new Date("2026-12-01T00:00:00Z") } } = answers;
  const asked = guarding(mailing(redeploying(session(), answers.redeploys ?? true), answers.mail), answers.matched);
  const metrics = mockClient(asked.clients.metrics)
    .on(DescribeAlarmsCommand)
    .resolves({ MetricAlarms: [...alarms] });
  if (answers.denied)
    metrics
      .on(GetMetricStatisticsCommand)
      .rejects(Object.assign(new Error("not authorized"), { name: "AccessDenied" }));
  else
    metrics.on(GetMetricStatisticsCommand).resolves({
      Datapoints:
        free === undefined
          ? []
          : [
              { Timestamp: new Date("2026-05-31T23:50:00Z"), Minimum: 19 * GIB },
              { Timestamp: new Date("2026-05-31T23:58:00Z"), Minimum: free * GIB },
            ],
    });
  for (const [metric, Sum] of Object.entries(answers.matched ?? {})) {
    const [MetricName, Value = ""] = metric.split(" ");
    const Dimensions = [
      { Name: "WebACL", Value: "operation-app" },
      { Name: "Region", Value: "ap-northeast-1" },
      { Name: "Rule", Value },
    ];
    const Period = 86_400;
    metrics
      .on(GetMetricStatisticsCommand, { Namespace: "AWS/WAFV2", MetricName, Dimensions, Period })
      .resolves({ Datapoints: [{ Sum }] });
  }
  const rds = mockClient(asked.clients.rds).on(DescribeDBInstancesCommand);
  const DBInstanceStatus = answers.status ?? "available";
  if (answers.status === "gone") rds.rejects(new DBInstanceNotFoundFault({ message: "", $metadata: {} }));
  else rds.resolves({ DBInstances: [{ DBInstanceStatus, ...(answers.storage ?? { AllocatedStorage: 20 }) }] });
  const secrets = mockClient(asked.clients.secrets).on(DescribeSecretCommand);
  // RDS's own secret goes with the instance.
  if (answers.status === "gone")
    secrets.rejects(new ResourceNotFoundException({ message: "can't find the secret", $metadata: {} }));
  else secrets.resolves({ NextRotationDate: new Date(rotation) });
  mockClient(asked.clients.certificates).on(DescribeCertificateCommand).resolves({ Certificate: certificate });
  mockClient(asked.clients.topics)
    .on(ListSubscriptionsByTopicCommand)
    .resolves({ Subscriptions: subscriptions.map(([Endpoint, SubscriptionArn]) => ({ Endpoint, SubscriptionArn })) });
  return inspectUpkeep(asked, NOW);
}

function redeploying(session: Session, redeployOnNewSecrets: boolean): Session {
  const { environment } = session.deployment;
  const changed = { ...environment, ecs: { ...environment.ecs, redeployOnNewSecrets } };
  return { ...session, deployment: { ...session.deployment, environment: changed } };
}

function guarding(session: Session, matched: Answers["matched"]): Session {
  const { environment } = session.deployment;
  const waf = matched ? "block" : "off";
  const changed = { ...environment, lb: { ...environment.lb, waf } as const };
  return { ...session, deployment: { ...session.deployment, environment: changed } };
}

function mailing(session: Session, answer: Answers["mail"]): Session {
  if (!answer) return session;
  const { deployment } = session;
  mockClient(session.clients.mail)
    .on(GetEmailIdentityCommand, { EmailIdentity: "example.com" })
    .resolves(answer)
    .on(GetAccountCommand)
    .resolves(answer);
  return { ...session, deployment: { ...deployment, watched: { ...deployment.watched, mailDomain: "example.com" } } };
}

const said = async (what: string, answers: Answers) =>
  (await look(answers)).filter((one) => one.what === what).map(({ says, state }) => [state, says]);

describe("what has to be looked after", () => {
  it("is all well, a line each", async () => {
    expect(upkeepText(await look())).toBe(
      [
        "database disk      12.0 of 20 GiB are free.",
        "database password  RDS changes it on 2027-01-01, in 214 days.",
        "certificate        It expires on 2026-12-01, in 183 days.",
        "alarms             None of 0 is on.",
        "notifications      me@example.com.",
      ].join("\n"),
    );
  });

  it.each([
    ["gone", "bad", "THERE IS NO INSTANCE operation-app. To recover: bin/infra restore production --list"],
    ["stopped", "bad", "IT IS STOPPED. aws rds start-db-instance --db-instance-identifier operation-app"],
    [
      "stopping",
      "bad",
      "IT IS STOPPING. Once it has stopped: aws rds start-db-instance --db-instance-identifier operation-app",
    ],
    ["storage-full", "bad", "IT IS FULL, and MySQL has stopped."],
    ["inaccessible-encryption-credentials", "bad", "RDS says that it is inaccessible-encryption-credentials. Why:"],
    ["rebooting", "soon", "RDS says that it is rebooting."],
  ])("is a database that is %s", async (status, state, says) => {
    expect(await said("database", { status })).toEqual([[state, expect.stringContaining(says)]]);
    expect(await said("database disk", { status })).toHaveLength(status === "gone" ? 0 : 1);
    expect((await said("database password", { status }))[0]).toEqual(
      status === "gone" ? ["bad", "It does not exist: can't find the secret"] : ["good", expect.any(String)],
    );
  });

  it("is a disk that fills up, by its last measurement", async () => {
    expect(await said("database disk", { free: 2.9 })).toEqual([
      [
        "bad",
        "2.9 of 20 GiB are free. When it is full, MySQL stops: raise database.allocatedStorage above 20, and apply.",
      ],
    ]);
    expect(await said("database disk", { free: undefined })).toEqual([
      ["soon", "CloudWatch has no data for the last half hour."],
    ]);
  });

  it("is measured by what the disk has grown to, and is no alarm while it can grow", async () => {
    expect(await said("database disk", { free: 2.9, storage: { AllocatedStorage: 15 } })).toEqual([
      ["good", "2.9 of 15 GiB are free."],
    ]);
    expect(
      await said("database disk", { free: 4, storage: { AllocatedStorage: 60, MaxAllocatedStorage: 100 } }),
    ).toEqual([
      ["soon", "4.0 of 60 GiB are free. Below 10 %, RDS adds storage, up to 100 GiB, at most every six hours."],
    ]);
    const { state } = (await look({ free: 4, storage: { AllocatedStorage: 100, MaxAllocatedStorage: 100 } }))[0] ?? {};
    expect(state).toBe("bad");
  });

  it("is no password that changes soon, where tasks are replaced by themselves", async () => {
    expect(await said("database password", { rotation: "2026-06-10T00:00:00Z" })).toEqual([
      [
        "good",
        "RDS changes it on 2026-06-10, in 9 days. ECS then replaces the tasks; until then, running ones can't open new connections.",
      ],
    ]);
  });

  it("is a password that changes within two weeks, and nothing that replaces tasks", async () => {
    expect(await said("database password", { rotation: "2026-06-10T00:00:00Z", redeploys: false })).toEqual([
      [
        "soon",
        "RDS changes it on 2026-06-10, in 9 days. Running tasks keep the old one and can't open new connections: deploy the services again after it.",
      ],
    ]);
  });

  it("is a certificate that is not renewed, or not valid", async () => {
    const late = { Status: "ISSUED", NotAfter: new Date("2026-06-20T00:00:00Z") } as const;
    expect(await said("certificate", { certificate: late })).toEqual([
      [
        "bad",
        "It expires on 2026-06-20, in 19 days. It should have been renewed by now. Check that its DNS validation record exists.",
      ],
    ]);
    expect(await said("certificate", { certificate: { Status: "EXPIRED" } })).toEqual([["bad", "It is EXPIRED."]]);
  });

  it("is every alarm that is on, with its text", async () => {
    const alarms: MetricAlarm[] = [
      { AlarmName: "operation-app/database-cpu", StateValue: "OK" },
      { AlarmName: "operation-app/server-errors", StateValue: "ALARM", AlarmDescription: "Visitors get errors." },
    ];
    expect(await said("alarms", { alarms })).toEqual([
      ["bad", "operation-app/server-errors is on. Visitors get errors."],
    ]);
  });

  it("is what the firewall has matched in a day, rule by rule", async () => {
    expect(await said("firewall", { matched: {} })).toEqual([["good", 'lb.waf is "block". No matches in 24 hours.']]);
    const matched = { "BlockedRequests ip-reputation": 1200, "BlockedRequests core": 3, "CountedRequests core": 7 };
    expect(await said("firewall", { matched })).toEqual([
      [
        "good",
        'lb.waf is "block". Requests of the last 24 hours: blocked ip-reputation 1,200, core 3; counted but not blocked, core 7.',
      ],
    ]);
    expect(await said("firewall", {})).toEqual([]);
  });

  it("is mail that does not go out, or not to everybody", async () => {
    const good = { VerifiedForSendingStatus: true, SendingEnabled: true, ProductionAccessEnabled: true };
    const saidOf = async (mail: Answers["mail"]) => (await said("mail", { mail: { ...good, ...mail } })).flat();
    expect(await saidOf({})).toEqual(["good", "example.com is verified, and the account can send to any address."]);
    expect(await saidOf({ VerifiedForSendingStatus: false, DkimAttributes: { Status: "PENDING" } })).toEqual([
      "bad",
      expect.stringContaining("SES has not verified example.com (DKIM: PENDING): no mail can be sent."),
    ]);
    expect(await saidOf({ ProductionAccessEnabled: false })).toEqual([
      "soon",
      expect.stringContaining("The account is in SES's sandbox"),
    ]);
    expect(await saidOf({ SendingEnabled: false })).toEqual(["bad", expect.stringContaining("AWS has paused")]);
    const bounces = { MailFromDomain: "bounce.example.com", BehaviorOnMxFailure: "USE_DEFAULT_VALUE" } as const;
    expect(await saidOf({ MailFromAttributes: { ...bounces, MailFromDomainStatus: "PENDING" } })).toEqual([
      "soon",
      expect.stringContaining("can't find the MX record"),
    ]);
  });

  it("is that alarms reach nobody, because nobody is named or has confirmed", async () => {
    expect(await said("notifications", { subscriptions: [] })).toEqual([
      ["soon", "Nobody is notified of alarms. Add an address to alarms.emails, and apply."],
    ]);
    expect(await said("notifications", { subscriptions: [["me@example.com", "PendingConfirmation"]] })).toEqual([
      ["soon", "Nobody is notified of alarms. me@example.com must confirm the subscription in AWS's mail first."],
    ]);
  });

  it("is not known where whoever asks is not allowed to, and the rest is", async () => {
    expect(await said("database disk", { denied: true })).toEqual([["soon", "Not known: not authorized"]]);
    expect(await look({ denied: true })).toHaveLength(5);
  });
});

import { DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { GetMetricStatisticsCommand, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { type DBInstance, DBInstanceNotFoundFault, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { GetAccountCommand, GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { paginateListSubscriptionsByTopic } from "@aws-sdk/client-sns";
import { printable } from "@operation-app/preflight/input";
import { MANAGED_GROUPS, RATE_LIMIT } from "../../modules/lb/managed-rules.ts";
import { inspectMaintenance } from "./maintenance.ts";
import type { Session } from "./session.ts";

/** Something that has to be looked after, and how it is. `soon`: nothing is wrong yet. */
export interface Upkeep {
  readonly what: string;
  readonly says: string;
  readonly state: "good" | "soon" | "bad";
}

const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;
/** Days before which the next password is worth a word. */
const ROTATION_NOTICE = 14;
/** The metric has a point a minute; the last ones may be late. */
const LOOK_BACK_MS = 30 * 60_000;

/** Names of the rules in metrics. */
const WAF_RULES = [RATE_LIMIT, ...MANAGED_GROUPS.map(({ id }) => id)];

const NO_ALARMS: Upkeep = {
  what: "alarms",
  says: "None: alarms.enabled is false, or not applied yet.",
  state: "good",
};

/** What an environment needs beside services that run: what `modules/alarms` tells by mail, asked now. */
export async function inspectUpkeep(session: Session, now = new Date()): Promise<Upkeep[]> {
  const { topicArn, certificateArn, database, mailDomain } = session.deployment.watched;
  const { DATABASE_PASSWORD: password } = session.deployment.secretArns;
  const { environment, listenerArn } = session.deployment;
  const asked = await Promise.all([
    listenerArn === undefined ? [] : asking("MAINTENANCE", () => maintenanceOf(session, environment.name)),
    database === undefined ? [] : asking("database", () => databaseOf(session, database)),
    database === undefined ? [] : asking("database disk", () => diskOf(session, database, now)),
    password === undefined ? [] : asking("database password", () => rotationOf(session, password, now)),
    certificateArn === undefined ? [] : asking("certificate", () => certificateOf(session, certificateArn, now)),
    mailDomain === undefined ? [] : asking("mail", () => mailOf(session, mailDomain)),
    environment.lb.waf === "off" ? [] : asking("firewall", () => wafOf(session, now)),
    topicArn === undefined ? [NO_ALARMS] : asking("alarms", () => alarmsOf(session)),
    topicArn === undefined ? [] : asking("notifications", () => listenersOf(session, topicArn)),
  ]);
  return asked.flat();
}

type Answer = Omit<Upkeep, "what">;

/** What whoever asks is not allowed to see, or what is gone, says so, and hides nothing else. */
async function asking(what: string, ask: () => Promise<Answer | readonly Answer[]>): Promise<Upkeep[]> {
  try {
    return [await ask()].flat().map((answer) => ({ what, ...answer }));
  } catch (error) {
    const { name, message } = error as Error;
    if (/NotFound/.test(name)) return [{ what, says: `It does not exist: ${printable(message)}`, state: "bad" }];
    if (!/AccessDenied|AuthorizationError|Unauthorized/.test(name)) throw error;
    return [{ what, says: `Not known: ${printable(message)}`, state: "soon" }];
  }
}

async function maintenanceOf(session: Session, environment: string): Promise<Answer[]> {
  const maintenance = await inspectMaintenance(session);
  if (!maintenance) return [];
  const { since, allowed } = maintenance;
  const but = allowed.length > 0 ? `, all but ${allowed.join(", ")}` : "";
  const says = `VISITORS GET 503${but}, since ${since}. To end it: bin/infra maintenance off ${environment}`;
  return [{ says: printable(says), state: "bad" }];
}

/**
 * States in which MySQL goes on to answer, or is about to again by itself.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
 */
const PASSING =
  /^(?:backing-up|configuring-|converting-|creating|delete-precheck|maintenance|modifying|moving-to-vpc|rebooting|renaming|resetting-|starting|storage-|upgrading)/;

/** Only where it is not as it should be: an app without its database answers with errors, and its health checks ask for none. */
async function databaseOf(session: Session, name: string): Promise<Answer[]> {
  const instance = await findInstance(session, name);
  const { name: environment } = session.deployment.environment;
  const back = `To recover: bin/infra restore ${environment} --list`;
  if (!instance) return [{ says: printable(`THERE IS NO INSTANCE ${name}. ${back}`), state: "bad" }];
  const { DBInstanceStatus: status = "available" } = instance;
  if (status === "available") return [];
  if (status === "storage-full")
    return [{ says: "IT IS FULL, and MySQL has stopped. Raise database.allocatedStorage, and apply.", state: "bad" }];
  const start = `aws rds start-db-instance --db-instance-identifier ${name}`;
  if (status === "stopped") return [{ says: `IT IS STOPPED. ${start}`, state: "bad" }];
  if (status === "stopping") return [{ says: `IT IS STOPPING. Once it has stopped: ${start}`, state: "bad" }];
  if (PASSING.test(status)) return [{ says: printable(`RDS says that it is ${status}.`), state: "soon" }];
  return [
    {
      says: printable(`RDS says that it is ${status}. Why: the instance's events in RDS's console. ${back}`),
      state: "bad",
    },
  ];
}

async function findInstance({ clients }: Session, DBInstanceIdentifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances } = await clients.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    return DBInstances?.[0];
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return undefined;
    throw error;
  }
}

async function diskOf(session: Session, DBInstanceIdentifier: string, now: Date): Promise<Answer | readonly Answer[]> {
  const { deployment, clients } = session;
  const instance = await findInstance(session, DBInstanceIdentifier);
  // That is said already.
  if (!instance) return [];
  const { Datapoints = [] } = await clients.metrics.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/RDS",
      MetricName: "FreeStorageSpace",
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: DBInstanceIdentifier }],
      Statistics: ["Minimum"],
      Period: 60,
      StartTime: new Date(now.getTime() - LOOK_BACK_MS),
      EndTime: now,
    }),
  );
  const [last] = Datapoints.toSorted((a, b) => (b.Timestamp?.getTime() ?? 0) - (a.Timestamp?.getTime() ?? 0));
  const { alarms } = deployment.environment;
  if (last?.Minimum === undefined) return { says: "CloudWatch has no data for the last half hour.", state: "soon" };
  const free = last.Minimum / GIB;
  // What it has by now, which may be more than the environment's file says, and the most that RDS makes of it.
  const { AllocatedStorage: size = deployment.environment.database.allocatedStorage, MaxAllocatedStorage: most = 0 } =
    instance;
  const isLow = free < (size * alarms.thresholds.databaseFreeDiskPercent) / 100;
  const says = `${free.toFixed(1)} of ${size} GiB are free.`;
  if (!isLow) return { says, state: "good" };
  return most > size
    ? { says: `${says} Below 10 %, RDS adds storage, up to ${most} GiB, at most every six hours.`, state: "soon" }
    : {
        says: `${says} When it is full, MySQL stops: raise database.allocatedStorage above ${size}, and apply.`,
        state: "bad",
      };
}

async function rotationOf({ clients, deployment }: Session, SecretId: string, now: Date): Promise<Answer> {
  const { NextRotationDate: next, LastChangedDate: last } = await clients.secrets.send(
    new DescribeSecretCommand({ SecretId }),
  );
  const { name, database } = deployment.environment;
  if (database.appUser?.used)
    return {
      says: `${database.appUser.name} has used it${last ? ` since ${dayOf(last)}` : ""}. To change it without failed requests: bin/infra db rotate ${name}`,
      state: "good",
    };
  if (!next) return { says: "The date of its next rotation is unknown.", state: "good" };
  const days = daysUntil(next, now);
  const says = `RDS changes it on ${dayOf(next)}, in ${days} days.`;
  if (days > ROTATION_NOTICE) return { says, state: "good" };
  if (deployment.environment.ecs.redeployOnNewSecrets)
    return {
      says: `${says} ECS then replaces the tasks; until then, running ones can't open new connections.`,
      state: "good",
    };
  return {
    says: `${says} Running tasks keep the old one and can't open new connections: deploy the services again after it.`,
    state: "soon",
  };
}

async function certificateOf({ deployment, clients }: Session, arn: string, now: Date): Promise<Answer> {
  const { Certificate = {} } = await clients.certificates.send(new DescribeCertificateCommand({ CertificateArn: arn }));
  const { Status, NotAfter, RenewalSummary } = Certificate;
  if (Status !== undefined && Status !== "ISSUED") return { says: `It is ${Status}.`, state: "bad" };
  if (!NotAfter) return { says: "Its expiry date is unknown.", state: "good" };
  const days = daysUntil(NotAfter, now);
  const says = `It expires on ${dayOf(NotAfter)}, in ${days} days.`;
  if (days > deployment.environment.alarms.thresholds.certificateDays) return { says, state: "good" };
  const reason = RenewalSummary?.RenewalStatusReason ?? RenewalSummary?.RenewalStatus;
  const why = reason ? ` Renewal: ${reason}.` : "";
  return {
    says: `${says} It should have been renewed by now.${why} Check that its DNS validation record exists.`,
    state: "bad",
  };
}

/** Whether mail of the domain goes out, and to whom. */
async function mailOf({ clients: { mail } }: Session, domain: string): Promise<Answer[]> {
  const [identity, account] = await Promise.all([
    mail.send(new GetEmailIdentityCommand({ EmailIdentity: domain })),
    mail.send(new GetAccountCommand({})),
  ]);
  const bounces = identity.MailFromAttributes?.MailFromDomainStatus;
  const problems: Answer[] = [];
  if (!identity.VerifiedForSendingStatus)
    problems.push({
      says: `SES has not verified ${domain} (DKIM: ${identity.DkimAttributes?.Status}): no mail can be sent. It takes minutes, up to 72 hours, after its records exist.`,
      state: "bad",
    });
  if (bounces !== undefined && bounces !== "SUCCESS")
    problems.push({
      says: `SES can't find the MX record of the MAIL FROM domain (${bounces}).`,
      state: "soon",
    });
  if (account.SendingEnabled === false)
    problems.push({ says: "AWS has paused the account's sending: see the SES console.", state: "bad" });
  if (!account.ProductionAccessEnabled)
    problems.push({
      says: "The account is in SES's sandbox: it can send to verified addresses only, 200 mails a day. How to leave it: modules/mail/README.md.",
      state: "soon",
    });
  return problems.length > 0
    ? problems
    : [{ says: `${domain} is verified, and the account can send to any address.`, state: "good" }];
}

/**
 * What the rules of the firewall have matched in a day. A request that several rules match is in the figure of each.
 *
 * Source: https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
 */
async function wafOf({ deployment, clients }: Session, now: Date): Promise<Answer> {
  const { app, region, lb } = deployment.environment;
  const matched = async (MetricName: string, rule: string) => {
    const { Datapoints = [] } = await clients.metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/WAFV2",
        MetricName,
        Dimensions: Object.entries({ WebACL: app, Region: region, Rule: rule }).map(([Name, Value]) => ({
          Name,
          Value,
        })),
        Statistics: ["Sum"],
        Period: DAY_MS / 1000,
        StartTime: new Date(now.getTime() - DAY_MS),
        EndTime: now,
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  };
  const figures = async (MetricName: string) => {
    const all = await Promise.all(WAF_RULES.map(async (rule) => ({ rule, count: await matched(MetricName, rule) })));
    return all.filter(({ count }) => count > 0).map(({ rule, count }) => `${rule} ${count.toLocaleString("en-US")}`);
  };
  const [blocked, counted] = await Promise.all([figures("BlockedRequests"), figures("CountedRequests")]);
  const parts = [
    ...(blocked.length > 0 ? [`blocked ${blocked.join(", ")}`] : []),
    ...(counted.length > 0 ? [`counted but not blocked, ${counted.join(", ")}`] : []),
  ];
  const says = parts.length > 0 ? `Requests of the last 24 hours: ${parts.join("; ")}.` : "No matches in 24 hours.";
  return { says: `lb.waf is "${lb.waf}". ${says}`, state: "good" };
}

async function alarmsOf({ deployment, clients }: Session): Promise<Answer[]> {
  const input = { AlarmNamePrefix: `${deployment.environment.app}/`, AlarmTypes: ["MetricAlarm" as const] };
  const alarms = [];
  for await (const page of paginateDescribeAlarms({ client: clients.metrics }, input))
    alarms.push(...(page.MetricAlarms ?? []));
  const on = alarms.filter(({ StateValue }) => StateValue === "ALARM");
  if (on.length === 0) return [{ says: `None of ${alarms.length} is on.`, state: "good" }];
  return on.map(({ AlarmName, AlarmDescription = "", StateUpdatedTimestamp: since }) => ({
    says: printable(`${AlarmName} is on${since ? ` since ${since.toISOString()}` : ""}. ${AlarmDescription}`),
    state: "bad",
  }));
}

async function listenersOf({ clients }: Session, TopicArn: string): Promise<Answer> {
  const subscriptions = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: clients.topics }, { TopicArn }))
    subscriptions.push(...(page.Subscriptions ?? []));
  const isPending = ({ SubscriptionArn }: { SubscriptionArn?: string }) => SubscriptionArn === "PendingConfirmation";
  const waiting = subscriptions.filter(isPending).map(({ Endpoint }) => Endpoint);
  const heard = subscriptions.filter((one) => !isPending(one)).map(({ Endpoint }) => Endpoint);
  const pending = waiting.length > 0 ? ` ${waiting.join(", ")} must confirm the subscription in AWS's mail first.` : "";
  if (heard.length > 0)
    return { says: printable(`${heard.join(", ")}.${pending}`), state: waiting.length > 0 ? "soon" : "good" };
  const fix = pending || " Add an address to alarms.emails, and apply.";
  return { says: printable(`Nobody is notified of alarms.${fix}`), state: "soon" };
}

function daysUntil(date: Date, now: Date): number {
  return Math.floor((date.getTime() - now.getTime()) / DAY_MS);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

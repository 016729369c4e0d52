import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Changes, synthesize } from "../support/synthesize.ts";
import { verbProblem } from "../support/verb-problem.ts";

const ALARM = "aws_cloudwatch_metric_alarm";
const RUNNING = { images: { nginx: "0.1.0", app: "0.1.0" } };
const NIGHTLY = { when: "cron(0 3 * * ? *)", command: ["bin/rails", "reports:send"] };

/** Together they have every alarm that there is. */
const STACKS: readonly Changes[] = [
  {
    ...RUNNING,
    lb: { waf: "block", pathRules: [{ paths: ["/api/*"], to: "app", public: true }] },
    cache: { nodes: 2 },
    network: { nat: "per-zone" },
    mail: { from: "no-reply@operation-app.example.com" },
    ecs: { schedules: { nightly: NIGHTLY } },
  },
  { ...RUNNING, network: { nat: "instance" }, ecs: { hours: { from: "08:00", to: "20:00" } } },
];

/** What AWS publishes of a metric, by its documentation. */
interface Published {
  /** Names of the dimensions that it is published under, as one of the sets. */
  readonly under: readonly string[];
  /** Statistics that say something. @default all */
  readonly statistics?: readonly string[];
  /** Seconds from one data point to the next. */
  readonly every: number;
  /** The least and the most that it can be. @default anything from 0 */
  readonly between?: readonly [number, number];
}

const MINUTE = 60;
const TARGETS = "LoadBalancer TargetGroup";
const LEVELS = ["Average", "Minimum", "Maximum"];
const PERCENT = [0, 100] as const;

/**
 * Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html,
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html,
 * https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html,
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html,
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html,
 * https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html,
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html,
 * https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
 */
const PUBLISHED: Readonly<Record<string, Published>> = {
  "AWS/ApplicationELB HTTPCode_ELB_5XX_Count": { under: ["LoadBalancer"], statistics: ["Sum"], every: MINUTE },
  "AWS/ApplicationELB HTTPCode_Target_5XX_Count": {
    under: ["LoadBalancer", TARGETS],
    statistics: ["Sum"],
    every: MINUTE,
  },
  "AWS/ApplicationELB HealthyHostCount": { under: [TARGETS], statistics: LEVELS, every: MINUTE },
  "AWS/ApplicationELB UnHealthyHostCount": { under: [TARGETS], statistics: LEVELS, every: MINUTE },
  "ECS/ContainerInsights DesiredTaskCount": { under: ["ClusterName ServiceName"], every: MINUTE },
  "ECS/ContainerInsights RunningTaskCount": { under: ["ClusterName ServiceName"], every: MINUTE },
  "AWS/RDS FreeStorageSpace": { under: ["DBInstanceIdentifier"], every: MINUTE, between: [0, 64 * 1024 ** 4] },
  "AWS/RDS CPUUtilization": { under: ["DBInstanceIdentifier"], every: MINUTE, between: PERCENT },
  "AWS/RDS DatabaseConnections": { under: ["DBInstanceIdentifier"], every: MINUTE, between: [0, 100_000] },
  "AWS/RDS FreeableMemory": { under: ["DBInstanceIdentifier"], every: MINUTE },
  "AWS/ElastiCache DatabaseMemoryUsagePercentage": { under: ["CacheClusterId"], every: MINUTE, between: PERCENT },
  "AWS/ElastiCache Evictions": { under: ["CacheClusterId"], every: MINUTE },
  "AWS/ElastiCache ReplicationLag": { under: ["CacheClusterId"], every: MINUTE },
  "AWS/NATGateway ErrorPortAllocation": { under: ["NatGatewayId"], statistics: ["Sum"], every: MINUTE },
  "AWS/AutoScaling GroupInServiceInstances": { under: ["AutoScalingGroupName"], every: MINUTE },
  "AWS/EC2 CPUUtilization": { under: ["AutoScalingGroupName", "InstanceId"], every: 5 * MINUTE, between: PERCENT },
  "AWS/CertificateManager DaysToExpiry": { under: ["CertificateArn"], every: 12 * 60 * MINUTE, between: [0, 398] },
  "AWS/SQS ApproximateNumberOfMessagesVisible": { under: ["QueueName"], every: MINUTE },
  "AWS/WAFV2 BlockedRequests": { under: ["Region Rule WebACL"], statistics: ["Sum"], every: MINUTE },
  "AWS/SES Reputation.BounceRate": { under: ["ses:configuration-set"], every: 60 * MINUTE, between: [0, 1] },
  "AWS/SES Reputation.ComplaintRate": { under: ["ses:configuration-set"], every: 60 * MINUTE, between: [0, 1] },
};

interface Alarm {
  readonly alarm_name: string;
  readonly alarm_description: string;
  readonly comparison_operator: string;
  readonly threshold: number;
  readonly evaluation_periods: number;
  readonly treat_missing_data: string;
  readonly metric_query?: readonly { readonly expression?: string; readonly metric?: Measured }[];
}

interface Measured {
  readonly namespace: string;
  readonly metric_name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly period: number;
  readonly stat?: string;
  readonly statistic?: string;
}

const alarms = new Map<string, Alarm>(
  STACKS.flatMap((changes) => {
    const stack = synthesize(changes);
    return stack.names(ALARM).map((name): [string, Alarm] => [name, stack.resource(`${ALARM}.${name}`) as Alarm]);
  }),
);

const measuredBy = (alarm: Alarm): Measured[] =>
  alarm.metric_query ? alarm.metric_query.flatMap(({ metric }) => metric ?? []) : [alarm as unknown as Measured];

describe.each([...alarms])("%s", (_, alarm) => {
  const measured = measuredBy(alarm);
  const published = measured.map((one) => PUBLISHED[`${one.namespace} ${one.metric_name}`]);

  it("looks at what AWS publishes, under these dimensions, by a statistic that says something", () => {
    for (const [index, { dimensions, stat, statistic, ...metric }] of measured.entries()) {
      const known = published[index];
      expect(known, `${metric.namespace} ${metric.metric_name}`).toBeDefined();
      expect(known?.under).toContain(Object.keys(dimensions).sort().join(" "));
      expect(known?.statistics ?? [stat ?? statistic]).toContain(stat ?? statistic);
    }
  });

  it("can go off: its periods are within what CloudWatch looks back on, have data, and its threshold can be reached", () => {
    const [first] = measured;
    const period = first?.period ?? 0;
    // A day, and a week where a period is an hour or longer.
    // Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    expect(period * alarm.evaluation_periods).toBeLessThanOrEqual(period >= 3_600 ? 7 * 86_400 : 86_400);
    for (const known of published) expect(period).toBeGreaterThanOrEqual(known?.every ?? Number.POSITIVE_INFINITY);
    if (measured.length > 1 || alarm.treat_missing_data === "breaching") return;
    const [least, most] = published[0]?.between ?? [0, Number.POSITIVE_INFINITY];
    const isBelow = alarm.comparison_operator.startsWith("Less");
    expect(isBelow ? alarm.threshold > least : alarm.threshold < most || alarm.comparison_operator.endsWith("To")).toBe(
      true,
    );
    expect(isBelow ? alarm.threshold <= most : alarm.threshold >= least).toBe(true);
  });

  it("names a command that bin/infra takes", async () => {
    const [, line = "", verb = "", options = ""] =
      alarm.alarm_description.match(/ First: (bin\/infra (\S+)(.*))$/) ?? [];
    expect(await verbProblem(line, verb, options.split(" ").filter(Boolean))).toBeUndefined();
  });
});

it("stand in the table of the README, all of them", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../modules/alarms/README.md"), "utf8");
  const hyphened = [...alarms.keys()].map((name) => name.replace("alarms_", "").replaceAll("_", "-"));
  expect(hyphened.length).toBeGreaterThan(20);
  expect(hyphened.filter((name) => !readme.includes(`\`${name.replace(/^.*(?=-tasks-)/, "<service>")}\``))).toEqual([]);
});

it("and what events say name commands that bin/infra takes", async () => {
  const stack = synthesize(STACKS[0]);
  const targets = stack.names("aws_cloudwatch_event_target").map((name) => `aws_cloudwatch_event_target.${name}`);
  const texts = targets.flatMap((target) => stack.resource(target).input_transformer?.input_template ?? []);
  expect(texts.length).toBeGreaterThan(2);
  for (const text of texts as string[]) {
    const [, verb = "", options = ""] = text.match(/First: bin\/infra (\S+)([^"]*)"?$/) ?? [];
    expect(await verbProblem(text, verb, options.split(" ").filter(Boolean))).toBeUndefined();
  }
});

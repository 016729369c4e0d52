import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Construct } from "constructs";

/** `critical`: visitors notice it, or will within hours. `warning`: it announces what becomes critical. */
export type Severity = "critical" | "warning";

/** A metric as CloudWatch knows it: exactly these dimensions, or there is no such metric. */
export interface Metric {
  /** Such as `AWS/RDS`. */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is watched, and when it is too much. */
export interface Watch {
  /** Construct id, and with hyphens the end of the alarm's name: `database_disk` is `<app>/database-disk`. */
  readonly id: string;
  readonly severity: Severity;
  /** What it means and what follows, for somebody who is woken by it. */
  readonly means: string;
  /** What to type first: the arguments of `bin/infra`, without the environment. */
  readonly first: string;
  /** One, or several that `expression` makes one of. */
  readonly metrics: readonly [Metric, ...Metric[]];
  /** Metric math over `m1`, `m2`, … in the order of `metrics`. @default there is one metric */
  readonly expression?: string;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount";
  /** Minutes that one data point stands for. */
  readonly minutes: number;
  /** Data points in a row, all of which are beyond the threshold. @default 1 */
  readonly times?: number;
  readonly beyond: ">=" | ">" | "<";
  readonly threshold: number;
  /** What no data means. @default "notBreaching": nothing happens where nothing is measured */
  readonly missing?: "breaching" | "notBreaching";
}

const COMPARISON = {
  ">=": "GreaterThanOrEqualToThreshold",
  ">": "GreaterThanThreshold",
  "<": "LessThanThreshold",
} as const;

export interface AlarmProps {
  /** Name of the app. */
  readonly name: string;
  /** Name of the environment, for the command in the text. */
  readonly environment: string;
  /** Where it is told. */
  readonly topic: SnsTopic;
  readonly watch: Watch;
}

/** Tells a topic when a metric is beyond its threshold. */
export function createAlarm(scope: Construct, { name, environment, topic, watch }: AlarmProps): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, watch.id, {
    // A slash, which no name of an app has: a role that may change `<app>/*` reaches no other app's alarms.
    alarmName: `${name}/${watch.id.replaceAll("_", "-")}`,
    alarmDescription: `${watch.means} First: bin/infra ${withEnvironment(watch.first, environment)}`,
    comparisonOperator: COMPARISON[watch.beyond],
    threshold: watch.threshold,
    evaluationPeriods: watch.times ?? 1,
    treatMissingData: watch.missing ?? "notBreaching",
    alarmActions: [topic.arn],
    ...measured(watch),
  });
}

/** `logs --since 30m` in production is `logs production --since 30m`. */
function withEnvironment(command: string, environment: string): string {
  const [verb, ...options] = command.split(" ");
  return [verb, environment, ...options].join(" ");
}

function measured({ metrics, expression, statistic, minutes }: Watch) {
  const [only] = metrics;
  const period = minutes * 60;
  if (expression === undefined) {
    return { namespace: only.namespace, metricName: only.name, dimensions: only.dimensions, statistic, period };
  }
  return {
    metricQuery: [
      { id: "result", expression, label: expression, returnData: true },
      ...metrics.map(({ namespace, name, dimensions }, index) => ({
        id: `m${index + 1}`,
        metric: { namespace, metricName: name, dimensions, stat: statistic, period },
      })),
    ],
  };
}

import { closest, distance } from "fastest-levenshtein";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { blocks, Expression, flag, number, text, type Value } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { attributeFor, type Measured, measuredMetrics } from "./measured.ts";
import { IDENTITIES, type Metric, NAMESPACES } from "./metrics.ts";

const ALARMS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring";
const SILENT = "no error: the alarm stays in INSUFFICIENT_DATA, or OK, whatever happens";

/** Whether an alarm looks at something that AWS measures. */
export const MEASURING_RULES: readonly Rule[] = [
  defineRule({
    id: "ALM-001",
    severity: "error",
    title: "An alarm looks at a metric under the dimensions that AWS publishes it under",
    reference: `${ALARMS}/cloudwatch_concepts.html#Dimension`,
    problems: {
      name: {
        when: "runtime",
        prevents: SILENT,
        cause:
          "Dimension names are case-sensitive: with another name it is another metric, which AWS does not publish.",
      },
      set: {
        when: "runtime",
        prevents: SILENT,
        cause:
          "CloudWatch identifies a metric by all of its dimensions: with one more or one less it is another metric, which AWS does not publish.",
      },
    },
    *check(graph) {
      for (const measured of measuredMetrics(graph)) yield* dimensionProblems(measured);
    },
  }),
  {
    id: "ALM-002",
    severity: "error",
    title: "An alarm names its metric as AWS does",
    when: "runtime",
    prevents: SILENT,
    cause: "Metric names are case-sensitive: AWS publishes no metric of another name.",
    reference: `${ALARMS}/aws-services-cloudwatch-metrics.html`,
    *check(graph) {
      for (const { alarm, namespace, name, attribute } of measuredMetrics(graph)) {
        const meant = name && namespace && metricMeant(namespace, name);
        if (!meant) continue;
        yield {
          at: alarm,
          message: `looks at the metric ${name} in ${namespace}, which has none of this name.`,
          fix: `Write "${meant}".`,
          attribute,
        };
      }
    },
  },
  {
    id: "ALM-003",
    severity: "error",
    title: "A dimension has the value that AWS publishes",
    when: "runtime",
    prevents: SILENT,
    cause: "AWS writes a metric with one of a resource's names; under another of its names there is none.",
    reference: `${ALARMS}/aws-services-cloudwatch-metrics.html`,
    *check(graph) {
      for (const { alarm, namespace = "", dimensions = {}, attribute } of measuredMetrics(graph)) {
        if (!(namespace in NAMESPACES) && !/^(AWS|ECS)\//.test(namespace)) continue;
        for (const [name, value] of Object.entries(dimensions)) {
          const wrong = valueProblem(name, value);
          if (wrong) yield { at: alarm, ...wrong, attribute: attributeFor({ attribute }, "dimensions") };
        }
      }
    },
  },
  {
    id: "ALM-004",
    severity: "error",
    title: "What counts is summed up",
    when: "runtime",
    prevents: "no error: the alarm stays OK, however many there are",
    cause:
      "Each data point of this metric is 1: its average, minimum and maximum are 1 too, and only their sum counts.",
    reference:
      "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
    *check(graph) {
      for (const { alarm, isAlone, namespace = "", name = "", statistic } of measuredMetrics(graph)) {
        const counts = NAMESPACES[namespace]?.metrics[name]?.onlySum;
        const threshold = number(alarm.get("threshold"));
        const isUpwards = /^GreaterThan/.test(text(alarm.get("comparison_operator")) ?? "");
        if (!counts || !isAlone || !isUpwards || threshold === undefined || threshold < 1) continue;
        if (statistic === undefined || !/^(Average|Minimum|Maximum|p\d)/.test(statistic)) continue;
        if (threshold === 1 && text(alarm.get("comparison_operator")) === "GreaterThanOrEqualToThreshold") continue;
        yield {
          at: alarm,
          message: `compares the ${statistic} of ${name}, which is 1, with a threshold of ${threshold}.`,
          fix: 'Write statistic = "Sum".',
          attribute: "statistic",
        };
      }
    },
  },
  defineRule({
    id: "ALM-005",
    severity: "error",
    title: "A threshold can be crossed",
    reference: `${ALARMS}/AlarmThatSendsEmail.html`,
    problems: {
      percent: {
        when: "runtime",
        prevents: "no error: the alarm stays OK, whatever happens",
        cause: "This metric is a percentage, and never above 100.",
      },
      negative: {
        when: "runtime",
        prevents: "no error: the alarm stays OK, whatever happens",
        cause: "This metric is never below 0.",
      },
      bytes: {
        severity: "warning",
        when: "runtime",
        prevents: "no error: the alarm goes off when the disk or the memory is full already",
        cause: "This metric counts bytes, not GiB or percent.",
      },
    },
    *check(graph) {
      for (const measured of measuredMetrics(graph)) {
        const problem = thresholdProblem(measured);
        if (problem) yield { ...problem, at: measured.alarm, attribute: "threshold" };
      }
    },
  }),
  defineRule({
    id: "ALM-006",
    severity: "error",
    title: "An alarm looks at periods that CloudWatch has",
    reference: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    problems: {
      short: {
        when: "apply",
        prevents: 'ValidationError: Only a period greater than 60s is supported for metrics in the "AWS/" namespaces',
        cause: "Services of AWS write a data point a minute.",
      },
      long: {
        when: "apply",
        prevents:
          "ValidationError: Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)",
        cause: "Periods of less than an hour may reach back one day together, longer ones seven.",
      },
    },
    *check(graph) {
      for (const { alarm, namespace = "", period, attribute } of measuredMetrics(graph)) {
        if (!alarm.isPlanned || period === undefined) continue;
        const at = { at: alarm, attribute: attributeFor({ attribute }, "period") };
        if (namespace.startsWith("AWS/") && period < 60) {
          yield {
            kind: "short",
            ...at,
            message: `has a period of ${period} seconds in ${namespace}.`,
            fix: "Write 60 or more.",
          };
        }
        const periods = number(alarm.get("evaluation_periods")) ?? 1;
        const longest = period >= HOUR ? 7 * DAY : DAY;
        if (period * periods <= longest) continue;
        const message = `looks at ${periods} periods of ${period} seconds, together ${Math.round((period * periods) / HOUR)} hours.`;
        yield { kind: "long", ...at, message, fix: `Write up to ${Math.floor(longest / period)} evaluation_periods.` };
      }
    },
  }),
  defineRule({
    id: "ALM-013",
    severity: "error",
    title: "An alarm counts within its periods, and compares one series",
    reference: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    problems: {
      points: {
        when: "apply",
        prevents: "ValidationError: DatapointsToAlarm must be less than or equal to EvaluationPeriods",
        cause: "An alarm goes off where so many of the last periods are over the threshold.",
      },
      returned: {
        when: "apply",
        prevents: "ValidationError: Exactly one element of the metrics list should return data.",
        cause: "Of several metrics and expressions, one is compared with the threshold.",
      },
    },
    *check(graph) {
      for (const alarm of graph.ofType("aws_cloudwatch_metric_alarm").filter(({ isPlanned }) => isPlanned))
        yield* uncounted(alarm);
    },
  }),
  {
    id: "ALM-007",
    severity: "error",
    title: "Container Insights is on where an alarm looks at it",
    when: "runtime",
    prevents: SILENT,
    cause: "Metrics in ECS/ContainerInsights are written only for clusters that have it switched on.",
    reference: `${ALARMS}/deploy-container-insights-ECS-cluster.html`,
    *check(graph) {
      const seen = new Set<Resource>();
      for (const { alarm, namespace, dimensions } of measuredMetrics(graph)) {
        const cluster =
          namespace === "ECS/ContainerInsights" && linkedResource(dimensions?.ClusterName, "aws_ecs_cluster");
        if (!cluster || seen.has(cluster) || !isOff(graph, cluster)) continue;
        seen.add(cluster);
        yield {
          at: cluster,
          message: `has Container Insights switched off, and ${alarm.address} looks at its metrics.`,
          fix: 'Write setting { name = "containerInsights", value = "enabled" }.',
          attribute: "setting",
        };
      }
    },
  },
];

function* uncounted(alarm: Resource): Generator<KindOfProblem<"points" | "returned">> {
  const [points, periods] = ["datapoints_to_alarm", "evaluation_periods"].map((name) => number(alarm.get(name)));
  if (points !== undefined && periods !== undefined && points > periods) {
    yield {
      kind: "points",
      at: alarm,
      message: `has datapoints_to_alarm = ${points} and evaluation_periods = ${periods}.`,
      fix: `Write up to ${periods} as datapoints_to_alarm.`,
      attribute: "datapoints_to_alarm",
    };
  }
  const queries = blocks(alarm.get("metric_query"));
  const returned = queries.blocks.map((query) => flag(query.return_data, false));
  const count = returned.filter((one) => one === true).length;
  if (queries.blocks.length === 0 || !queries.complete || returned.includes(undefined) || count === 1) return;
  yield {
    kind: "returned",
    at: alarm,
    message: `has ${count === 0 ? "no" : count} metric_query with return_data = true.`,
    fix: "Set return_data to true in the one that is compared with the threshold.",
    attribute: "metric_query",
  };
}

const HOUR = 3600;
const DAY = 24 * HOUR;

function* dimensionProblems(measured: Measured): Generator<KindOfProblem<"name" | "set">> {
  const { alarm, namespace = "", name = "", dimensions } = measured;
  const space = NAMESPACES[namespace];
  const metric = space?.metrics[name];
  if (!space || !metric || dimensions === undefined) return;
  const names = Object.keys(dimensions).sort();
  const attribute = attributeFor(measured, "dimensions");
  const unknown = names.filter((one) => !space.names.includes(one));
  if (unknown.length > 0) {
    yield {
      kind: "name",
      at: alarm,
      message: `looks at ${name} under ${unknown.map((one) => `"${one}"`).join(" and ")}, and ${namespace} has no such dimension.`,
      fix: `Write "${closest(unknown[0] ?? "", [...space.names])}".`,
      attribute,
    };
  } else if (metric.under && !metric.under.some((set) => set === names.join(" "))) {
    yield {
      kind: "set",
      at: alarm,
      message: `looks at ${name} under ${names.length > 0 ? names.join(" and ") : "no dimension"}, where ${namespace} publishes none.`,
      fix: `Give it the dimensions ${setsOf(metric)}.`,
      attribute,
    };
  }
}

/** The sets in words; those with a zone are seldom meant. */
function setsOf({ under = [] }: Metric): string {
  return under
    .filter((set) => !set.includes("AvailabilityZone"))
    .map((set) => set.split(" ").join(" and "))
    .join(", or ");
}

/** The metric that was meant, where one is near; undefined where the name is known, or nothing is near. */
function metricMeant(namespace: string, name: string): string | undefined {
  const space = NAMESPACES[namespace];
  if (!space || name in space.metrics) return undefined;
  const names = Object.keys(space.metrics);
  const begun = names.filter((one) => one.startsWith(name) && one.length - name.length <= COUNT.length);
  if (begun.length === 1) return begun[0];
  const near = closest(name, names);
  const isNear = near.toLowerCase() === name.toLowerCase() || (name.length > 8 && distance(near, name) <= 2);
  return isNear ? near : undefined;
}

/** What is left out most often. */
const COUNT = "_Count";

function valueProblem(name: string, value: Value) {
  const [first] = IDENTITIES[name] ?? [];
  if (!first) return undefined;
  const written = value instanceof Expression ? undefined : text(value);
  if (written?.startsWith("arn:") && !first.right.includes("arn")) {
    return {
      message: `has the ARN ${written} as ${name}.`,
      fix: `Write the ${first.right[0]} of the ${first.types[0]}.`,
    };
  }
  const only = value instanceof Expression ? value.only : undefined;
  const [target, ...others] = only?.resources ?? [];
  if (!only?.certain || !target || others.length > 0) return undefined;
  return name === "CacheClusterId" && target.type === "aws_elasticache_replication_group"
    ? groupProblem(target, only.attribute)
    : identityProblem(name, target, only.attribute);
}

function groupProblem({ address }: Resource, attribute: string) {
  if (!/^(id|replication_group_id)$/.test(attribute)) return undefined;
  return {
    message: `has ${address} as CacheClusterId, which is a replication group; its nodes have metrics.`,
    fix: `Write "\${${address}.id}-001", and so on for each node.`,
  };
}

function identityProblem(name: string, { type, address }: Resource, attribute: string) {
  const identity = IDENTITIES[name]?.find(({ types }) => types.includes(type));
  if (!identity?.wrong.includes(attribute)) return undefined;
  return {
    message: `has the ${attribute} of ${address} as ${name}.`,
    fix: `Write \${${address}.${identity.right[0]}}.`,
  };
}

const PERCENT = /(Utilization|Percentage)$/;
/** A replica that has stopped is -1 seconds behind. */
const MAY_BE_NEGATIVE = /Lag/;
const BYTES = /^(FreeStorageSpace|FreeableMemory|FreeLocalStorage)$/;
/** Less than this of memory or disk is none; who writes it means another unit. */
const FEWEST_BYTES = 1024 ** 2;

function thresholdProblem({ alarm, isAlone, namespace = "", name = "" }: Measured) {
  const threshold = number(alarm.get("threshold"));
  const comparison = text(alarm.get("comparison_operator")) ?? "";
  if (threshold === undefined || !isAlone || !(name in (NAMESPACES[namespace]?.metrics ?? {}))) return undefined;
  const isUpwards = /^GreaterThan/.test(comparison);
  const isBelow = /^LessThan/.test(comparison);
  const never = comparison.endsWith("OrEqualToThreshold") ? threshold < 0 : threshold <= 0;
  const beyond = comparison.endsWith("OrEqualToThreshold") ? threshold > 100 : threshold >= 100;
  if (PERCENT.test(name) && namespace !== "AWS/ECS" && isUpwards && beyond)
    return {
      kind: "percent" as const,
      message: `waits for ${name} above ${threshold}.`,
      fix: "Write a number below 100.",
    };
  if (isBelow && never && !MAY_BE_NEGATIVE.test(name))
    return {
      kind: "negative" as const,
      message: `waits for ${name} below ${threshold}.`,
      fix: "Write a number above 0.",
    };
  if (BYTES.test(name) && isBelow && threshold > 0 && threshold < FEWEST_BYTES)
    return {
      kind: "bytes" as const,
      message: `waits for ${name} below ${threshold} bytes.`,
      fix: "Write bytes, such as 2147483648 for 2 GiB.",
    };
  return undefined;
}

/** Whether a cluster has it switched off; where nothing is written, the account decides. */
function isOff(graph: Graph, cluster: Resource): boolean {
  if (!cluster.isMade || cluster.many || graph.isHandedOn(cluster)) return false;
  const settings = blocks(cluster.get("setting"));
  if (!settings.complete) return false;
  const insights = settings.blocks.find(({ name }) => (text(name) ?? "containerInsights") === "containerInsights");
  return text(insights?.value) === "disabled";
}

import type { Graph, Resource } from "../../graph/graph.ts";
import {
  type Block,
  blocks,
  Expression,
  isAbsent,
  isBlock,
  isEmpty,
  known,
  number,
  text,
  type Value,
} from "../../graph/value.ts";

const ALARM = "aws_cloudwatch_metric_alarm";
/** Also those of other alarms. */
export const ALARMS = [ALARM, "aws_cloudwatch_composite_alarm"] as const;

/** A metric that an alarm looks at. */
export interface Measured {
  readonly alarm: Resource;
  /** It is the alarm's only one, compared with the threshold as it is. */
  readonly isAlone: boolean;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** By name; undefined where not even the names can be known. */
  readonly dimensions: Block | undefined;
  /** `Sum`, `Average`, a percentile …; undefined where it can't be known. */
  readonly statistic: string | undefined;
  readonly period: number | undefined;
  /** Attribute that has it. */
  readonly attribute: "metric_name" | "metric_query";
}

/** The attribute to change of what a metric has: of a metric in a query, the query. */
export function attributeFor({ attribute }: Pick<Measured, "attribute">, own: string): string {
  return attribute === "metric_name" ? own : attribute;
}

/** Every metric that an alarm of the configuration looks at, in this account. */
export function measuredMetrics(graph: Graph): readonly Measured[] {
  return graph.once(collectMetrics);
}

const collectMetrics = (graph: Graph) => graph.ofType(ALARM).flatMap(metricsOf);

function metricsOf(alarm: Resource): Measured[] {
  const own: Measured = {
    alarm,
    isAlone: true,
    attribute: "metric_name",
    ...read(alarm.values, alarm.get("statistic"), alarm.get("extended_statistic")),
  };
  if (!isEmpty(alarm.get("metric_name"))) return [own];
  return blocks(alarm.get("metric_query"))
    .blocks.filter(({ account_id: account }) => isAbsent(account))
    .flatMap(({ metric }) => blocks(metric).blocks)
    .map((block) => ({ alarm, isAlone: false, attribute: "metric_query" as const, ...read(block, block.stat) }));
}

function read(block: Block, ...statistics: readonly (Value | undefined)[]) {
  return {
    namespace: text(block.namespace),
    name: text(block.metric_name),
    dimensions: dimensionsOf(block.dimensions),
    statistic: statistics.map(text).find((one) => one !== undefined),
    period: number(block.period),
  };
}

function dimensionsOf(value: Value | undefined): Block | undefined {
  if (isAbsent(value)) return {};
  if (isBlock(value)) return value;
  const found = value instanceof Expression ? known(value) : undefined;
  return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Block) : undefined;
}

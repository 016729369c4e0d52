import { block, blocks, type Graph, linked, type Resource, text, type Value } from "@operation-app/preflight/graph";
import { CRON_FIELDS, cronItems, cronValues } from "@operation-app/preflight/schedule";
import { exactly, type Range, times } from "../range.ts";
import { rangeOf } from "../usage.ts";
import { taskLines } from "./containers.ts";
import { type Line, type Meters, unknown } from "./meter.ts";

const DAYS_OF_MONTH = 365 / 12;
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** What runs at set times, and waits in queues. */
export const SCHEDULES: Meters = {
  // The first 14 million runs a month are free; what is billed are the tasks.
  aws_scheduler_schedule: (schedule, { usage }) => {
    const target = block(schedule.get("target"));
    const settings = target && block(target.ecs_parameters);
    if (settings === undefined || text(schedule.get("state")) === "DISABLED") return [];
    const [definition] = linked(settings.task_definition_arn, "aws_ecs_task_definition").resources;
    const runs = runsAMonth(text(schedule.get("schedule_expression")));
    if (definition === undefined) return [unknown("tasks", "task_definition_arn is not in this configuration")];
    if (runs === undefined) return [unknown("tasks", "how often they run is not known")];
    return taskLines(definition, exactly(1)).map((line) =>
      used(line, times(rangeOf(usage.taskMinutes), exactly(runs / 60))),
    );
  },

  aws_sqs_queue: (queue, { graph }) =>
    graph.once(deadLetterQueues).has(queue) ? [] : [unknown("requests", "the first million a month is free")],
};

function used(line: Line, hours: Range): Line {
  return "unknown" in line ? line : { ...line, count: times(line.count, hours), per: "month", kind: "use" };
}

/** How often an expression of EventBridge comes up in a month of 30.4 days; undefined where it can't be counted. */
function runsAMonth(expression: string | undefined): number | undefined {
  const [, kind, inner = ""] = /^(cron|rate)\((.*)\)$/.exec(expression?.trim() ?? "") ?? [];
  if (kind === "rate") {
    const [value, unit = ""] = inner.split(" ");
    const minutes = Number(value) * (MINUTES[unit.replace(/s$/, "")] ?? Number.NaN);
    return Number.isFinite(minutes) ? (DAYS_OF_MONTH * 24 * 60) / minutes : undefined;
  }
  if (kind !== "cron") return undefined;
  const fields = inner.trim().split(/\s+/);
  const counts = CRON_FIELDS.map((field, index) => {
    const items = cronItems(fields[index] ?? "").map((item) => cronValues(field, item));
    // What is special, such as L or 2#1, is one day of a month.
    return items.includes(undefined) ? items.length : new Set(items.flat()).size;
  });
  const [minutes = 0, hours = 0, days = 0, months = 0, weekdays = 0] = counts;
  const isByDay = fields[4] === "?";
  const isEachWeek = !/[#L]/i.test(fields[4] ?? "");
  const daysAMonth = isByDay
    ? fields[2] === "*"
      ? DAYS_OF_MONTH
      : days
    : isEachWeek
      ? (weekdays / 7) * DAYS_OF_MONTH
      : weekdays;
  return minutes * hours * daysAMonth * (months / 12);
}

/** Queues that get what a schedule could not deliver: a message a day at the most, if all goes wrong. */
function deadLetterQueues(graph: Graph): ReadonlySet<Resource> {
  const arns = graph
    .ofType("aws_scheduler_schedule")
    .flatMap((schedule) =>
      blocks(schedule.get("target")).blocks.map((target): Value | undefined => block(target.dead_letter_config)?.arn),
    );
  return new Set(arns.flatMap((arn) => linked(arn, "aws_sqs_queue").resources));
}

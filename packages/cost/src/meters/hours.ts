import { block, type Graph, linked, number, type Resource, text } from "@operation-app/preflight/graph";
import { CRON_FIELDS, cronItems, cronValues } from "@operation-app/preflight/schedule";
import type { Range } from "../range.ts";

const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** A change of a scaling target's range at some minute of each week, from Sunday on. */
interface Change {
  readonly minute: number;
  readonly range: Range;
}

/** Capacity of a scaling target, on average of a week in which scheduled actions change it; undefined where that can't be counted. */
export function overTheWeek(graph: Graph, target: Resource, always: Range): Range | undefined {
  const actions = graph.ofType("aws_appautoscaling_scheduled_action").filter((action) => changes(action, target));
  if (actions.length === 0) return always;
  const found = actions.map(changesOf);
  if (found.includes(undefined)) return undefined;
  const inOrder = found.flatMap((one) => one ?? []).sort((a, b) => a.minute - b.minute);
  const average = { low: 0, high: 0 };
  for (const [index, { minute, range }] of inOrder.entries()) {
    const next = inOrder[index + 1]?.minute ?? (inOrder[0]?.minute ?? 0) + WEEK;
    average.low += (range.low * (next - minute)) / WEEK;
    average.high += (range.high * (next - minute)) / WEEK;
  }
  return inOrder.length === 0 ? always : average;
}

function changes(action: Resource, target: Resource): boolean {
  const id = action.get("resource_id");
  const { resources } = linked(id, "aws_appautoscaling_target");
  const name = text(id);
  return resources.includes(target) || (name !== undefined && name === text(target.get("resource_id")));
}

/** Only what comes each week, at one capacity, can be counted. */
function changesOf(action: Resource): Change[] | undefined {
  const [, inner] = /^cron\((.*)\)$/.exec(text(action.get("schedule"))?.trim() ?? "") ?? [];
  const written = block(action.get("scalable_target_action"));
  const [low, high] = [number(written?.min_capacity), number(written?.max_capacity)];
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = "*"] =
    inner?.trim().split(/\s+/) ?? [];
  const isWeekly = /^[*?]$/.test(days) && months === "*" && years === "*";
  if (!isWeekly || low === undefined || high === undefined) return undefined;
  const values = (index: number, items: string) =>
    cronItems(items).map((item) => cronValues(CRON_FIELDS[index] as (typeof CRON_FIELDS)[number], item));
  const found = [values(0, minutes), values(1, hours), values(4, weekdays === "?" ? "*" : weekdays)];
  if (found.flat().includes(undefined)) return undefined;
  const [atMinutes = [], atHours = [], onDays = []] = found.map((items) => [
    ...new Set(items.flatMap((one) => one ?? [])),
  ]);
  return onDays.flatMap((day) =>
    atHours.flatMap((hour) =>
      atMinutes.map((minute) => ({ minute: (day - 1) * DAY + hour * 60 + minute, range: { low, high } })),
    ),
  );
}

import Table from "cli-table3";
import colors from "picocolors";
import type { Missed, Run, ScheduleStatus } from "./schedules.ts";

/** Schedules as somebody wants to see them. @param zone whose hours are shown @default this machine's */
export function schedulesText(
  environment: string,
  schedules: readonly ScheduleStatus[],
  missed: readonly Missed[],
  zone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  if (schedules.length === 0)
    return `${environment} has no schedules. Add one to ecs.schedules in environments/${environment}.ts, and apply.`;
  const table = new Table({
    head: ["schedule", "when", `next (${zone})`, "last result", "last line of its log"],
    style: { head: [], border: [] },
  });
  for (const schedule of schedules) {
    const { name, when, timeZone, lastLine, runs } = schedule;
    const last = runs[0] ? resultText(runs[0], zone) : "none in the last hour";
    table.push([name, `${when}\n${timeZone}`, nextText(schedule, zone), last, lastLine ? time(lastLine, zone) : "-"]);
  }
  const lost = missed.map(({ schedule, at, why }) => `  ${schedule}${at ? `, ${time(at, zone)}` : ""}: ${why}`);
  const lostText = colors.red(["AWS could not start:", ...lost].join("\n"));
  return lost.length > 0 ? `${table.toString()}\n\n${lostText}` : table.toString();
}

function nextText({ enabled, next, when }: ScheduleStatus, zone: string): string {
  if (!enabled) return "switched off";
  if (next) return time(next, zone);
  return when.startsWith("rate") ? "by the rate" : "never";
}

function resultText({ state, says, at }: Run, zone: string): string {
  const text = `${says}${at ? `, ${time(at, zone)}` : ""}`;
  if (state === "running") return text;
  return state === "failed" ? colors.red(text) : colors.green(text);
}

/** `2026-11-30 03:00`, by the clocks of a zone. */
function time(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at);
}

import { CRON_FIELDS, type CronField, cronItems, cronValues } from "@operation-app/preflight/schedule";

/** A day of a calendar, without a time zone. */
interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 1 to 7, from Sunday. */
  readonly weekday: number;
  readonly lastOfMonth: number;
}

const DAY_MS = 86_400_000;
/** A schedule of 29 February comes once in eight years at the least. */
const FARTHEST_DAYS = 9 * 366;

/**
 * When `cron(…)` comes up next; undefined where that is not within nine years, or the expression is a rate, which is counted
 * from when AWS was told of it.
 *
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function nextRun(expression: string, timeZone: string, from: Date): Date | undefined {
  const [, inner] = /^cron\((.*)\)$/.exec(expression.trim()) ?? [];
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = "*"] = (inner ?? "").split(/\s+/);
  if (inner === undefined) return undefined;
  const [minuteField, hourField, , monthField, , yearField] = CRON_FIELDS;
  const times = valuesOf(hourField, hours).flatMap((hour) =>
    valuesOf(minuteField, minutes).map((minute) => hour * 60 + minute),
  );
  const [monthsOfYear, allYears] = [valuesOf(monthField, months), valuesOf(yearField, years)];
  const first = wallTime(from, timeZone);
  for (let index = 0; index < FARTHEST_DAYS; index++) {
    const midnight = Math.floor(first / DAY_MS) * DAY_MS + index * DAY_MS;
    const day = dayOf(midnight);
    if (!allYears.includes(day.year) || !monthsOfYear.includes(day.month)) continue;
    if (!(weekdays === "?" ? isDayOfMonth(days, day) : isWeekday(weekdays, day))) continue;
    const found = times.map((minute) => instant(midnight + minute * 60_000, timeZone)).find((at) => at > from);
    if (found) return found;
  }
  return undefined;
}

function valuesOf(field: CronField | undefined, written: string): number[] {
  if (field === undefined) return [];
  const values = cronItems(written).flatMap((item) => cronValues(field, item) ?? []);
  return [...new Set(values)].sort((a, b) => a - b);
}

function isDayOfMonth(written: string, { day, lastOfMonth, ...rest }: Day): boolean {
  return cronItems(written).some((item) => {
    if (item === "LW") return day === nearestWorkday(lastOfMonth, { ...rest, day, lastOfMonth });
    const [, back = "0"] = /^L(?:-(\d+))?$/.exec(item) ?? [];
    if (item.startsWith("L")) return day === lastOfMonth - Number(back);
    if (item.endsWith("W")) return day === nearestWorkday(Number(item.slice(0, -1)), { ...rest, day, lastOfMonth });
    return cronValues(CRON_FIELDS[2] as CronField, item)?.includes(day) ?? false;
  });
}

/** The workday of the month that is nearest to one of its days. */
function nearestWorkday(wanted: number, { day, weekday, lastOfMonth }: Day): number {
  const weekdayOf = ((((weekday - 1 + wanted - day) % 7) + 7) % 7) + 1;
  if (weekdayOf === 7) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekdayOf === 1) return wanted < lastOfMonth ? wanted + 1 : wanted - 2;
  return wanted;
}

function isWeekday(written: string, { day, weekday, lastOfMonth }: Day): boolean {
  const field = CRON_FIELDS[4] as CronField;
  return cronItems(written).some((item) => {
    if (item === "L") return weekday === 7;
    const [name = "", nth] = item.split("#");
    const isLast = nth === undefined && name.endsWith("L");
    const isOn = cronValues(field, isLast ? name.slice(0, -1) : name)?.includes(weekday) ?? false;
    if (nth !== undefined) return isOn && Math.ceil(day / 7) === Number(nth);
    return isOn && (!isLast || day > lastOfMonth - 7);
  });
}

function dayOf(midnight: number): Day {
  const date = new Date(midnight);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  return {
    year,
    month,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() + 1,
    lastOfMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
  };
}

/** What the clocks of a zone show, as milliseconds of a zone without an offset. */
function wallTime(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(at);
  const written = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(written) ?? [];
  return at.getTime() + Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** When the clocks of a zone show a time. One that they leave out in spring is the hour after. */
function instant(wall: number, timeZone: string): Date {
  const guess = wall - (wallTime(new Date(wall), timeZone) - wall);
  return new Date(wall - (wallTime(new Date(guess), timeZone) - guess));
}

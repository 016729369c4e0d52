import { isTimeZone } from "@operation-app/preflight/schedule";
import * as z from "zod";
import { usualTimeZone, weeklyCron } from "../../modules/time-zone.ts";
import { oneOf, text } from "./values.ts";

export const timeZone = z
  .string()
  .refine(isTimeZone, 'is not an IANA time zone. Write one such as "Asia/Tokyo" or "UTC".');

const time = text(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  'is not a time of day. Write hours and minutes from "00:00" to "23:59", such as "08:30".',
);

const DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;

/** When services have tasks. */
export const hours = z
  .strictObject({
    /** Days of the week. @default Monday to Friday */
    days: z
      .array(oneOf(DAYS))
      .min(1, 'is empty. Write days such as ["MON", "TUE"], or set tasks to { min: 0, max: 0 } to stop a service.')
      .refine((days) => new Set(days).size === days.length, "has a day twice. List each once.")
      .default(DAYS.slice(0, 5)),
    /** When tasks start, such as "08:30". The first answers come a minute or two later. */
    from: time,
    /** When they stop, later on the same day. */
    to: time,
    /** Where `from` and `to` are told. @default "Asia/Tokyo" in the regions ap-northeast-1 and ap-northeast-3, else "UTC" */
    timeZone: timeZone.optional(),
  })
  .refine(({ from, to }) => from < to, {
    error: "ends before it starts. Write a from that is earlier than to, on the same day.",
    when: ({ value }) => {
      const { from, to } = value as { from?: unknown; to?: unknown };
      return time.safeParse(from).success && time.safeParse(to).success;
    },
  });

/** When services wake and sleep, as cron of EventBridge and of Application Auto Scaling; undefined where they never sleep. */
export function sleepingHours(whenAwake: z.output<typeof hours> | undefined, region: string) {
  if (whenAwake === undefined) return undefined;
  const { days, from, to, timeZone = usualTimeZone(region) } = whenAwake;
  return { wakes: weeklyCron(days, from), sleeps: weeklyCron(days, to), timeZone };
}

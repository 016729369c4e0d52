/** Regions of Japan. */
const JAPAN = ["ap-northeast-1", "ap-northeast-3"];

/** Where people of a region's apps are taken to tell the time. */
export function usualTimeZone(region: string): string {
  return JAPAN.includes(region) ? "Asia/Tokyo" : "UTC";
}

/** `cron(0 8 ? * MON,TUE *)`: on each of these days of the week at a time, such as `08:00`. */
export function weeklyCron(days: readonly string[], time: string): string {
  const [hour, minute] = time.split(":").map(Number);
  return `cron(${minute} ${hour} ? * ${days.join(",")} *)`;
}

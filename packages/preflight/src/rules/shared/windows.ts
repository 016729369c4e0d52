const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY = 24 * 60;
const WEEK = 7 * DAY;

/**
 * Whether a daily window, such as `17:00-18:00`, meets a weekly one, such as `tue:17:30-tue:18:30`; false where one of
 * the two can't be read.
 */
export function windowsOverlap(daily: string | undefined, weekly: string | undefined): boolean {
  const [from, to] =
    /^(\d\d:\d\d)-(\d\d:\d\d)$/
      .exec(daily ?? "")
      ?.slice(1)
      .map(minutesOf) ?? [];
  const [, firstDay, start, lastDay, end] =
    /^([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)$/.exec((weekly ?? "").toLowerCase()) ?? [];
  if (from === undefined || to === undefined || start === undefined || end === undefined) return false;
  const first = DAYS.indexOf(firstDay ?? "") * DAY + minutesOf(start);
  const last = DAYS.indexOf(lastDay ?? "") * DAY + minutesOf(end);
  const week = { from: first, to: last > first ? last : last + WEEK };
  // Every day of three weeks: windows reach over midnight, and over Sunday.
  return Array.from({ length: 21 }, (_, day) => (day - 7) * DAY).some((midnight) => {
    const begins = midnight + from;
    const ends = midnight + (to > from ? to : to + DAY);
    return begins < week.to && week.from < ends;
  });
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

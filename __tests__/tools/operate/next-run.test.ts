import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextRun } from "../../../tools/operate/next-run.ts";

/** The next runs after midnight (UTC) of Monday, 30 November 2026, as UTC. */
function runs(expression: string, timeZone = "UTC", count = 2, from = new Date("2026-11-30T00:00:00Z")): string[] {
  const next = nextRun(`cron(${expression})`, timeZone, from);
  if (!next || count === 0) return [];
  return [next.toISOString().slice(0, 16), ...runs(expression, timeZone, count - 1, next)].slice(0, count);
}

describe("the next run of a schedule", () => {
  it.each([
    ["each night", "0 3 * * ? *", ["2026-11-30T03:00", "2026-12-01T03:00"]],
    ["on workdays, numbered from Sunday", "0 3 ? * 2-6 *", ["2026-11-30T03:00", "2026-12-01T03:00"]],
    ["over the weekend", "0 3 ? * FRI-MON *", ["2026-11-30T03:00", "2026-12-04T03:00"]],
    ["every quarter from five past", "5/15 * * * ? *", ["2026-11-30T00:05", "2026-11-30T00:20"]],
    ["on the 31st, which not each month has", "0 3 31 * ? *", ["2026-12-31T03:00", "2027-01-31T03:00"]],
    ["on the last day of the month", "0 3 L * ? *", ["2026-11-30T03:00", "2026-12-31T03:00"]],
    ["three days before it", "0 3 L-3 * ? *", ["2026-12-28T03:00", "2027-01-28T03:00"]],
    ["on its last workday", "0 3 LW * ? *", ["2026-11-30T03:00", "2026-12-31T03:00"]],
    ["on the workday nearest to the 1st, a Saturday", "0 3 1W 5 ? *", ["2027-05-03T03:00", "2028-05-01T03:00"]],
    ["on the workday nearest to the 13th, a Sunday", "0 3 13W 12 ? 2026", ["2026-12-14T03:00"]],
    ["on the first Monday", "0 3 ? * 2#1 *", ["2026-12-07T03:00", "2027-01-04T03:00"]],
    ["on the last Friday", "0 3 ? * FRIL *", ["2026-12-25T03:00", "2027-01-29T03:00"]],
    ["on Saturdays", "0 3 ? * L *", ["2026-12-05T03:00", "2026-12-12T03:00"]],
    ["in leap years", "0 0 29 2 ? *", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["never", "0 3 30 2 ? *", []],
    ["in the past", "0 3 1 1 ? 2020", []],
  ])("%s: %s", (_what, expression, expected) => expect(runs(expression)).toEqual(expected));

  it("is by the clocks of its zone, whatever the date is elsewhere", () => {
    expect(runs("0 3 * * ? *", "Asia/Tokyo", 1)).toEqual(["2026-11-30T18:00"]);
    expect(runs("0 3 1 * ? *", "Asia/Tokyo", 1)).toEqual(["2026-11-30T18:00"]);
    expect(runs("0 20 * * ? *", "America/New_York", 1)).toEqual(["2026-11-30T01:00"]);
    expect(runs("30 5 * * ? *", "Asia/Kolkata", 1, new Date("2026-11-30T00:01:00Z"))).toEqual(["2026-12-01T00:00"]);
  });

  it("moves with summer time", () => {
    const from = new Date("2026-03-28T00:00:00Z");
    expect(runs("0 12 * * ? *", "Europe/Berlin", 2, from)).toEqual(["2026-03-28T11:00", "2026-03-29T10:00"]);
    expect(runs("30 2 29 * ? *", "Europe/Berlin", 1, from)).toEqual(["2026-03-29T01:30"]);
  });

  it("is not known of a rate", () => {
    expect(nextRun("rate(1 hour)", "UTC", new Date())).toBeUndefined();
  });

  it("is at the minute and hour that are written, after now and within a day", () => {
    fc.assert(
      fc.property(
        fc.nat(59),
        fc.nat(23),
        fc.constantFrom("Asia/Tokyo", "UTC", "Asia/Kathmandu"),
        fc.date({ min: new Date("2026-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
        (minute, hour, timeZone, from) => {
          const next = nextRun(`cron(${minute} ${hour} * * ? *)`, timeZone, from) as Date;
          const shown = new Intl.DateTimeFormat("sv-SE", { timeZone, timeStyle: "short" }).format(next);
          expect(shown).toBe(`${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
          expect(next.getTime() - from.getTime()).toBeGreaterThan(0);
          expect(next.getTime() - from.getTime()).toBeLessThanOrEqual(86_400_000);
        },
      ),
    );
  });
});

import { describe, expect, it } from "vitest";
import { pattern, readAnnouncements } from "../end-to-end/service/announcements.ts";
import { FAILURES } from "../end-to-end/service/failures.ts";

const rows = readAnnouncements();

describe("the page of what preflight announces", () => {
  it("has an entry for each service that is broken on purpose", () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(FAILURES).sort());
  });

  it("says that what happens is what was announced", () => {
    for (const { announced, happened } of rows) expect(happened).toMatch(pattern(`…${announced ?? ""}…`));
  });

  it("says the same in Japanese", () => {
    const PLACES: Readonly<Record<string, string>> = { 止まったタスク: "stopped task", イベント: "event", ログ: "log" };
    const translated = readAnnouncements("preflight.ja.md").map((row) => ({
      ...row,
      place: PLACES[row.place] ?? row.place,
    }));
    expect(translated).toEqual(rows);
  });
});

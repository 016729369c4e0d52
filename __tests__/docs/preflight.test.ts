import { describe, expect, it } from "vitest";
import { FAILURES } from "../end-to-end/service/failures.ts";
import { pattern, readTable } from "../end-to-end/service/table.ts";

const rows = readTable();

describe("the page of what preflight announces", () => {
  it("has a row for each service that is broken on purpose", () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(FAILURES));
  });

  it("says that what happens is what was announced", () => {
    for (const { announced, happened } of rows) expect(happened).toMatch(pattern(`…${announced ?? ""}…`));
  });

  it("says the same in Japanese", () => {
    const PLACES: Readonly<Record<string, string>> = { 止まったタスク: "stopped task", イベント: "event", ログ: "log" };
    const translated = readTable("preflight.ja.md").map((row) => ({ ...row, place: PLACES[row.place] ?? row.place }));
    expect(translated).toEqual(rows);
  });
});

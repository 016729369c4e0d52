import { describe, expect, it } from "vitest";
import { rollbackTarget } from "../../../tools/release/target.ts";

const recorded = (app: string, nginx = app) => ({
  versions: { app, nginx },
  commit: `commit of ${app}`,
  at: new Date("2026-11-24T10:00:00Z"),
});
const HISTORY = [recorded("0.3.0", "0.2.0"), recorded("0.2.0"), recorded("0.1.0")];
const CURRENT = { app: "0.3.0", nginx: "0.2.0" };

describe("a rollback goes back to", () => {
  it("what the versions file said before", () => {
    expect(rollbackTarget(CURRENT, HISTORY)).toBe(HISTORY[1]);
  });

  it("what the last commit says, where the release was not committed", () => {
    expect(rollbackTarget({ app: "0.4.0", nginx: "0.4.0" }, HISTORY)).toBe(HISTORY[0]);
  });

  it("the same again, where it was killed after it wrote the file", () => {
    expect(rollbackTarget({ app: "0.2.0", nginx: "0.2.0" }, HISTORY)).toBe(HISTORY[1]);
    expect(rollbackTarget({ app: "0.1.0", nginx: "0.1.0" }, HISTORY, "0.1.0")).toBe(HISTORY[2]);
  });

  it("a named version, with the nginx that ran beside it; or both of it where no commit has it", () => {
    expect(rollbackTarget(CURRENT, HISTORY, "0.1.0")).toBe(HISTORY[2]);
    expect(rollbackTarget(CURRENT, HISTORY, "0.0.9")).toEqual({ versions: { app: "0.0.9", nginx: "0.0.9" } });
  });

  it("nothing where there is none, or it is what runs", () => {
    expect(() => rollbackTarget({}, [])).toThrow("Nothing has been released yet");
    expect(() => rollbackTarget(CURRENT, [])).toThrow("Name a version: --to VERSION.");
    expect(() => rollbackTarget(CURRENT, HISTORY, "0.3.0")).toThrow("is already running");
  });
});

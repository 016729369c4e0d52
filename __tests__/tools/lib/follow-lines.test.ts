import { appendFileSync, closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { followLines } from "../../../tools/lib/process/follow-lines.ts";

describe("a file that another process writes", () => {
  it("is read line by line as it grows, and to its end once it is stopped", async () => {
    const path = join(temporaryDirectory(), "log");
    const file = openSync(path, "a+");
    const lines: string[] = [];
    const stop = followLines(file, (line) => lines.push(line));
    appendFileSync(path, "one\ntw");
    await vi.waitFor(() => expect(lines).toEqual(["one"]));
    appendFileSync(path, `o\n${"é".repeat(100_000)}\nthree`);
    stop();
    closeSync(file);
    expect(lines).toEqual(["one", "two", "é".repeat(100_000), "three"]);
  });
});

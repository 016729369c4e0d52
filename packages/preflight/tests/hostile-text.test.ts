import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { printVisibly, reportingMistakes } from "../src/command.ts";
import { printableInColor } from "../src/input/printable.ts";
import { InputError } from "../src/input/user-error.ts";
import type { LocatedFinding } from "../src/preflight.ts";
import { jsonPath, jsonReport } from "../src/report/json.ts";
import { sarifReport } from "../src/report/sarif.ts";
import { pathReport, textReport } from "../src/report/text.ts";
import { RULES } from "../src/rules/index.ts";
import type { Unjudged } from "../src/unjudged.ts";
import { hostileText, OBEYED } from "./support/hostile-text.ts";

const OUTPUTS: Readonly<Record<string, (text: string) => string>> = {
  text: (text) => textReport([finding(text)], text, 1, [unjudged(text)]),
  json: (text) => jsonReport([finding(text)], [unjudged(text)]),
  sarif: (text) => sarifReport([finding(text)], RULES, text, [unjudged(text)]),
  "--path": (text) => pathReport({ verdict: "blocked", hops: [hop(text)] }, text, text),
  "--path as JSON": (text) => jsonPath({ verdict: "blocked", hops: [hop(text)] }),
};

describe("any text in a name or a value", () => {
  it.each(Object.entries(OUTPUTS))("does nothing to a terminal as %s", (_, report) => {
    const usual = report("a").split("\n").length;
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = report(text);
        expect(shown).not.toMatch(OBEYED);
        expect(shown.split("\n")).toHaveLength(usual); // nothing looks like a line of the report's own
      }),
    );
  });

  it("is the same again for a program that reads JSON", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(JSON.parse(jsonReport([finding(text)])).findings[0].message).toBe(text);
      }),
    );
  });

  it("does nothing to a terminal in an error", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const error = vi.spyOn(console, "error").mockImplementation(() => {});
        await reportingMistakes(() => Promise.reject(new InputError(`${text}: can't be read.`)));
        expect(error.mock.calls.join()).not.toMatch(OBEYED);
        error.mockRestore();
      }),
    );
    process.exitCode = undefined;
  });

  it("does nothing to a terminal whatever prints it, and colours stay", () => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    const inner = console.log;
    printVisibly();
    console.log("\u001b[31mred\u001b[39m \u001b]0;title\u0007\u001b[8mhidden\u202e\n\tnext");
    expect(print).toHaveBeenCalledWith("\u001b[31mred\u001b[39m \\u001b]0;title\\u0007\\u001b[8mhidden\\u202e\n\tnext");
    console.log = inner;
    vi.restoreAllMocks();
    fc.assert(
      fc.property(hostileText, (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with it
        expect(printableInColor(text).replace(/\u001b\[31m/g, "")).not.toMatch(OBEYED);
      }),
    );
  });
});

function finding(text: string): LocatedFinding {
  const told = { message: text, cause: text, fix: text, source: `${text}:1`, attribute: text };
  return { id: "LB-002", severity: "error", address: text, ...told };
}

function unjudged(text: string): Unjudged {
  const because = [{ address: text, attribute: text, reason: text }];
  return { subjects: "services", question: "reachability", count: 1, of: 2, because, remedy: text };
}

function hop(text: string) {
  return { kind: "group" as const, at: text, what: text, passes: "no" as const };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FAILURE_MODES } from "../src/documentation/failure-modes.ts";
import { preflightPage } from "../src/documentation/page.ts";
import { RULES } from "../src/rules/index.ts";

it("is the page that `npm run docs` makes of the rules", () => {
  const written = readFileSync(join(import.meta.dirname, "../docs/rules.md"), "utf8");
  expect(written === preflightPage(RULES), "packages/preflight/docs/rules.md is not of these rules: npm run docs").toBe(
    true,
  );
});

it("says of every failure what stops it, or why nothing can", () => {
  for (const { failure, type, schema, rules, unknowable } of FAILURE_MODES) {
    expect([type, schema, rules?.join(), unknowable].some(Boolean), failure).toBe(true);
  }
});

it("names only rules that there are", () => {
  const ids = new Set(RULES.map(({ id }) => id));
  expect(FAILURE_MODES.flatMap(({ rules = [] }) => rules).filter((id) => !ids.has(id))).toEqual([]);
});

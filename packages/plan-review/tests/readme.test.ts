import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { DEFAULT_POLICY, readPlanFile, review, textReview } from "../src/index.ts";

it("shows in the README what the review prints", async () => {
  const plan = await readPlanFile(join(import.meta.dirname, "plans/small.json"));
  const printed = textReview(await review(plan, "plan.json", { policy: DEFAULT_POLICY, today: "2026-01-01" }));
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(stripVTControlCharacters(printed));
});

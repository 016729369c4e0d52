import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOSS_RULES } from "@operation-app/plan-review";
import { RULES } from "@operation-app/preflight";
import { expect, it } from "vitest";
import { FAILURE_MODES } from "../../../packages/preflight/src/documentation/failure-modes.ts";
import { generatedPages } from "../../../tools/cli/docs.ts";

const root = join(import.meta.dirname, "../../..");
const pages = await generatedPages();

it.each([...pages.keys()])("has %s as `bin/infra docs` makes it", (path) => {
  const isCurrent = readFileSync(join(root, path), "utf8") === pages.get(path);
  expect(isCurrent, `${path} is not of this code: bin/infra docs`).toBe(true);
});

it("has no page of rules that are gone", () => {
  const folder = "packages/preflight/docs/rules";
  expect(readdirSync(join(root, folder)).filter((name) => !pages.has(join(folder, name)))).toEqual([]);
});

it("names only rules that exist", () => {
  const ids = new Set([...RULES, ...LOSS_RULES].map(({ id }) => id));
  expect(FAILURE_MODES.flatMap(({ rules = [] }) => rules).filter((id) => !ids.has(id))).toEqual([]);
});

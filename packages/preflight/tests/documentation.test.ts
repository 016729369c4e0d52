import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FAILURE_MODES } from "../src/documentation/failure-modes.ts";
import { preflightPages } from "../src/documentation/page.ts";
import { RULE_GROUPS, RULES } from "../src/rules/index.ts";

const docs = join(import.meta.dirname, "../docs");
const pages = await preflightPages(RULE_GROUPS);

it.each([...pages.keys()])("has %s as `node bin/infra docs` makes it of the rules", (path) => {
  const isCurrent = readFileSync(join(docs, path), "utf8") === pages.get(path);
  expect(isCurrent, `packages/preflight/docs/${path} is not of these rules: node bin/infra docs`).toBe(true);
});

it("has no page of rules that are gone", () => {
  expect(readdirSync(join(docs, "rules")).filter((name) => !pages.has(`rules/${name}`))).toEqual([]);
});

it("finds each rule by its id, in the list and on the page of its group", () => {
  for (const { name, rules } of RULE_GROUPS) {
    for (const { id } of rules) {
      const anchor = id.toLowerCase();
      expect(pages.get("rules.md")).toContain(`<a id="${anchor}"></a>[${id}](rules/${name}.md#${anchor})`);
      expect(pages.get(`rules/${name}.md`)).toContain(`\n## ${id}\n`);
    }
  }
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

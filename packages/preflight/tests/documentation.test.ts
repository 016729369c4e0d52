import { expect, it } from "vitest";
import { FAILURE_MODES } from "../src/documentation/failure-modes.ts";
import { preflightPages } from "../src/documentation/page.ts";
import { RULE_GROUPS } from "../src/rules/index.ts";

const pages = await preflightPages(RULE_GROUPS);

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

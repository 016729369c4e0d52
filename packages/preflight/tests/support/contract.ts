import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failuresOf, type Rule } from "../../src/rule.ts";

/** Ids that tests of this folder are named after: `describeRule("…")`, or the title of one about plans. */
function testedIds(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
  const sources = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  const titles = [...sources.matchAll(/\b(?:describeRule|describe|it)\(\s*"([^"]*)"/g)].map(([, title = ""]) => title);
  return new Set(titles.flatMap((title) => title.match(/\b[A-Z]{2,5}-\d{3}\b/g) ?? []));
}

/** What holds for every rule. @param folder of their tests */
export function describeContract(rules: readonly Rule[], folder: string): void {
  describe("the rules", () => {
    it("have ids of their own", () => {
      const ids = rules.map(({ id }) => id);
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    });

    it("are all tested", () => {
      const tested = testedIds(folder);
      expect(rules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
    });

    it("are there for every test", () => {
      const ids = new Set(rules.map(({ id }) => id));
      expect([...testedIds(folder)].filter((id) => !ids.has(id))).toEqual([]);
    });
  });

  describe.each(rules)("$id", (rule) => {
    it("has the id that an acknowledgement may name", () => {
      expect(rule.id).toMatch(/^[A-Z]{2,5}-\d{3}$/);
    });

    it("says what must be so, what it prevents, and why", () => {
      for (const { prevents, cause } of failuresOf(rule)) {
        for (const text of [rule.title, prevents, cause]) {
          expect(text.trim()).not.toBe("");
          expect(text).not.toContain("\n");
        }
        expect(cause).toMatch(/\.$/);
      }
    });

    it("names a page that says so", () => {
      const { protocol, hostname } = new URL(rule.reference);
      expect(protocol).toBe("https:");
      expect(hostname).toContain(".");
    });
  });
}

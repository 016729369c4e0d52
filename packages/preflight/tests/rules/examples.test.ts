import { describe, expect, it } from "vitest";
import { graphOf } from "../../src/documentation/page.ts";
import { preflight } from "../../src/preflight.ts";
import type { Resources, Rule } from "../../src/rule.ts";
import { RULES } from "../../src/rules/index.ts";

const EXAMPLES = RULES.flatMap((rule) =>
  (rule.examples ?? []).map((example, index) => ({ id: rule.id, number: index + 1, rule, ...example })),
);

// The examples that stand in the documentation.
describe.each(EXAMPLES)("example $number of $id", ({ rule, bad, good, attribute }) => {
  it("is refused where it is bad", async () => {
    const found = await findingsIn(bad, rule);
    expect(found).not.toEqual([]);
    if (attribute) expect(found.map((finding) => finding.attribute)).toContain(attribute);
  });

  it("is taken where it is good", async () => {
    expect(await findingsIn(good, rule)).toEqual([]);
  });
});

async function findingsIn(resources: Resources, rule: Rule) {
  return preflight(await graphOf(resources), [rule]);
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileText, OBEYED } from "../../preflight/tests/support/hostile-text.ts";
import type { Json } from "../../preflight/tests/support/rules.ts";
import { jsonReview } from "../src/report/json.ts";
import { markdownDrift, markdownReview } from "../src/report/markdown.ts";
import { textDrift, textReview } from "../src/report/text.ts";
import type { Review } from "../src/review.ts";
import { change, planWith, policyWith, reviewOf, savedPlan } from "./support/review.ts";

const REPORTS = { markdown: markdownReview, text: textReview, json: jsonReview };

describe.each(Object.entries(REPORTS))("as %s", (_, report) => {
  it("the same plan has the same text, whatever the order of its changes", async () => {
    const text = report(await reviewOf(savedPlan("every-action")));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...Array(19).keys()], { minLength: 19 }), async (order) => {
        const plan = savedPlan("every-action");
        plan.resource_changes = order.map((index) => plan.resource_changes[index]);
        expect(report(await reviewOf(plan))).toBe(text);
      }),
      { numRuns: 10 },
    );
  });
});

describe("the comment", () => {
  const many = (count: number, of: (index: number) => Json) => Array.from({ length: count }, (_, index) => of(index));

  it("on a plan of the real Terraform is this one", async () => {
    const { default: policy } = await import("../../../review-policy.ts");
    const text = `${markdownReview(await reviewOf(savedPlan("gate"), { policy: policyWith(policy) }))}\n`;
    await expect(text).toMatchFileSnapshot("./plans/gate.md");
    await expect(`${markdownReview(await reviewOf(savedPlan("every-action")))}\n`).toMatchFileSnapshot(
      "./plans/every-action.md",
    );
  });

  it("is quoted in the documentation", async () => {
    const comment = markdownReview(await reviewOf(sample()));
    for (const page of ["review.md", "review.ja.md"]) {
      const file = join(import.meta.dirname, "../docs", page);
      expect(existsSync(file) && readFileSync(file, "utf8").includes(comment), comment).toBe(true);
    }
  });

  it("fits into a pull request, and says what it leaves out", async () => {
    const long = "x".repeat(200);
    const plan = [
      ...many(40, (index) => change(`aws_db_instance.d${index}`, { a: long }, null)),
      ...many(200, (index) => change(`aws_x.u${index}`, { a: `${long}1` }, { a: `${long}2` })),
      ...many(900, (index) => change(`aws_x.created_with_a_long_name_${index}`, null, { a: long })),
    ];
    const review = await reviewOf(plan);
    const text = markdownReview(review);
    expect(text.length).toBeLessThan(65_536);
    for (let index = 0; index < 40; index++) expect(text).toContain(`delete: \`aws_db_instance.d${index}\``);
    const shown = text.match(/^- `aws_x\.created/gm)?.length ?? 0;
    expect(text).toContain(`${900 - shown} creates`);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(textReview(review)).toContain("aws_x.created_with_a_long_name_899");
  });

  it("keeps the stops for which there is room", async () => {
    const review = await reviewOf(many(400, (index) => change(`aws_db_instance.d${index}`, { a: 1 }, null)));
    const text = markdownReview(review, 20_000);
    expect(text.length).toBeLessThan(20_000);
    const shown = text.match(/^- delete:/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(text).toContain(`${400 - shown} stops; 2 costs; 400 deletes`);
  });
});

describe("any text in a value or an address", () => {
  const EVIL =
    "a`b|c<!-- d --><details></details><script>@everyone\u001b[31m\u009b2J\u202e\n\n# title\n```\n- [x](http://e) &amp; \u0000 \u200b";

  const plan = (text = EVIL) =>
    planWith(
      [
        change(`aws_x.a["${text}"]`, { [text]: "1", b: text }, { [text]: "2", b: `${text}!` }),
        change(`aws_db_instance.a["${text}"]`, { b: text }, null, { action_reason: text }),
      ],
      {
        resource_drift: [change(`aws_x.b["${text}"]`, { [text]: "1", b: "x" }, { [text]: "2", b: text })],
        output_changes: { [text]: { actions: ["create"], before: null, after: text } },
        checks: [{ address: { to_display: text }, status: "fail", instances: [{ problems: [{ message: text }] }] }],
      },
    );

  it("breaks nothing in Markdown", async () => {
    const policy = policyWith({ exceptions: [{ address: EVIL, action: "delete", reason: EVIL, until: "2026-01-01" }] });
    const text = markdownReview(await reviewOf(plan(), { policy }));
    expect(text).not.toContain("<!--");
    expect(text).not.toContain("<script");
    expect(text).not.toMatch(/^# title/m);
    expect(text.match(/<details>/g) ?? []).toHaveLength(text.match(/^<details>/gm)?.length ?? 0);
    // Outside of code nothing mentions anybody; every code that begins ends on its line.
    for (const line of text.split("\n").filter((one) => !/^ {4}```/.test(one))) {
      expect((line.replace(/\\`/g, "").match(/`/g) ?? []).length % 2, line).toBe(0);
      expect(line.replace(/`[^`]*`/g, "").replace(/^ {6}from = .*|^ {4}\/\/ or .*/, "")).not.toMatch(/@\w/);
    }
  });

  const drifts = { "text of drift": textDrift, "markdown of drift": markdownDrift };
  const ofDrift = Object.entries(drifts).map(([name, report]) => [name, ({ drift }: Review) => report(drift)] as const);

  it.each([...Object.entries(REPORTS), ...ofDrift])("does nothing to a terminal as %s", async (_, report) => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of our own
        const shown = report(await reviewOf(plan(text))).replace(/\u001b\[(1|22|32|31|39)m/g, "");
        expect(shown.replaceAll("@\u200b", "@")).not.toMatch(OBEYED); // that breaks a mention of GitHub's
      }),
      { numRuns: 50, examples: [[EVIL]] },
    );
  });
});

it("JSON has a version, and everything else that is reported", async () => {
  const result = JSON.parse(jsonReview(await reviewOf(savedPlan("every-action"))));
  expect(Object.keys(result)).toEqual([
    "version",
    "verdict",
    "summary",
    "counts",
    "blocked",
    "changes",
    "outputs",
    "drift",
    "checks",
    "warnings",
    "exceptions",
    "notes",
    "policyFile",
  ]);
  expect(result.version).toBe(1);
});

const REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";

/** The plan whose comment stands in the documentation. */
function sample(): Json {
  const mysql = {
    engine: "mysql",
    instance_class: "db.t4g.micro",
    storage_type: "gp3",
    allocated_storage: 20,
    identifier: "app",
    skip_final_snapshot: true,
  };
  const definition = { arn: "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/app:7" };
  const containers = (image: string, env: Json[]) => JSON.stringify([{ name: "app", image, environment: env }]);
  return planWith(
    [
      change("aws_db_instance.mysql", mysql, null, {
        action_reason: "delete_because_no_resource_config",
      }),
      change("aws_db_instance.database_mysql", null, { ...mysql, allocated_storage: 50 }),
      change(
        "aws_ecs_task_definition.app",
        {
          ...definition,
          container_definitions: containers(`${REGISTRY}/app:1.4.0`, [{ name: "API_TOKEN", value: "a" }]),
        },
        {
          ...definition,
          container_definitions: containers(`${REGISTRY}/app:1.5.0`, [{ name: "API_TOKEN", value: "b" }]),
        },
        {
          actions: ["create", "delete"],
          action_reason: "replace_because_cannot_update",
          change: { replace_paths: [["container_definitions"]] },
        },
      ),
      change("aws_ecs_service.app", { desired_count: 1 }, { desired_count: 2 }),
      change(
        "aws_subnet.a",
        { cidr_block: "10.0.0.0/24" },
        { cidr_block: "10.0.0.0/24" },
        { previous_address: "aws_subnet.x" },
      ),
    ],
    { output_changes: { url: { actions: ["update"], before: "http://a", after: "https://a" } } },
  );
}

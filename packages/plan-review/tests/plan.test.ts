import { InputError } from "@operation-app/preflight/input";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../preflight/tests/support/rules.ts";
import { countsOf, summaryLine } from "../src/actions.ts";
import { jsonReview } from "../src/report/json.ts";
import { markdownReview } from "../src/report/markdown.ts";
import { textReview } from "../src/report/text.ts";
import { change, parsed, planWith, reviewOf, savedPlan } from "./support/review.ts";

describe("counts", () => {
  it("are those of Terraform, of a plan with every action", () => {
    const counts = countsOf(parsed(savedPlan("every-action")));
    expect(summaryLine(counts)).toBe("Plan: 2 to import, 4 to add, 4 to change, 7 to destroy.");
    const { delete: deleted, replace, forget, update, create, import: imports, move, read, total } = counts;
    expect({ deleted, replace, forget, update, create, imports, move, read, "no-op": counts["no-op"] }).toEqual({
      deleted: 4,
      replace: 3,
      forget: 1,
      update: 4,
      create: 1,
      imports: 1,
      move: 1,
      read: 1,
      "no-op": 3,
    });
    expect(total).toBe(19);
  });

  it("say that a replacement whose old object is removed from the state destroys nothing", async () => {
    const one = change("aws_x.a", { a: 1 }, { a: 2 }, { actions: ["create", "forget"] });
    const { counts, summary, changes } = await reviewOf([one]);
    expect(counts).toMatchObject({ replace: 1, replacedByForgetting: 1, total: 1 });
    expect(summary).toBe("Plan: 1 to add, 0 to change, 0 to destroy.");
    expect(changes[0]?.actions).toEqual(["create", "forget"]);
  });

  it("say that nothing changes", async () => {
    expect((await reviewOf([change("aws_x.a", { a: 1 }, { a: 1 })])).summary).toBe("No changes.");
  });
});

describe("a plan that is not complete", () => {
  const whole = () => planWith([change("aws_x.a", { a: 1 }, { a: 2 }), change("aws_x.b", { a: 1 }, { a: 1 })]);

  it.each<[string, (plan: Json) => void, RegExp]>([
    ["says so", (plan) => Object.assign(plan, { complete: false }), /not a complete plan/],
    ["does not say that it is", (plan) => delete plan.complete, /does not say that it is complete/],
    ["defers a change", (plan) => Object.assign(plan, { deferred_changes: [{ reason: "unknown" }] }), /1 deferred/],
    ["lacks a change", (plan) => plan.resource_changes.pop(), /no change is listed for aws_x\.b/],
    ["lacks all changes", (plan) => delete plan.resource_changes, /no change is listed for aws_x\.a/],
    [
      "is of -refresh-only",
      (plan) =>
        Object.assign(plan, { prior_state: { values: plan.planned_values }, planned_values: {}, resource_changes: [] }),
      /-refresh-only/,
    ],
    ["lacks a planned value", (plan) => plan.planned_values.root_module.resources.pop(), /no planned values of aws_x/],
    [
      "lacks an object of the state",
      (plan) => Object.assign(plan, { prior_state: { values: whole().planned_values, ...removed("aws_x.c") } }),
      /no change is listed for aws_x\.c/,
    ],
    ["has an unknown action", (plan) => setActions(plan, ["explode"]), /unknown actions/],
    ["has no action", (plan) => setActions(plan, []), /unknown actions/],
    ["contradicts its values", (plan) => setActions(plan, ["create"]), /contradict/],
    ["has a unknown mode", (plan) => Object.assign(plan.resource_changes[0], { mode: "new" }), /unknown mode/],
    ["failed", (plan) => Object.assign(plan, { errored: true }), /plan that failed/],
    ["has no configuration", (plan) => delete plan.configuration, /configuration/],
  ])("is refused where it %s", async (_, break_, message) => {
    const plan = whole();
    break_(plan);
    await expect(reviewOf(plan)).rejects.toThrow(message);
    await expect(reviewOf(plan)).rejects.toBeInstanceOf(InputError);
  });

  it.each(["1.5.7", "1.7.0", "0.15.5"])(
    "is accepted from Terraform %s, which does not mark it, with a note",
    async (version) => {
      const { notes } = await reviewOf({ ...whole(), complete: undefined, terraform_version: version });
      expect(notes).toEqual([expect.stringMatching(`^Terraform ${version} does not mark a plan as complete`)]);
    },
  );

  it.each(["1.8.0", "1.11.4", "2.0.0"])("is refused from Terraform %s, which marks it", async (version) => {
    const plan = { ...whole(), complete: undefined, terraform_version: version };
    await expect(reviewOf(plan)).rejects.toThrow(/does not say that it is complete/);
  });

  it("is accepted from OpenTofu, with a note", async () => {
    const one = change("aws_x.a", { a: 1 }, { a: 2 }, { provider_name: "registry.opentofu.org/hashicorp/aws" });
    const { notes } = await reviewOf(planWith([one], { complete: undefined }));
    expect(notes.join()).toContain("-target");
  });

  function setActions(plan: Json, actions: string[]): void {
    plan.resource_changes[0].change.actions = actions;
  }
  function removed(address: string): Json {
    return { values: { root_module: { resources: [{ address, mode: "managed" }] } } };
  }
});

it.each<number>(savedPlan("every-action").resource_changes.map((_: Json, index: number) => index))(
  "a real plan that lacks the change of one object is refused: %i",
  async (index) => {
    const plan = savedPlan("every-action");
    plan.resource_changes.splice(index, 1);
    await expect(reviewOf(plan)).rejects.toThrow("not a complete plan");
  },
);

describe("a damaged plan", () => {
  const original = savedPlan("gate");
  const text = JSON.stringify(original);
  const paths = pathsIn(original);

  it("is refused where it is cut off", () => {
    fc.assert(
      fc.asyncProperty(fc.nat(text.length - 2), async (length) => {
        await expect((async () => reviewOf(parsed(JSON.parse(text.slice(0, length)))))()).rejects.toThrow();
        expect(() => parsed(text.slice(0, length))).toThrow(InputError);
      }),
      { numRuns: 50 },
    );
  });

  it("is refused or stopped, and never ends in another error", async () => {
    const value = fc.constantFrom<Json>(undefined, null, true, 0, "", "x", [], {}, [[]], ["create"], { a: [null] });
    // Several at once find as much as one by one would, in half the time.
    const damages = fc.array(fc.tuple(fc.constantFrom(...paths), value), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damages, async (changes) => {
        const plan = structuredClone(original);
        for (const [path, instead] of changes) replace(plan, path, instead);
        try {
          const result = await reviewOf(plan);
          for (const report of [markdownReview, textReview, jsonReview]) report(result);
          expect(result.verdict).toBe("blocked");
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message.trim().split("\n")).toHaveLength(1);
        }
      }),
      { numRuns: 120 },
    );
  });
});

/** Every way into a tree, the first levels more often than what lies deep in it. */
function pathsIn(tree: Json, path: readonly string[] = []): string[][] {
  if (typeof tree !== "object" || tree === null || path.length > 6) return [];
  return Object.entries(tree).flatMap(([key, inner]) => [[...path, key], ...pathsIn(inner, [...path, key])]);
}

function replace(tree: Json, path: readonly string[], instead: Json): void {
  const owner = path.slice(0, -1).reduce((at, step) => at?.[step], tree);
  if (typeof owner !== "object" || owner === null) return; // an earlier change has taken it away
  const last = path.at(-1) as string;
  if (instead !== undefined) owner[last] = instead;
  else if (Array.isArray(owner)) owner.splice(Number(last), 1);
  else delete owner[last];
}

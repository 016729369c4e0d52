import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { parsePolicy } from "../../src/gate-policy.ts";
import { type Plan, parsePlan } from "../../src/plan.ts";
import { type Review, type ReviewOptions, review } from "../../src/review.ts";

const TODAY = "2026-03-10";

/** A policy that protects one type, and whatever a test adds. */
export function policyWith(more: object = {}) {
  return parsePolicy({ protected: [{ type: "aws_db_instance", why: "The data." }], ...more }, "policy.ts");
}

/** A change as a plan has it; what it does follows from what there is before and after. */
export function change(address: string, before: Json, after: Json, more: Json = {}): Json {
  const { actions = actionsOf(before, after), change: inner, ...outer } = more;
  const type = address
    .replace(/\[.*\]$/, "")
    .split(".")
    .at(-2);
  return { address, mode: "managed", type, name: "x", ...outer, change: { actions, before, after, ...inner } };
}

function actionsOf(before: Json, after: Json): string[] {
  if (before === null) return ["create"];
  if (after === null) return ["delete"];
  return [JSON.stringify(before) === JSON.stringify(after) ? "no-op" : "update"];
}

/** A whole plan of these changes. */
export function planWith(changes: readonly Json[], more: Json = {}): Json {
  const isKept = ({ mode, change: { actions }, deposed }: Json) =>
    mode === "managed" && deposed === undefined && !["delete", "forget"].includes(actions.join());
  const resources = changes.filter(isKept).map(({ address, mode, type, change: { after } }) => ({
    address,
    mode,
    type,
    name: "x",
    values: after ?? {},
  }));
  return {
    format_version: "1.2",
    complete: true,
    errored: false,
    planned_values: { root_module: { resources } },
    configuration: { root_module: {} },
    resource_changes: changes,
    ...more,
  };
}

/** The review of a plan given as JSON, or as its changes. */
export async function reviewOf(from: Json, options: Partial<ReviewOptions> = {}): Promise<Review> {
  const plan = Array.isArray(from) ? planWith(from) : from;
  return review(parsed(plan), "plan.json", { policy: policyWith(), today: TODAY, ...options });
}

export function parsed(plan: Json): Plan {
  return parsePlan(JSON.stringify(plan), "plan.json");
}

/** What is stopped, such as `delete aws_db_instance.main`. */
export async function stopsOf(from: Json, options: Partial<ReviewOptions> = {}): Promise<string[]> {
  const { blocked } = await reviewOf(from, options);
  return blocked.filter(({ action }) => action !== "preflight").map(({ action, address }) => `${action} ${address}`);
}

/** A plan that the real Terraform made, see `__tests__/end-to-end/review.test.ts`. */
export function savedPlan(name: "every-action" | "gate"): Json {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../plans/${name}.json`), "utf8"));
}

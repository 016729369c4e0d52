import { withoutAcknowledged } from "@operation-app/preflight";
import { InputError } from "@operation-app/preflight/input";
import { describe, expect, it } from "vitest";
import type { JudgeFindings } from "../../src/gate/index.ts";
import { change, planWith, policyWith, reviewOf, savedPlan } from "../support/review.ts";

const DB = "aws_db_instance.main";
const db = { id: "db-1", engine: "mysql", identifier: "main" };

describe("an exception", () => {
  const exceptions = (...more: object[]) => ({ policy: policyWith({ exceptions: more }) });
  const exception = { address: DB, action: "delete", reason: "It is empty.", until: "2026-03-10" };
  const plan = [change(DB, db, null)];

  it("allows one thing, through its last day", async () => {
    const { verdict, exceptions: judged } = await reviewOf(plan, exceptions(exception));
    expect({ verdict, states: judged.map(({ state }) => state) }).toEqual({ verdict: "good", states: ["used"] });
  });

  it("has no effect after it, and is reported", async () => {
    const options = { ...exceptions(exception), today: "2026-03-11" };
    const { verdict, exceptions: judged } = await reviewOf(plan, options);
    expect({ verdict, states: judged.map(({ state }) => state) }).toEqual({ verdict: "blocked", states: ["expired"] });
  });

  it.each([
    { ...exception, address: "aws_db_instance.other" },
    { ...exception, action: "replace" },
  ])("for something else has no effect, and is reported: %j", async (other) => {
    const { verdict, exceptions: judged } = await reviewOf(plan, exceptions(other));
    expect({ verdict, states: judged.map(({ state }) => state) }).toEqual({ verdict: "blocked", states: ["unused"] });
  });

  it("is proposed as the line to write", async () => {
    const { blocked } = await reviewOf(plan);
    expect(blocked[0]?.exception).toBe(`{ address: "${DB}", action: "delete", reason: "…", until: "YYYY-MM-DD" },`);
  });
});

describe("a policy", () => {
  it("is refused with all of its mistakes", () => {
    const wrong = () =>
      policyWith({
        protected: [{ type: "", why: "x" }],
        exceptions: [{ address: "a", action: "destroy", reason: "", until: "2026-02-30" }],
        more: 1,
      });
    expect(wrong).toThrow(InputError);
    for (const part of [
      "protected.0.type",
      "exceptions.0.action",
      "exceptions.0.reason",
      "exceptions.0.until",
      "more",
    ]) {
      expect(wrong).toThrow(part);
    }
  });
});

describe("preflight", () => {
  const schema = (mutable: boolean) => ({ schema: [{ name: "company", attribute_data_type: "String", mutable }] });
  const refused = planWith([change("aws_cognito_user_pool.x", schema(true), schema(false))]);

  it("stops a plan by its errors", async () => {
    const { verdict, blocked } = await reviewOf(refused);
    expect(verdict).toBe("blocked");
    expect(blocked.map(({ action }) => action)).toEqual(["preflight"]);
  });

  it("leaves out what is acknowledged", async () => {
    const acknowledgements = [{ id: "COG-043", address: "aws_cognito_user_pool.x", reason: "AWS does it for us." }];
    const judgeFindings: JudgeFindings = (found, rules) => withoutAcknowledged(found, acknowledgements, rules);
    expect((await reviewOf(refused, { judgeFindings })).blocked).toEqual([]);
  });

  it("lets more rules look", async () => {
    const rule = {
      id: "MORE-001",
      severity: "error",
      title: "Nothing is so",
      when: "apply",
      prevents: "Nothing works",
      cause: "That is how it is.",
      reference: "https://example.com",
      check: () => [{ at: "aws_vpc.main", message: "is one.", fix: "Drop it." }],
    } as const;
    const { blocked } = await reviewOf(refused, { moreRules: [rule] });
    expect(blocked.map(({ address }) => address)).toContain("aws_vpc.main");
  });

  it("does not repeat what the gate stops", async () => {
    const replaced = change("aws_cognito_user_pool.x", { id: "p" }, {}, { actions: ["delete", "create"] });
    const { blocked, warnings } = await reviewOf(planWith([replaced]));
    expect(blocked.map(({ action }) => action)).toEqual(["replace"]);
    expect(warnings).toEqual([]);
  });
});

it("a real plan is stopped for each of its reasons", async () => {
  const { default: policy } = await import("../../../../review-policy.ts");
  const { blocked } = await reviewOf(savedPlan("gate"), { policy: policyWith(policy) });
  expect(blocked).toHaveLength(14);
});

import { parsePlan } from "@operation-app/plan-review/plan";
import { describe, expect, it } from "vitest";
import { adopt } from "../../../tools/adopt/adoption.ts";
import { possibleDestinations } from "../../../tools/adopt/objects.ts";
import { inspectionText } from "../../../tools/adopt/report.ts";
import { verify } from "../../../tools/adopt/verify.ts";
import type { State } from "../../../tools/lib/terraform/state-file.ts";
import { client, ofPool, pool, state } from "../../support/cognito-state.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";

const POOL = "aws_cognito_user_pool.cognito_user_pool";
const adoptFrom = (of: State, leave?: string[]) => adopt(of, checked(environmentWith({})), { leave });
const group = (key: string) => ofPool("aws_cognito_user_group", key, { name: "g", key, attributes: { name: key } });

describe("an object that is left behind by name", () => {
  it.each(['aws_cognito_user_group.g["a"]'])("is not adopted: %s", (name) => {
    const { adopted, left } = adoptFrom(state(pool(), group("a"), group("b")), [name]);
    expect(left.map(({ object, left: why }) => `${object.address} ${why}`)).toEqual([
      `${name} left because of --leave`,
    ]);
    expect(Object.values(adopted).map((one) => one?.from)).toContain('aws_cognito_user_group.g["b"]');
    expect(JSON.stringify(adopted)).not.toContain('g[\\"a\\"]');
  });

  it("may be one that can't be adopted", () => {
    const marked = { sensitive_attributes: [[{ type: "get_attr", value: "description" }]] };
    const bad = ofPool("aws_cognito_user_group", "bad", {
      name: "bad",
      attributes: { name: "bad" },
      instance: marked,
    });
    expect(() => adoptFrom(state(pool(), bad))).toThrow(
      "or leave the object there: --leave 'aws_cognito_user_group.bad'.",
    );
    expect(adoptFrom(state(pool(), bad), ["aws_cognito_user_group.bad"]).left).toHaveLength(1);
  });

  it.each(["aws_cognito_user_group.missing", "aws_cognito_user_pool.this"])(
    "is there, and not the pool: %s",
    (name) => {
      expect(() => adoptFrom(state(pool(), group("a")), [name])).toThrow(
        `--leave ${name}: is not an object that can be left`,
      );
    },
  );
});

describe("inspect", () => {
  it("shows every object with the option that it moves by, where there are several pools", () => {
    const other = pool({ name: "other", attributes: { id: "ap-northeast-1_Pool2" } });
    const text = inspectionText(possibleDestinations(state(pool(), other, group("a"))));
    expect(text).toMatch(/aws_cognito_user_pool\.other .*moves with --pool aws_cognito_user_pool\.other/);
    expect(text).toMatch(/aws_cognito_user_group\.g\["a"\] .*moves with --pool aws_cognito_user_pool\.this/);
    expect(text).toContain("0 of 3 objects can be moved.");
  });

  it("shows them where several app clients have a secret, and says what to name", () => {
    const text = inspectionText(possibleDestinations(state(pool(), client({ key: "a" }), client({ key: "b" }))));
    expect(text.match(/moves if --client names it as the one that Rails uses/g)).toHaveLength(2);
    expect(text).toContain("1 of 3 objects can be moved.");
  });
});

describe("a schema whose attributes have no constraints", () => {
  const schema = (more: object) => [{ name: "team", attribute_data_type: "String", mutable: true, ...more }];
  const ignored = (more: object) =>
    adoptFrom(state(pool({ attributes: { schema: schema(more) } }))).adopted[POOL]?.ignoreChanges;

  it("is ignored, since the state has them or not after a refresh", () => {
    expect(ignored({ string_attribute_constraints: [] })).toContain("schema");
    expect(ignored({ attribute_data_type: "Number" })).toContain("schema");
  });

  it("is kept as it is where each has its own", () => {
    expect(ignored({ string_attribute_constraints: [{ max_length: "20" }] })).not.toContain("schema");
    expect(ignored({ attribute_data_type: "Boolean" })).not.toContain("schema");
  });
});

describe("a plan of an adopted object", () => {
  const before = { id: "ap-northeast-1_Pool1", name: "users", endpoint: "a" };
  const judged = (change: object) => {
    const one = {
      address: POOL,
      mode: "managed",
      type: "aws_cognito_user_pool",
      change: { actions: ["update"], before, ...change },
    };
    return verify(
      parsePlan(JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes: [one] }), "plan.json"),
      "file.json",
    ).problems;
  };

  it("is good where only marks as sensitive change", () => {
    expect(judged({ after: before, before_sensitive: { name: true }, after_sensitive: {} })).toEqual([]);
    expect(
      judged({ after: { ...before, name: "x" }, before_sensitive: { name: true }, after_sensitive: {} }),
    ).toHaveLength(1);
    expect(judged({ after: before, after_unknown: { name: true }, before_sensitive: { name: true } })).toHaveLength(1);
  });

  it("has a fix that names no argument that can't be written", () => {
    expect(judged({ after: { ...before, endpoint: "b" } })[0]?.fix).toBe(
      "endpoint can't be written. Refresh the old project's state (terraform apply -refresh-only there), and adopt again.",
    );
    expect(judged({ after: { ...before, name: "b" } })[0]?.fix).toMatch(/^Write the current values into file\.json/);
  });
});

import { parsePlan } from "@operation-app/plan-review/plan";
import { describe, expect, it } from "vitest";
import { verdictText } from "../../../tools/adopt/report.ts";
import { verify } from "../../../tools/adopt/verify.ts";

const POOL = "aws_cognito_user_pool.cognito_user_pool";
const FILE = "environments/production.cognito.json";

/** A plan with one change to the pool. */
function plan(change: object, more: object = {}) {
  const one = { address: POOL, mode: "managed", type: "aws_cognito_user_pool", change, ...more };
  return parsePlan(
    JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes: [one, vpcThatIsMade] }),
    "plan.json",
  );
}
const vpcThatIsMade = {
  address: "aws_vpc.network_vpc",
  mode: "managed",
  type: "aws_vpc",
  change: { actions: ["create"], before: null, after: {} },
};
const before = { id: "ap-northeast-1_Pool1", name: "users", password_policy: [{ minimum_length: 8 }] };

describe("a plan is good", () => {
  it("where an object stays, whatever happens to others", () => {
    expect(verify(plan({ actions: ["no-op"], before, after: before }), FILE)).toMatchObject({
      problems: [],
      unchanged: [{ address: POOL, id: "ap-northeast-1_Pool1" }],
    });
  });

  it("where an object only moves", () => {
    const from = "module.cognito.aws_cognito_user_pool.this";
    const { problems, unchanged } = verify(
      plan({ actions: ["no-op"], before, after: before }, { previous_address: from }),
      FILE,
    );
    expect(problems).toEqual([]);
    expect(unchanged).toEqual([{ address: POOL, from, id: "ap-northeast-1_Pool1" }]);
  });
});

describe("a plan is not good", () => {
  const problem = (change: object, more?: object) => verify(plan(change, more), FILE).problems[0];

  it("where an attribute changes: it is named, with its two values and what to write where", () => {
    const after = { ...before, password_policy: [{ minimum_length: 12 }] };
    expect(problem({ actions: ["update"], before, after })).toEqual({
      address: POOL,
      message: "would be changed.",
      differences: [{ path: "password_policy.0.minimum_length", before: "8", after: "12" }],
      fix: `Write the current values into ${FILE}, under "${POOL}", "attributes", unless cognito.userPool of the environment sets it.`,
    });
  });

  it("where the object is replaced: what forces it is named", () => {
    const after = { name: "other", username_attributes: ["email"] };
    const found = problem({
      actions: ["delete", "create"],
      before,
      after,
      after_unknown: { id: true },
      replace_paths: [["username_attributes"]],
    });
    expect(found?.message).toContain("would be replaced (");
    expect(found?.differences).toEqual([{ path: "username_attributes", before: "(none)", after: '["email"]' }]);
  });

  it("where what forces a replacement is not known yet", () => {
    const found = problem({
      actions: ["create", "delete"],
      before: { id: "c", user_pool_id: "p" },
      after: { id: "c" },
      after_unknown: { user_pool_id: true },
      replace_paths: [["user_pool_id"]],
    });
    expect(found?.differences).toEqual([{ path: "user_pool_id", before: '"p"', after: "(known after apply)" }]);
  });

  it.each([
    [["create"], "would be created"],
    [["delete"], "would be deleted"],
    [["forget"], "would be forgotten"],
    [["create", "forget"], "would be replaced"],
    [["something new"], "would be replaced"],
  ])("where the action is %j", (actions, message) => {
    expect(problem({ actions, before, after: null })?.message).toContain(message);
  });

  it("where the object is imported, even without a change", () => {
    const change = { actions: ["no-op"], before, after: before, importing: { id: "x" } };
    expect(problem(change)?.message).toContain("would be imported");
  });

  it("where another object comes to the address", () => {
    const change = { actions: ["no-op"], before, after: { ...before, id: "ap-northeast-1_Other" } };
    expect(problem(change)?.message).toContain("would be ap-northeast-1_Other instead of ap-northeast-1_Pool1");
  });

  it("where something is left over from a replacement", () => {
    expect(problem({ actions: ["delete"], before, after: null }, { deposed: "a1" })?.message).toContain("left over");
  });
});

describe("a secret", () => {
  const shown = (change: object) => verdictText(verify(plan({ actions: ["update"], ...change }), FILE));

  it("that Terraform marks is not shown", () => {
    const text = shown({
      before: { id: "x", name: "hidden-before" },
      after: { id: "x", name: "hidden-after" },
      before_sensitive: { name: true },
      after_sensitive: true,
    });
    expect(text).toContain("name: (sensitive) → (sensitive, changed)");
    expect(text).not.toContain("hidden");
  });

  it("is not shown by its name either, however deep it is", () => {
    const text = shown({
      before: { id: "x", provider_details: { client_secret: "hidden-1" } },
      after: { id: "x", provider_details: { client_secret: "hidden-2" }, more: [{ deep: { api_token: "hidden-3" } }] },
    });
    expect(text).not.toContain("hidden");
  });

  it("is not shown on the side that is not marked either", () => {
    const text = shown({
      before: { id: "x", css: "hidden" },
      after: { id: "x", css: "new" },
      after_sensitive: { css: true },
    });
    expect(text).toContain("css: (sensitive) → (sensitive, changed)");
  });

  it("is not shown where it stands in what is called a secret", () => {
    const after = { id: "x", more: { secret: { value: "hidden-1" }, tokens: ["hidden-2"] } };
    expect(shown({ before: { id: "x" }, after })).not.toContain("hidden");
  });

  it("stays one where its path also says how long a token is good for", () => {
    const of = (text: string) => ({ id: "x", client_secret: { token_validity: text } });
    expect(shown({ before: of("hidden-1"), after: of("hidden-2") })).not.toContain("hidden");
  });

  it("is not how long a token is good for", () => {
    const units = (unit: string) => ({ id: "x", token_validity_units: [{ access_token: unit }] });
    expect(shown({ before: units("hours"), after: units("days") })).toContain('"hours" → "days"');
  });
});

describe("what is no plan of Cognito objects", () => {
  it("proves nothing", () => {
    const empty = parsePlan(JSON.stringify({ format_version: "1.2", planned_values: {} }), "plan.json");
    expect(() => verify(empty, FILE)).toThrow("This plan has no aws_cognito_* object");
  });

  it.each([
    ["", "is not valid JSON, or is cut off"],
    ['{"format_version":"1.2","planned_va', "is not valid JSON, or is cut off"],
    ["[]", "is not a Terraform plan"],
    ["{}", "is not a Terraform plan"],
    ['{"format_version":"2.0","planned_values":{}}', "format 2.0"],
    ['{"format_version":"1.2","planned_values":{},"errored":true}', "is a plan that failed"],
    ['{"format_version":"1.2"}', "without its planned values"],
    ['{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":1}]}', "is not a complete plan"],
    ['{"version":4,"lineage":"x"}', "is a state"],
  ])("is refused in one line: %j", (text, reason) => {
    expect(() => parsePlan(text, "plan.json")).toThrow(reason);
  });
});

describe("what a plan names", () => {
  it("is not obeyed by a terminal", () => {
    const text = verdictText(
      verify(
        plan({ actions: ["create"], before: null, after: {} }, { address: "aws_cognito_x.\u001b[2J\u009b" }),
        FILE,
      ),
    );
    expect(text).toContain("\\u001b[2J\\u009b");
  });

  it("is refused where it is nested without an end", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(() => parsePlan(`{"format_version":"1.2","planned_values":${deep}}`, "plan.json")).toThrow(
      "plan.json: is nested more than 200 levels deep",
    );
  });
});

describe("what else a plan would destroy", () => {
  it("is reported, though it is not judged here", () => {
    const more = { address: "aws_ssm_parameter.pool_id", mode: "managed", type: "aws_ssm_parameter" };
    const text = JSON.stringify({
      format_version: "1.2",
      planned_values: {},
      resource_changes: [
        {
          address: POOL,
          mode: "managed",
          type: "aws_cognito_user_pool",
          change: { actions: ["no-op"], before, after: before },
        },
        { ...more, change: { actions: ["delete"], before: {}, after: null } },
      ],
    });
    const verdict = verify(parsePlan(text, "plan.json"), FILE);
    expect(verdict.problems).toEqual([]);
    expect(verdictText(verdict)).toContain(
      "this plan would destroy or forget aws_ssm_parameter.pool_id. This command does not check those",
    );
  });
});

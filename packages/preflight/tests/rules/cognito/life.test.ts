import { describe, expect, it } from "vitest";
import { planOfChange } from "../../support/plan.ts";
import { describeRule, findingsOf, type Json } from "../../support/rules.ts";
import { client } from "./stack.ts";

describeRule("COG-040", {
  "an imported client with a secret": {
    bad: (stack) => {
      stack.import = { to: "aws_cognito_user_pool_client.alb", id: "pool/client" };
    },
    good: (stack) => {
      stack.import = { to: "aws_cognito_user_pool_client.alb", id: "pool/client" };
      client(stack).lifecycle = { ignore_changes: ["generate_secret"] };
    },
    says: "aws_cognito_user_pool_client.alb is imported, and has generate_secret = true. Move the client in the state instead of importing it, or add lifecycle { ignore_changes = [generate_secret] }.",
  },
});

describe("plans", () => {
  const replaced = async (type: string, path: string[], before: Json, after: Json, more: Json = {}) =>
    (
      await findingsOf(planOfChange(type, ["delete", "create"], before, after, { replace_paths: [path], ...more }))
    ).filter(({ id }) => id.startsWith("COG-04"));

  it("COG-040 catches a client that is imported and replaced", async () => {
    const more = { importing: { id: "pool/client" } };
    const found = await replaced(
      "aws_cognito_user_pool_client",
      ["generate_secret"],
      { generate_secret: null },
      { generate_secret: true },
      more,
    );
    expect(found.map(({ id }) => id)).toEqual(["COG-040"]);
  });

  const schema = (max: string, more: Json[] = []) => ({
    schema: [
      {
        name: "company",
        attribute_data_type: "String",
        mutable: true,
        developer_only_attribute: null,
        required: null,
        string_attribute_constraints: [{ min_length: "0", max_length: max }],
      },
      ...more,
    ],
  });

  it("COG-043 catches attributes that are changed or removed", async () => {
    const changed = await findingsOf(planOfChange("aws_cognito_user_pool", ["update"], schema("64"), schema("65")));
    expect(changed).toMatchObject([{ id: "COG-043", message: 'changes "company" in its schema.' }]);
    const removed = await findingsOf(planOfChange("aws_cognito_user_pool", ["update"], schema("64"), { schema: null }));
    expect(removed).toMatchObject([{ id: "COG-043", message: 'removes "company" in its schema.' }]);
  });

  it("COG-043 lets a schema grow, and knows null and false for the same", async () => {
    const before = schema("64");
    Object.assign(before.schema[0] as Json, { developer_only_attribute: false, required: false });
    const after = schema("64", [
      {
        name: "age",
        attribute_data_type: "Number",
        number_attribute_constraints: [{ min_value: "0", max_value: null }],
      },
    ]);
    expect(await findingsOf(planOfChange("aws_cognito_user_pool", ["update"], before, after))).toEqual([]);
  });
});

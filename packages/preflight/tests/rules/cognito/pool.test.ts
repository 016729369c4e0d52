import { describe, it } from "vitest";
import { describeRule, findingsOf, type Json } from "../../support/rules.ts";
import { pool } from "./stack.ts";

/** Gives the pool one attribute of its own. */
const attribute = (stack: Json, more: Json) => {
  pool(stack).schema = [{ name: "company", attribute_data_type: "String", mutable: true, ...more }];
};

const LIMITS = { string_attribute_constraints: { min_length: "0", max_length: "64" } };

describeRule("COG-001", {
  "a second factor without any method": {
    bad: (stack) => delete pool(stack).software_token_mfa_configuration,
    good: (stack) => {
      delete pool(stack).software_token_mfa_configuration;
      pool(stack).sms_configuration = { external_id: "shop", sns_caller_arn: "arn:aws:iam::123456789012:role/sms" };
    },
    says: 'aws_cognito_user_pool.main has mfa_configuration = "ON" and no method for it: software_token_mfa_configuration is not enabled, and there is neither sms_configuration nor email_mfa_configuration. Add software_token_mfa_configuration { enabled = true }.',
  },
  "a method that is switched off": {
    bad: (stack) =>
      Object.assign(pool(stack), {
        mfa_configuration: "OPTIONAL",
        software_token_mfa_configuration: [{ enabled: "false" }],
      }),
    good: (stack) => {
      pool(stack).software_token_mfa_configuration.enabled = "${var.totp}";
    },
    says: 'aws_cognito_user_pool.main has mfa_configuration = "OPTIONAL" and no method for it: software_token_mfa_configuration is not enabled, and there is neither sms_configuration nor email_mfa_configuration. Add software_token_mfa_configuration { enabled = true }.',
  },
});

describeRule("COG-002", {
  "an authenticator app while there is no second factor": {
    bad: (stack) => {
      pool(stack).mfa_configuration = "OFF";
    },
    good: (stack) => {
      pool(stack).mfa_configuration = "OFF";
      pool(stack).software_token_mfa_configuration.enabled = false;
    },
    says: 'aws_cognito_user_pool.main has software_token_mfa_configuration { enabled = true } while mfa_configuration is "OFF". Set mfa_configuration to "OPTIONAL" or "ON", or take the method out.',
  },
  "an authenticator app where nothing is said of the second factor": {
    bad: (stack) => delete pool(stack).mfa_configuration,
    good: (stack) => {
      pool(stack).mfa_configuration = "${var.mfa}";
    },
    says: 'aws_cognito_user_pool.main has software_token_mfa_configuration { enabled = true } while mfa_configuration is "OFF". Set mfa_configuration to "OPTIONAL" or "ON", or take the method out.',
  },
  "e-mail codes while there is no second factor": {
    bad: (stack) => {
      Object.assign(pool(stack), { mfa_configuration: "OFF", email_mfa_configuration: { message: "{####}" } });
      delete pool(stack).software_token_mfa_configuration;
    },
    good: (stack) => {
      Object.assign(pool(stack), {
        mfa_configuration: "OFF",
        sms_configuration: { external_id: "shop", sns_caller_arn: "${var.role}" },
      });
      delete pool(stack).software_token_mfa_configuration;
    },
    says: 'aws_cognito_user_pool.main has email_mfa_configuration while mfa_configuration is "OFF". Set mfa_configuration to "OPTIONAL" or "ON", or take the method out.',
  },
});

describeRule("COG-003", {
  "aliases for names of another kind": {
    bad: (stack) =>
      Object.assign(pool(stack), { alias_attributes: ["preferred_username"], username_attributes: ["email"] }),
    good: (stack) => Object.assign(pool(stack), { alias_attributes: [], username_attributes: ["email"] }),
    says: "aws_cognito_user_pool.main has both alias_attributes and username_attributes. Keep the one that the pool was made with, since a change of either replaces the pool.",
  },
});

describeRule("COG-004", {
  "a message in two places": {
    bad: (stack) =>
      Object.assign(pool(stack), {
        email_verification_message: "Your code is {####}",
        verification_message_template: { email_message: "Your code is {####}" },
      }),
    good: (stack) =>
      Object.assign(pool(stack), {
        email_verification_message: "Your code is {####}",
        verification_message_template: { email_subject: "Your code", default_email_option: "CONFIRM_WITH_CODE" },
      }),
    says: "aws_cognito_user_pool.main has both email_verification_message and verification_message_template.email_message. Take email_verification_message out.",
  },
});

describeRule("COG-005", {
  "a custom attribute without limits": {
    bad: (stack) => attribute(stack, {}),
    good: (stack) => attribute(stack, LIMITS),
    says: 'aws_cognito_user_pool.main has no string_attribute_constraints block in the schema of "company". Write string_attribute_constraints with min_length and max_length as the pool has them, or ignore changes of schema in its lifecycle.',
  },
  "a custom attribute with empty limits": {
    bad: (stack) => attribute(stack, { string_attribute_constraints: {} }),
    good: (stack) => {
      attribute(stack, { string_attribute_constraints: {} });
      pool(stack).lifecycle = { ignore_changes: ["schema"] };
    },
    says: 'aws_cognito_user_pool.main has an empty string_attribute_constraints block in the schema of "company". Write string_attribute_constraints with min_length and max_length as the pool has them, or ignore changes of schema in its lifecycle.',
  },
  "a number without limits": {
    bad: (stack) => attribute(stack, { attribute_data_type: "Number" }),
    good: (stack) =>
      attribute(stack, { attribute_data_type: "Number", number_attribute_constraints: [{ max_value: 9 }] }),
    says: 'aws_cognito_user_pool.main has no number_attribute_constraints block in the schema of "company". Write number_attribute_constraints with min_value and max_value as the pool has them, or ignore changes of schema in its lifecycle.',
  },
  "a standard attribute as AWS makes it, without its limits": {
    bad: (stack) => attribute(stack, { name: "nickname" }),
    good: (stack) => attribute(stack, { name: "email", required: true }),
    says: 'aws_cognito_user_pool.main has no string_attribute_constraints block in the schema of "nickname". Write string_attribute_constraints with min_length and max_length as the pool has them, or ignore changes of schema in its lifecycle.',
  },
  "a text, which has limits, unlike a switch": {
    bad: (stack) => attribute(stack, { attribute_data_type: "String" }),
    good: (stack) => attribute(stack, { attribute_data_type: "Boolean" }),
    says: 'aws_cognito_user_pool.main has no string_attribute_constraints block in the schema of "company". Write string_attribute_constraints with min_length and max_length as the pool has them, or ignore changes of schema in its lifecycle.',
  },
});

describeRule("COG-006", {
  "a custom attribute that is required": {
    bad: (stack) => attribute(stack, { ...LIMITS, required: true }),
    good: (stack) => attribute(stack, { ...LIMITS, name: "email", required: true }),
    says: 'aws_cognito_user_pool.main has required = true in the schema of "company", which is not a standard attribute. Set required to false, and check the attribute in a pre sign-up function.',
  },
});

describeRule("COG-007", {
  "a name of 21 characters": {
    bad: (stack) => attribute(stack, { ...LIMITS, name: "a".repeat(21) }),
    good: (stack) => attribute(stack, { ...LIMITS, name: "a".repeat(20) }),
    says: 'aws_cognito_user_pool.main has schema.name = "aaaaaaaaaaaaaaaaaaaaa". Write a name of 1 to 20 characters.',
  },
});

describeRule("COG-008", {
  "a prefix that is written out": {
    bad: (stack) => attribute(stack, { ...LIMITS, name: "custom:company" }),
    good: (stack) => attribute(stack, { ...LIMITS, name: "customer" }),
    says: 'aws_cognito_user_pool.main has a schema attribute "custom:company" with the prefix custom: written out. Write name = "company".',
  },
});

describeRule("COG-009", {
  "passwords that are too short": {
    bad: (stack) => {
      pool(stack).password_policy = [{ minimum_length: "5" }];
    },
    good: (stack) => {
      pool(stack).password_policy = { minimum_length: 6, temporary_password_validity_days: 0 };
    },
    says: "aws_cognito_user_pool.main has password_policy.minimum_length = 5. Write a number from 6 to 99.",
  },
  "temporary passwords that last too long": {
    bad: (stack) => {
      pool(stack).password_policy.temporary_password_validity_days = 366;
    },
    says: "aws_cognito_user_pool.main has password_policy.temporary_password_validity_days = 366. Write a number from 0 to 365.",
  },
});

describe("hostile input", () => {
  it.each([null, 7, "x", true, [], {}, [[]], [null], { a: [1] }, "${", "${a.b.c}"])(
    "does not break on %j",
    async (junk) => {
      for (const type of [
        "aws_cognito_user_pool",
        "aws_cognito_user_pool_client",
        "aws_cognito_user_pool_domain",
        "aws_lb_listener",
      ]) {
        const names =
          "schema lambda_config password_policy sms_configuration callback_urls domain certificate_arn default_action alias_attributes allowed_oauth_flows token_validity_units access_token_validity protocol".split(
            " ",
          );
        await findingsOf({ resource: { [type]: { main: Object.fromEntries(names.map((name) => [name, junk])) } } });
      }
    },
  );
});

import { describeRule, type Json } from "../../support/rules.ts";
import { client, POOL_ID, pool } from "./stack.ts";

const provider = (more: Json = {}) => ({
  google: {
    user_pool_id: POOL_ID,
    provider_name: "Google",
    provider_type: "Google",
    provider_details: { client_id: "x", client_secret: "${var.secret}", authorize_scopes: "email" },
    ...more,
  },
});

const schema = (...attributes: Json[]) => attributes.map((one) => ({ attribute_data_type: "String", ...one }));

describeRule("COG-053", {
  "an attribute without its prefix": {
    bad: (stack) => {
      pool(stack).schema = schema({ name: "plan" });
      client(stack).write_attributes = ["email", "plan"];
    },
    good: (stack) => {
      pool(stack).schema = schema({ name: "plan" });
      client(stack).write_attributes = ["email", "custom:plan"];
    },
    says: 'aws_cognito_user_pool_client.alb has "plan" in write_attributes, which aws_cognito_user_pool.main does not have. Write "custom:plan".',
  },
  "an attribute that the pool does not have": {
    bad: (stack) => {
      client(stack).read_attributes = ["email", "email_verified", "custom:plan"];
    },
    good: (stack) => {
      client(stack).read_attributes = ["email", "email_verified", "custom:plan"];
      pool(stack).lifecycle = { ignore_changes: ["schema"] };
    },
    says: 'aws_cognito_user_pool_client.alb has "custom:plan" in read_attributes, which aws_cognito_user_pool.main does not have. Write a standard attribute of OpenID Connect, or custom:<name> of one in the pool\'s schema.',
  },
  "an attribute that only Cognito writes": {
    bad: (stack) => {
      client(stack).write_attributes = ["email", "email_verified"];
    },
    good: (stack) => {
      client(stack).read_attributes = ["email", "email_verified"];
    },
    says: 'aws_cognito_user_pool_client.alb has "email_verified" in write_attributes, which only Cognito writes. Take "email_verified" out of write_attributes.',
  },
  "a required attribute that can't be written": {
    bad: (stack) => {
      pool(stack).schema = schema({ name: "email", required: true });
      client(stack).write_attributes = ["given_name"];
    },
    good: (stack) => {
      pool(stack).schema = schema({ name: "email", required: true });
      client(stack).write_attributes = ["given_name", "email"];
    },
    says: 'aws_cognito_user_pool_client.alb has write_attributes without "email", which aws_cognito_user_pool.main requires. Add "email" to write_attributes.',
  },
});

describeRule("COG-054", {
  "a mapping to an attribute that the pool does not have": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider({ attribute_mapping: { "custom:groups": "groups" } });
    },
    good: (stack) => {
      pool(stack).schema = schema({ name: "groups", mutable: true });
      stack.resource.aws_cognito_identity_provider = provider({
        attribute_mapping: { "custom:groups": "groups", username: "sub", email: "email" },
      });
    },
    says: 'aws_cognito_identity_provider.google maps to "custom:groups", which aws_cognito_user_pool.main does not have. Write a standard attribute of OpenID Connect, or custom:<name> of one in the pool\'s schema.',
  },
  "a mapping to what can't change": {
    bad: (stack) => {
      pool(stack).schema = schema({ name: "email", required: true, mutable: false });
      stack.resource.aws_cognito_identity_provider = provider({ attribute_mapping: { email: "email" } });
    },
    good: (stack) => {
      pool(stack).schema = schema({ name: "email", required: true, mutable: true });
      stack.resource.aws_cognito_identity_provider = provider({ attribute_mapping: { email: "email" } });
    },
    says: 'aws_cognito_identity_provider.google maps to "email", which is not mutable in aws_cognito_user_pool.main. Set mutable to true in the schema of a new pool, or map to another attribute.',
  },
  "a mapping to what a client may not write": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider({ attribute_mapping: { name: "name", email: "email" } });
      Object.assign(client(stack), { write_attributes: ["email"], supported_identity_providers: ["Google"] });
    },
    good: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider({ attribute_mapping: { name: "name", email: "email" } });
      client(stack).write_attributes = ["email"];
    },
    says: 'aws_cognito_identity_provider.google maps to "name", which aws_cognito_user_pool_client.alb may not write. Add "name" to write_attributes of aws_cognito_user_pool_client.alb.',
  },
});

describeRule("COG-055", {
  "a check of what is never verified": {
    bad: (stack) => {
      pool(stack).user_attribute_update_settings = { attributes_require_verification_before_update: ["email"] };
    },
    good: (stack) => {
      pool(stack).user_attribute_update_settings = { attributes_require_verification_before_update: ["email"] };
      pool(stack).auto_verified_attributes = ["email"];
    },
    says: 'aws_cognito_user_pool.main requires the verification of "email" before an update, without it in auto_verified_attributes. Add "email" to auto_verified_attributes.',
  },
});

import { describeRule, type Json } from "../support/rules.ts";

const pool = (stack: Json) => stack.resource.aws_cognito_user_pool.main;
const client = (stack: Json) => stack.resource.aws_cognito_user_pool_client.alb;
const POOL_ID = "${aws_cognito_user_pool.main.id}";
const server = (more: Json = {}) => ({
  api: { identifier: "shop", name: "shop", user_pool_id: POOL_ID, scope: [{ scope_name: "read" }], ...more },
});
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

describeRule("COG-050", {
  "a scope that Cognito does not have": {
    bad: (stack) => client(stack).allowed_oauth_scopes.push("Cognito"),
    good: (stack) => client(stack).allowed_oauth_scopes.push("aws.cognito.signin.user.admin", "${var.scope}"),
    says: 'aws_cognito_user_pool_client.alb allows the scope "Cognito", which Cognito does not have. Write one of "openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", or <identifier of a resource server>/<scope>.',
  },
  "a scope of a resource server that is not there": {
    bad: (stack) => client(stack).allowed_oauth_scopes.push("https://api.example.com/read"),
    good: (stack) => {
      client(stack).allowed_oauth_scopes.push("https://api.example.com/read");
      stack.import = [{ to: "aws_cognito_user_pool.main", id: "ap-northeast-1_abc" }];
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "https://api.example.com/read", and aws_cognito_user_pool.main has no resource server "https://api.example.com". Add an aws_cognito_resource_server with identifier = "https://api.example.com" and the scope "read".',
  },
  "a scope that the resource server does not list": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("${aws_cognito_resource_server.api.identifier}/write");
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("${aws_cognito_resource_server.api.identifier}/read");
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "shop/write", and aws_cognito_resource_server.api has "read". Add a scope "write" to aws_cognito_resource_server.api, or take "shop/write" out.',
  },
  "a resource server that is made at the same time": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("shop/read");
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("shop/read");
      client(stack).depends_on = ["aws_cognito_resource_server.api"];
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "shop/read", and does not wait for aws_cognito_resource_server.api, which defines it. Write ${aws_cognito_resource_server.api.identifier}/read, or add depends_on = ["aws_cognito_resource_server.api"].',
  },
  "a scope of another pool's resource server": {
    bad: (stack) => {
      stack.resource.aws_cognito_user_pool.other = { name: "other" };
      stack.resource.aws_cognito_resource_server = server({ user_pool_id: "${aws_cognito_user_pool.other.id}" });
      client(stack).allowed_oauth_scopes.push("shop/read");
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server({ user_pool_id: "${var.pool}" });
      client(stack).allowed_oauth_scopes.push("shop/read");
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "shop/read", and aws_cognito_user_pool.main has no resource server "shop". Add an aws_cognito_resource_server with identifier = "shop" and the scope "read".',
  },
});

describeRule("COG-051", {
  "a machine without a scope of its own": {
    bad: (stack) =>
      Object.assign(client(stack), { allowed_oauth_flows: ["client_credentials"], allowed_oauth_scopes: ["openid"] }),
    good: (stack) =>
      Object.assign(client(stack), {
        allowed_oauth_flows: ["client_credentials"],
        allowed_oauth_scopes: ["shop/read"],
      }),
    says: 'aws_cognito_user_pool_client.alb has the flow "client_credentials", and allows "openid" only. Add an aws_cognito_resource_server with a scope, and list it in allowed_oauth_scopes.',
  },
});

describeRule("COG-052", {
  "a scope with its server's name in it": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = server({ scope: [{ scope_name: "shop/read" }] });
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server({ scope: [{ scope_name: "orders:read.all" }] });
    },
    says: 'aws_cognito_resource_server.api has scope.scope_name = "shop/read". Write the name of the scope only, without the identifier, a slash, quotes or spaces.',
  },
  "a scope that is listed twice": {
    bad: (stack) => {
      const scope = [{ scope_name: "read" }, { scope_name: "read", scope_description: "again" }];
      stack.resource.aws_cognito_resource_server = server({ scope });
    },
    says: 'aws_cognito_resource_server.api has two scopes named "read". Keep one of them.',
  },
  "two resource servers of one identifier": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = { ...server(), more: server().api };
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = { ...server(), more: server({ identifier: "more" }).api };
    },
    says: 'aws_cognito_resource_server.more is a second resource server "shop" of aws_cognito_user_pool.main, beside aws_cognito_resource_server.api. Put all scopes into one of them.',
  },
});

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

describeRule("COG-058", {
  "a social provider under another name": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider({ provider_name: "MyGoogle" });
    },
    good: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider();
    },
    says: 'aws_cognito_identity_provider.google has provider_type = "Google" and provider_name = "MyGoogle". Write provider_name = "Google".',
  },
  "a provider without its scopes": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider();
      delete stack.resource.aws_cognito_identity_provider.google.provider_details.authorize_scopes;
    },
    good: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider({ provider_details: "${var.details}" });
    },
    says: 'aws_cognito_identity_provider.google has provider_type = "Google", and no authorize_scopes in provider_details. Add authorize_scopes to provider_details.',
  },
  "SAML without metadata": {
    bad: (stack) => {
      const more = { provider_type: "SAML", provider_name: "corp", provider_details: { IDPSignout: "true" } };
      stack.resource.aws_cognito_identity_provider = provider(more);
    },
    good: (stack) => {
      const more = { provider_type: "SAML", provider_name: "corp", provider_details: { MetadataFile: '${file("x")}' } };
      stack.resource.aws_cognito_identity_provider = provider(more);
    },
    says: 'aws_cognito_identity_provider.google has provider_type = "SAML", and no MetadataURL or MetadataFile in provider_details. Add MetadataURL to provider_details.',
  },
});

describeRule("COG-059", {
  "a provider that the pool does not have": {
    bad: (stack) => client(stack).supported_identity_providers.push("Google"),
    good: (stack) => {
      client(stack).supported_identity_providers.push("Google");
      stack.resource.aws_cognito_identity_provider = provider();
    },
    says: 'aws_cognito_user_pool_client.alb names "Google" in supported_identity_providers, which aws_cognito_user_pool.main does not have. Add an aws_cognito_identity_provider with provider_name = "Google".',
  },
  "Cognito in small letters": {
    bad: (stack) => {
      client(stack).supported_identity_providers = ["Cognito"];
    },
    says: 'aws_cognito_user_pool_client.alb names "Cognito" in supported_identity_providers, which aws_cognito_user_pool.main does not have. Write "COGNITO", in capitals.',
  },
});

describeRule("COG-065", {
  "rotation beside the old flow": {
    bad: (stack) =>
      Object.assign(client(stack), {
        refresh_token_rotation: { feature: "ENABLED" },
        explicit_auth_flows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    good: (stack) =>
      Object.assign(client(stack), {
        refresh_token_rotation: { feature: "ENABLED" },
        explicit_auth_flows: ["ALLOW_USER_SRP_AUTH"],
      }),
    says: 'aws_cognito_user_pool_client.alb has refresh_token_rotation, and "ALLOW_REFRESH_TOKEN_AUTH" in explicit_auth_flows. Take "ALLOW_REFRESH_TOKEN_AUTH" out.',
  },
});

describeRule("COG-066", {
  "a callback with a fragment": {
    bad: (stack) => client(stack).callback_urls.push("https://shop.example.com/#/login"),
    good: (stack) => client(stack).callback_urls.push("shop-app://login", "http://localhost:3000/a?b=c"),
    says: 'aws_cognito_user_pool_client.alb has "https://shop.example.com/#/login" in callback_urls. Write the whole URL, beginning with https:// (or the scheme of an app), and without #.',
  },
  "a callback without its host": {
    bad: (stack) => {
      client(stack).logout_urls = ["/signed-out"];
    },
    good: (stack) => {
      client(stack).logout_urls = ["https://${var.host}/signed-out"];
    },
    says: 'aws_cognito_user_pool_client.alb has "/signed-out" in logout_urls. Write the whole URL, beginning with https:// (or the scheme of an app), and without #.',
  },
});

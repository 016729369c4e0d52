import { describeRule, type Json } from "../../support/rules.ts";
import { callbacks, set } from "./stack.ts";

const google =
  (name: string, more: Json = {}) =>
  (stack: Json) => {
    set({ supported_identity_providers: ["COGNITO", name], ...more })(stack);
    stack.resource.aws_cognito_identity_provider = {
      google: { provider_name: "Google", provider_type: "Google", user_pool_id: "${aws_cognito_user_pool.main.id}" },
    };
  };

describeRule("COG-020", {
  "old and new names": {
    bad: set({ explicit_auth_flows: ["ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"] }),
    good: set({ explicit_auth_flows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"] }),
    says: 'aws_cognito_user_pool_client.alb has "USER_PASSWORD_AUTH" beside "ALLOW_REFRESH_TOKEN_AUTH" in explicit_auth_flows. Write "ALLOW_USER_PASSWORD_AUTH" instead of "USER_PASSWORD_AUTH".',
  },
});

describeRule("COG-021", {
  "flows that may not be used": {
    bad: set({ allowed_oauth_flows_user_pool_client: false }),
    good: set({ allowed_oauth_flows_user_pool_client: "${var.oauth}" }),
    says: 'aws_cognito_user_pool_client.alb has allowed_oauth_flows = ["code"] without allowed_oauth_flows_user_pool_client = true. Set allowed_oauth_flows_user_pool_client to true.',
  },
});

describeRule("COG-022", {
  "no flows": {
    bad: set({ allowed_oauth_flows: [] }),
    good: set({ allowed_oauth_flows: "${var.flows}" }),
    says: 'aws_cognito_user_pool_client.alb has allowed_oauth_flows_user_pool_client = true and no allowed_oauth_flows. Write allowed_oauth_flows, such as ["code"], and allowed_oauth_scopes, such as ["openid"].',
  },
  "no scopes": {
    bad: set({ allowed_oauth_scopes: null }),
    good: set({ allowed_oauth_flows_user_pool_client: false, allowed_oauth_scopes: null }),
    says: 'aws_cognito_user_pool_client.alb has allowed_oauth_flows_user_pool_client = true and no allowed_oauth_scopes. Write allowed_oauth_flows, such as ["code"], and allowed_oauth_scopes, such as ["openid"].',
  },
});

describeRule("COG-023", {
  "no callbacks": {
    bad: set({ callback_urls: [] }),
    good: set({ callback_urls: ["${var.callback}"] }),
    says: 'aws_cognito_user_pool_client.alb has allowed_oauth_flows = ["code"] and no callback_urls. Set callback_urls to the URL that users return to after the login.',
  },
});

describeRule("COG-024", {
  "client_credentials beside another flow": {
    bad: set({ allowed_oauth_flows: ["code", "client_credentials"] }),
    good: set({ allowed_oauth_flows: ["client_credentials"] }),
    says: 'aws_cognito_user_pool_client.alb has "code" beside "client_credentials" in allowed_oauth_flows. Add a separate client for client_credentials.',
  },
  "client_credentials without secret": {
    bad: set({ allowed_oauth_flows: ["client_credentials"], generate_secret: false }),
    good: (stack) => {
      set({ allowed_oauth_flows: ["client_credentials"], generate_secret: null })(stack);
      stack.import = [{ to: "${aws_cognito_user_pool_client.alb}", id: "pool/client" }];
    },
    says: 'aws_cognito_user_pool_client.alb has the flow "client_credentials" and no secret. Set generate_secret to true.',
  },
});

describeRule("COG-025", {
  "a callback in the clear": {
    bad: callbacks("http://shop.example.com/back"),
    good: callbacks("http://localhost:3000/back", "http://127.0.0.1/back", "http://[::1]:3000", "myapp://back"),
    says: 'aws_cognito_user_pool_client.alb has "http://shop.example.com/back" in callback_urls. Write https:// instead of http://.',
  },
  "a host that only begins like localhost": {
    bad: callbacks("http://localhost.example.com/"),
    says: 'aws_cognito_user_pool_client.alb has "http://localhost.example.com/" in callback_urls. Write https:// instead of http://.',
  },
});

describeRule("COG-026", {
  "a default that is no callback": {
    bad: set({ default_redirect_uri: "https://shop.example.com/" }),
    good: set({ default_redirect_uri: "https://shop.example.com/oauth2/idpresponse" }),
    says: 'aws_cognito_user_pool_client.alb has default_redirect_uri = "https://shop.example.com/", which is not in callback_urls ("https://shop.example.com/oauth2/idpresponse"). Add it to callback_urls.',
  },
});

describeRule("COG-027", {
  "an access token of 60 hours": {
    bad: set({ access_token_validity: 60 }),
    good: set({ access_token_validity: 60, token_validity_units: { access_token: "minutes" } }),
    says: "aws_cognito_user_pool_client.alb has access_token_validity = 60, in hours. Write 5 minutes to 1 day, with the unit in token_validity_units.access_token.",
  },
  "a refresh token of 30 minutes": {
    bad: set({ refresh_token_validity: "30", token_validity_units: [{ refresh_token: "minutes" }] }),
    good: set({ refresh_token_validity: 3650 }),
    says: "aws_cognito_user_pool_client.alb has refresh_token_validity = 30, in minutes. Write 60 minutes to 10 years, with the unit in token_validity_units.refresh_token.",
  },
});

describeRule("COG-028", {
  "a provider by its name": {
    bad: google("Google"),
    good: google("${aws_cognito_identity_provider.google.provider_name}"),
    says: 'aws_cognito_user_pool_client.alb names the identity provider "Google", and does not wait for aws_cognito_identity_provider.google. Write ${aws_cognito_identity_provider.google.provider_name} in supported_identity_providers.',
  },
  "a provider that another one is waited for": {
    bad: google("Google", { depends_on: ["aws_cognito_user_pool_domain.main"] }),
    good: google("Google", { depends_on: ["aws_cognito_identity_provider.google"] }),
    says: 'aws_cognito_user_pool_client.alb names the identity provider "Google", and does not wait for aws_cognito_identity_provider.google. Write ${aws_cognito_identity_provider.google.provider_name} in supported_identity_providers.',
  },
});

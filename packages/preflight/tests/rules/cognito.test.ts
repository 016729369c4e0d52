import { describe, expect, it } from "vitest";
import { planOfChange } from "../support/plan.ts";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";

const pool = (stack: Json) => stack.resource.aws_cognito_user_pool.main;
const client = (stack: Json) => stack.resource.aws_cognito_user_pool_client.alb;
const domain = (stack: Json) => stack.resource.aws_cognito_user_pool_domain.main;
const listener = (stack: Json) => stack.resource.aws_lb_listener.https;
const logIn = (stack: Json) => listener(stack).default_action[0].authenticate_cognito;
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

describeRule("COG-010", {
  "SES without an identity": {
    bad: (stack) => {
      pool(stack).email_configuration = { email_sending_account: "DEVELOPER", from_email_address: "shop@example.com" };
    },
    good: (stack) => {
      pool(stack).email_configuration = {
        email_sending_account: "DEVELOPER",
        source_arn: "${aws_ses_email_identity.x.arn}",
      };
    },
    says: 'aws_cognito_user_pool.main has email_sending_account = "DEVELOPER" and no source_arn. Set email_configuration.source_arn to the ARN of the verified SES identity.',
  },
  "Cognito's own sender with another address": {
    bad: (stack) => {
      pool(stack).email_configuration = { from_email_address: "shop@example.com" };
    },
    good: (stack) => {
      pool(stack).email_configuration = { reply_to_email_address: "shop@example.com" };
    },
    says: "aws_cognito_user_pool.main has a from_email_address and no source_arn. Set email_configuration.source_arn to the ARN of the verified SES identity.",
  },
});

const smsRole = (stack: Json, service: string) => {
  pool(stack).sms_configuration = { external_id: "shop", sns_caller_arn: "${aws_iam_role.sms.arn}" };
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  stack.resource.aws_iam_role.sms = {
    name: "sms",
    assume_role_policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  };
};

describeRule("COG-011", {
  "a role that trusts another service": {
    bad: (stack) => smsRole(stack, "sns.amazonaws.com"),
    good: (stack) => smsRole(stack, "cognito-idp.amazonaws.com"),
    says: 'aws_iam_role.sms sends the SMS of aws_cognito_user_pool.main and does not trust cognito-idp.amazonaws.com. Name the service "cognito-idp.amazonaws.com" as Principal in assume_role_policy.',
  },
});

const trigger = (stack: Json, permissions: Json = {}) => {
  pool(stack).lambda_config = { pre_sign_up: "${aws_lambda_function.check.arn}" };
  stack.resource.aws_lambda_function = { check: { function_name: "check", role: "${var.role}" } };
  stack.resource.aws_lambda_permission = permissions;
};
const permission = (more: Json) => ({
  x: { action: "lambda:InvokeFunction", principal: "cognito-idp.amazonaws.com", function_name: "check", ...more },
});

describeRule("COG-012", {
  "a function without permission": {
    bad: (stack) => trigger(stack),
    good: (stack) => trigger(stack, permission({ function_name: "${aws_lambda_function.check.function_name}" })),
    says: 'aws_cognito_user_pool.main calls aws_lambda_function.check (pre_sign_up), which has no aws_lambda_permission for cognito-idp.amazonaws.com. Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "cognito-idp.amazonaws.com" and the pool\'s ARN as source_arn.',
  },
  "a permission for another service": {
    bad: (stack) => trigger(stack, permission({ principal: "s3.amazonaws.com" })),
    good: (stack) => trigger(stack, permission({})),
    says: 'aws_cognito_user_pool.main calls aws_lambda_function.check (pre_sign_up), which has no aws_lambda_permission for cognito-idp.amazonaws.com. Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "cognito-idp.amazonaws.com" and the pool\'s ARN as source_arn.',
  },
  "a permission for another function": {
    bad: (stack) =>
      trigger(stack, permission({ function_name: "arn:aws:lambda:ap-northeast-1:123456789012:function:other" })),
    good: (stack) => trigger(stack, permission({ function_name: "${var.function}" })),
    says: 'aws_cognito_user_pool.main calls aws_lambda_function.check (pre_sign_up), which has no aws_lambda_permission for cognito-idp.amazonaws.com. Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "cognito-idp.amazonaws.com" and the pool\'s ARN as source_arn.',
  },
});

const prefix = (name: string) => (stack: Json) => {
  domain(stack).domain = name;
};

describeRule("COG-013", {
  "a reserved word": {
    bad: prefix("shop-cognito"),
    good: prefix("shop-log-in"),
    says: 'aws_cognito_user_pool_domain.main has the domain prefix "shop-cognito", which contains the reserved word cognito. Choose another prefix of lower-case letters, digits and hyphens, without aws, amazon and cognito.',
  },
  "a reserved word beside something unknown": {
    bad: prefix("aws-${aws_cognito_user_pool.main.id}"),
    good: prefix("${var.name}"),
    says: 'aws_cognito_user_pool_domain.main has the domain prefix "aws-", which contains the reserved word aws. Choose another prefix of lower-case letters, digits and hyphens, without aws, amazon and cognito.',
  },
  "capital letters": {
    bad: prefix("Shop"),
    good: prefix("shop1"),
    says: 'aws_cognito_user_pool_domain.main has the domain prefix "Shop", which is not 1 to 63 lower-case letters, digits and inner hyphens. Choose another prefix of lower-case letters, digits and hyphens, without aws, amazon and cognito.',
  },
  "an underscore": {
    bad: prefix("shop_login"),
    says: 'aws_cognito_user_pool_domain.main has the domain prefix "shop_login", which is not 1 to 63 lower-case letters, digits and inner hyphens. Choose another prefix of lower-case letters, digits and hyphens, without aws, amazon and cognito.',
  },
});

describeRule("COG-014", {
  "a domain of one's own without certificate": {
    bad: prefix("auth.example.com"),
    good: (stack) =>
      Object.assign(domain(stack), {
        domain: "auth.example.com",
        certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
      }),
    says: 'aws_cognito_user_pool_domain.main has the domain "auth.example.com" and no certificate_arn. Set certificate_arn to a certificate in us-east-1, or write a prefix without dots.',
  },
});

const ownDomain = (arn: string, provider?: Json) => (stack: Json) => {
  Object.assign(domain(stack), { domain: "auth.example.com", certificate_arn: arn });
  stack.provider.aws.push({ alias: "virginia", region: "us-east-1" });
  stack.resource.aws_acm_certificate.auth = { domain_name: "auth.example.com", private_key: "${var.key}", ...provider };
};

describeRule("COG-015", {
  "a certificate of the pool's region": {
    bad: ownDomain("arn:aws:acm:ap-northeast-1:123456789012:certificate/1"),
    good: ownDomain("arn:aws:acm:us-east-1:123456789012:certificate/1"),
    says: 'aws_cognito_user_pool_domain.main has a certificate in ap-northeast-1. Create the certificate with a provider whose region is "us-east-1".',
  },
  "a certificate of the provider's region": {
    bad: ownDomain("${aws_acm_certificate.auth.arn}"),
    good: ownDomain("${aws_acm_certificate.auth.arn}", { provider: "aws.virginia" }),
    says: 'aws_cognito_user_pool_domain.main has a certificate in ap-northeast-1. Create the certificate with a provider whose region is "us-east-1".',
  },
});

const set = (values: Json) => (stack: Json) => Object.assign(client(stack), values);

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

const callbacks = (...urls: string[]) =>
  set({ callback_urls: ["https://shop.example.com/oauth2/idpresponse", ...urls] });

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

const google =
  (name: string, more: Json = {}) =>
  (stack: Json) => {
    set({ supported_identity_providers: ["COGNITO", name], ...more })(stack);
    stack.resource.aws_cognito_identity_provider = {
      google: { provider_name: "Google", provider_type: "Google", user_pool_id: "${aws_cognito_user_pool.main.id}" },
    };
  };

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

describeRule("COG-030", {
  "a client without secret": {
    bad: (stack) => delete client(stack).generate_secret,
    good: set({ generate_secret: "true" }),
    says: "aws_cognito_user_pool_client.alb has no secret, and aws_lb_listener.https logs users in with it. Set generate_secret to true, which replaces the client.",
  },
  "a client of a rule": {
    bad: (stack) => {
      const [authenticate] = listener(stack).default_action.splice(0, 1);
      stack.resource.aws_lb_listener_rule = {
        admin: { listener_arn: "${aws_lb_listener.https.arn}", action: [authenticate], condition: [] },
      };
      client(stack).generate_secret = false;
    },
    says: "aws_cognito_user_pool_client.alb has no secret, and aws_lb_listener_rule.admin logs users in with it. Set generate_secret to true, which replaces the client.",
  },
});

describeRule("COG-031", {
  "the implicit flow": {
    bad: set({ allowed_oauth_flows: ["implicit"] }),
    good: set({ allowed_oauth_flows: ["implicit", "code"] }),
    says: 'aws_cognito_user_pool_client.alb allows "implicit" in allowed_oauth_flows, and aws_lb_listener.https logs users in with it. Write allowed_oauth_flows = ["code"] and allowed_oauth_flows_user_pool_client = true.',
  },
  "flows that may not be used": {
    bad: (stack) => delete client(stack).allowed_oauth_flows_user_pool_client,
    good: (stack) => {
      delete client(stack).allowed_oauth_flows_user_pool_client;
      client(stack).lifecycle = { ignore_changes: "all" };
    },
    says: 'aws_cognito_user_pool_client.alb has no allowed_oauth_flows_user_pool_client = true, and aws_lb_listener.https logs users in with it. Write allowed_oauth_flows = ["code"] and allowed_oauth_flows_user_pool_client = true.',
  },
});

describeRule("COG-032", {
  "no openid": {
    bad: set({ allowed_oauth_scopes: ["email"] }),
    good: set({ allowed_oauth_scopes: ["email", "openid"] }),
    says: 'aws_cognito_user_pool_client.alb does not allow "openid", which aws_lb_listener.https asks for (it allows "email"). Add "openid" to allowed_oauth_scopes, or leave it out of the action\'s scope.',
  },
  "a scope of the action": {
    bad: (stack) => {
      logIn(stack).scope = "openid profile";
    },
    good: (stack) => {
      logIn(stack).scope = "openid profile";
      client(stack).allowed_oauth_scopes = ["openid", "profile"];
    },
    says: 'aws_cognito_user_pool_client.alb does not allow "profile", which aws_lb_listener.https asks for (it allows "openid"). Add "profile" to allowed_oauth_scopes, or leave it out of the action\'s scope.',
  },
});

describeRule("COG-033", {
  "another path": {
    bad: set({ callback_urls: ["https://shop.example.com/callback"] }),
    good: callbacks("https://shop.example.com/callback"),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop.example.com/callback": none is https://shop.example.com/oauth2/idpresponse, and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another path after something unknown": {
    bad: set({ callback_urls: ["https://${aws_lb.main.dns_name}/oauth2/idpresponse/"] }),
    good: set({ callback_urls: ["https://${aws_lb.main.dns_name}/oauth2/idpresponse"] }),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://…/oauth2/idpresponse/": none is https://shop.example.com/oauth2/idpresponse, and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another host": {
    bad: set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] }),
    good: (stack) => {
      set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] })(stack);
      stack.resource.aws_route53_record.www = {
        zone_id: "${data.aws_route53_zone.main.zone_id}",
        name: "www",
        type: "CNAME",
        ttl: 60,
        records: ["shop.example.com"],
      };
    },
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://www.example.com/oauth2/idpresponse": users come to "shop.example.com", and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another host than that of a short name": {
    bad: (stack) => {
      stack.resource.aws_route53_record.alias.name = "app";
    },
    good: (stack) => {
      stack.resource.aws_route53_record.alias.name = "shop";
    },
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop.example.com/oauth2/idpresponse": users come to "app.example.com", and aws_lb_listener.https logs users in with it. Add "https://app.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another host where something stands in front": {
    bad: set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] }),
    good: (stack) => {
      set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] })(stack);
      stack.resource.aws_cloudfront_distribution = { main: { enabled: true } };
    },
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://www.example.com/oauth2/idpresponse": users come to "shop.example.com", and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "the pool's own host": {
    bad: set({ callback_urls: ["https://shop-login.auth.ap-northeast-1.amazoncognito.com/oauth2/idpresponse"] }),
    good: set({ callback_urls: ["${var.callback}"] }),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop-login.auth.ap-northeast-1.amazoncognito.com/oauth2/idpresponse": that is the pool\'s own host, not the load balancer\'s, and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "a host that the condition of a rule keeps out": {
    bad: (stack) => ruleForHost(stack, "admin.example.com"),
    good: (stack) => ruleForHost(stack, "*.example.com"),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop.example.com/oauth2/idpresponse": users come to "admin.example.com", and aws_lb_listener_rule.admin logs users in with it. Add "https://admin.example.com/oauth2/idpresponse" to callback_urls.',
  },
});

function ruleForHost(stack: Json, pattern: string) {
  const [authenticate] = listener(stack).default_action.splice(0, 1);
  const condition = [{ host_header: { values: [pattern] } }];
  stack.resource.aws_lb_listener_rule = {
    admin: { listener_arn: "${aws_lb_listener.https.arn}", action: [authenticate], condition },
  };
}

describeRule("COG-034", {
  "a log-in in the clear": {
    bad: (stack) => Object.assign(listener(stack), { port: 80, protocol: "HTTP" }),
    good: (stack) => Object.assign(listener(stack), { protocol: "${var.protocol}" }),
    says: 'aws_lb_listener.https has an action "authenticate-cognito" on an HTTP listener. Move the action to a listener with protocol HTTPS, and let the HTTP one redirect there.',
  },
  "a listener without protocol": {
    bad: (stack) => delete listener(stack).protocol,
    says: 'aws_lb_listener.https has an action "authenticate-cognito" on an HTTP listener. Move the action to a listener with protocol HTTPS, and let the HTTP one redirect there.',
  },
});

describeRule("COG-035", {
  "no provider": {
    bad: (stack) => delete client(stack).supported_identity_providers,
    good: set({ supported_identity_providers: ["Google"] }),
    says: 'aws_cognito_user_pool_client.alb has no supported_identity_providers, and aws_lb_listener.https logs users in with it. Write supported_identity_providers = ["COGNITO"].',
  },
});

describeRule("COG-036", {
  "the whole host of the log-in pages": {
    bad: (stack) => {
      logIn(stack).user_pool_domain = "shop-login.auth.ap-northeast-1.amazoncognito.com";
    },
    good: (stack) => {
      logIn(stack).user_pool_domain = "shop-login";
    },
    says: 'aws_lb_listener.https has user_pool_domain = "shop-login.auth.ap-northeast-1.amazoncognito.com", which is a host name of Cognito. Write the prefix only: "shop-login".',
  },
  "the id of the pool for its ARN": {
    bad: (stack) => {
      logIn(stack).user_pool_arn = "${aws_cognito_user_pool.main.id}";
    },
    says: "aws_lb_listener.https has the id of aws_cognito_user_pool.main as user_pool_arn. Write ${aws_cognito_user_pool.main.arn}.",
  },
  "the client of another pool": {
    bad: (stack) => {
      stack.resource.aws_cognito_user_pool.other = { name: "other" };
      client(stack).user_pool_id = "${aws_cognito_user_pool.other.id}";
    },
    says: "aws_lb_listener.https takes aws_cognito_user_pool_client.alb, a client of aws_cognito_user_pool.other, with aws_cognito_user_pool.main. Name a client of aws_cognito_user_pool.main.",
  },
  "a pool without domain": {
    bad: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      logIn(stack).user_pool_domain = "shop-login";
    },
    good: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      logIn(stack).user_pool_domain = "${var.domain}";
    },
    says: 'aws_lb_listener.https has user_pool_domain = "shop-login", and aws_cognito_user_pool.main has no domain in this configuration. Add an aws_cognito_user_pool_domain to the pool, and take its domain attribute.',
  },
});

describeRule("COG-037", {
  "a log-in that leads nowhere": {
    bad: (stack) => listener(stack).default_action.splice(1),
    good: (stack) => {
      listener(stack).default_action[1] = { order: 2, type: "${var.action}" };
    },
    says: 'aws_lb_listener.https has no action but "authenticate-cognito". Add an action of type "forward" after it, with a higher order.',
  },
});

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

import { describeRule } from "../../support/rules.ts";
import { ARN, client, POOL_ID, pool } from "./stack.ts";

const recovery = (...names: string[]) => ({
  recovery_mechanism: names.map((name, index) => ({ name, priority: index + 1 })),
});

const identities = (provider_name: string) => ({
  main: { identity_pool_name: "shop", cognito_identity_providers: { client_id: "x", provider_name } },
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

describeRule("COG-060", {
  "administrators beside another way": {
    bad: (stack) => {
      pool(stack).account_recovery_setting = recovery("admin_only", "verified_email");
    },
    good: (stack) => {
      pool(stack).account_recovery_setting = recovery("admin_only");
    },
    says: 'aws_cognito_user_pool.main has "admin_only", "verified_email" as recovery_mechanism. Keep only "admin_only", or remove it.',
  },
  "two ways of one priority": {
    bad: (stack) => {
      pool(stack).account_recovery_setting = recovery("verified_email", "verified_phone_number");
      pool(stack).account_recovery_setting.recovery_mechanism[1].priority = 1;
    },
    good: (stack) => {
      pool(stack).account_recovery_setting = recovery("verified_email", "verified_phone_number");
    },
    says: "aws_cognito_user_pool.main has two recovery mechanisms with priority = 1. Give one of them priority 1, and the other priority 2.",
  },
});

describeRule("COG-061", {
  "a way by another name": {
    bad: (stack) => {
      pool(stack).account_recovery_setting = recovery("email");
    },
    good: (stack) => {
      pool(stack).account_recovery_setting = recovery("verified_email");
    },
    says: 'aws_cognito_user_pool.main has account_recovery_setting.recovery_mechanism.name = "email". Write "verified_email", "verified_phone_number" or "admin_only".',
  },
});

describeRule("COG-062", {
  "an invitation without the name": {
    bad: (stack) => {
      const invite_message_template = { email_message: "Your password is {####}" };
      pool(stack).admin_create_user_config = { invite_message_template };
    },
    good: (stack) => {
      const invite_message_template = { email_message: "{username}, your password is\n{####}" };
      pool(stack).admin_create_user_config = { invite_message_template };
    },
    says: 'aws_cognito_user_pool.main has admin_create_user_config.invite_message_template.email_message = "Your password is {####}". Write a text with {username} and {####}.',
  },
  "a code that is nowhere": {
    bad: (stack) => {
      pool(stack).verification_message_template = { email_message: "Welcome" };
    },
    good: (stack) => {
      pool(stack).verification_message_template = { email_message_by_link: "Please {##confirm##}" };
    },
    says: 'aws_cognito_user_pool.main has verification_message_template.email_message = "Welcome". Write a text with {####}, where the code goes.',
  },
});

describeRule("COG-063", {
  "no password at all": {
    bad: (stack) => {
      pool(stack).sign_in_policy = { allowed_first_auth_factors: ["WEB_AUTHN"] };
    },
    good: (stack) => {
      pool(stack).sign_in_policy = { allowed_first_auth_factors: ["WEB_AUTHN", "PASSWORD"] };
    },
    says: 'aws_cognito_user_pool.main has "WEB_AUTHN" as allowed_first_auth_factors. Add "PASSWORD".',
  },
});

describeRule("COG-064", {
  "a sender without a key": {
    bad: (stack) => {
      pool(stack).lambda_config = { custom_email_sender: { lambda_arn: ARN, lambda_version: "V1_0" } };
    },
    good: (stack) => {
      pool(stack).lambda_config = {
        custom_email_sender: { lambda_arn: ARN, lambda_version: "V1_0" },
        kms_key_id: "${aws_kms_key.secrets.arn}",
      };
    },
    says: "aws_cognito_user_pool.main has custom_email_sender and no kms_key_id in lambda_config. Set lambda_config.kms_key_id to the ARN of a key that Cognito and the function may use.",
  },
});

describeRule("COG-067", {
  "a name where the address is the name": {
    bad: (stack) => {
      pool(stack).username_attributes = ["email"];
      stack.resource.aws_cognito_user = { anna: { user_pool_id: POOL_ID, username: "anna" } };
    },
    good: (stack) => {
      pool(stack).username_attributes = ["email"];
      stack.resource.aws_cognito_user = { anna: { user_pool_id: POOL_ID, username: "anna@example.com" } };
    },
    says: 'aws_cognito_user.anna has username = "anna", and users of aws_cognito_user_pool.main are named by email. Write the e-mail address as username.',
  },
});

describeRule("COG-068", {
  "the id of a pool": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_pool = identities(POOL_ID);
    },
    good: (stack) => {
      stack.resource.aws_cognito_identity_pool = identities("${aws_cognito_user_pool.main.endpoint}");
    },
    says: "aws_cognito_identity_pool.main has the id of aws_cognito_user_pool.main as provider_name. Write ${aws_cognito_user_pool.main.endpoint}.",
  },
  "the id of a pool, written out": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_pool = identities("ap-northeast-1_abcDEF123");
    },
    good: (stack) => {
      stack.resource.aws_cognito_identity_pool = identities(`cognito-idp.ap-northeast-1.amazonaws.com/${POOL_ID}`);
    },
    says: 'aws_cognito_identity_pool.main has "ap-northeast-1_abcDEF123" as provider_name. Write ${aws_cognito_user_pool.<name>.endpoint}.',
  },
});

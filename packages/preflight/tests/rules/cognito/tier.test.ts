import { describeRule } from "../../support/rules.ts";
import { ARN, client, domain, POOL_ID, planOf, pool } from "./stack.ts";

describeRule("COG-056", {
  "threat protection in the wrong tier": {
    bad: (stack) =>
      Object.assign(pool(stack), {
        user_pool_tier: "ESSENTIALS",
        user_pool_add_ons: { advanced_security_mode: "ENFORCED" },
      }),
    good: (stack) =>
      Object.assign(pool(stack), { user_pool_tier: "PLUS", user_pool_add_ons: { advanced_security_mode: "ENFORCED" } }),
    says: 'aws_cognito_user_pool.main has advanced_security_mode = "ENFORCED", and user_pool_tier = "ESSENTIALS". Set user_pool_tier to "PLUS", or take user_pool_add_ons out.',
  },
  "threat protection without a tier": {
    bad: (stack) => {
      pool(stack).user_pool_add_ons = { advanced_security_mode: "AUDIT" };
    },
    good: (stack) =>
      Object.assign(pool(stack), {
        user_pool_tier: "${var.tier}",
        user_pool_add_ons: { advanced_security_mode: "AUDIT" },
      }),
    says: 'aws_cognito_user_pool.main has advanced_security_mode = "AUDIT", and no user_pool_tier. Set user_pool_tier to "PLUS", or take user_pool_add_ons out.',
  },
  "e-mail codes, a password history and a new token in the cheapest tier": {
    bad: (stack) =>
      Object.assign(pool(stack), {
        user_pool_tier: "LITE",
        email_mfa_configuration: { message: "{####}" },
        password_policy: { password_history_size: 4 },
        lambda_config: { pre_token_generation_config: { lambda_arn: ARN, lambda_version: "V2_0" } },
      }),
    good: (stack) =>
      Object.assign(pool(stack), {
        user_pool_tier: "LITE",
        sign_in_policy: { allowed_first_auth_factors: ["PASSWORD"] },
        password_policy: { password_history_size: 0 },
        lambda_config: { pre_token_generation_config: { lambda_arn: ARN, lambda_version: "V1_0" } },
      }),
    says: [
      'aws_cognito_user_pool.main has email_mfa_configuration, and user_pool_tier = "LITE". Set user_pool_tier to "ESSENTIALS", or take email_mfa_configuration out.',
      'aws_cognito_user_pool.main has password_history_size = 4, and user_pool_tier = "LITE". Set user_pool_tier to "ESSENTIALS", or take password_policy out.',
      'aws_cognito_user_pool.main has pre_token_generation_config with V2_0, and user_pool_tier = "LITE". Set user_pool_tier to "ESSENTIALS", or take lambda_config out.',
    ],
  },
  "passwordless login in the cheapest tier, and what belongs to it": {
    bad: (stack) => {
      Object.assign(pool(stack), {
        user_pool_tier: "LITE",
        sign_in_policy: { allowed_first_auth_factors: ["PASSWORD", "WEB_AUTHN"] },
      });
      domain(stack).managed_login_version = 2;
      client(stack).explicit_auth_flows = ["ALLOW_USER_AUTH"];
    },
    good: (stack) => {
      pool(stack).user_pool_tier = "LITE";
      domain(stack).managed_login_version = 1;
      client(stack).explicit_auth_flows = ["ALLOW_USER_SRP_AUTH"];
    },
    says: [
      'aws_cognito_user_pool.main has "WEB_AUTHN" in allowed_first_auth_factors, and user_pool_tier = "LITE". Set user_pool_tier to "ESSENTIALS", or take sign_in_policy out.',
      'aws_cognito_user_pool_client.alb has "ALLOW_USER_AUTH" in explicit_auth_flows, and aws_cognito_user_pool.main has user_pool_tier = "LITE". Set user_pool_tier to "ESSENTIALS" on aws_cognito_user_pool.main, or take explicit_auth_flows out.',
      'aws_cognito_user_pool_domain.main has managed_login_version = 2, and aws_cognito_user_pool.main has user_pool_tier = "LITE". Set user_pool_tier to "ESSENTIALS" on aws_cognito_user_pool.main, or take managed_login_version out.',
    ],
  },
});

describeRule("COG-057", {
  "a reaction to risks that nobody looks for": {
    bad: (stack) => {
      stack.resource.aws_cognito_risk_configuration = { main: { user_pool_id: POOL_ID } };
    },
    good: (stack) => {
      stack.resource.aws_cognito_risk_configuration = { main: { user_pool_id: POOL_ID } };
      pool(stack).user_pool_add_ons = { advanced_security_mode: "${var.mode}" };
    },
    says: 'aws_cognito_risk_configuration.main is for aws_cognito_user_pool.main, whose advanced_security_mode is OFF. Add user_pool_add_ons { advanced_security_mode = "ENFORCED" } and user_pool_tier = "PLUS" to the pool.',
  },
});

describeRule(
  "COG-056",
  {
    "threat protection without a tier, in a plan": {
      bad: () => {},
      says: 'aws_cognito_user_pool.main has advanced_security_mode = "AUDIT", and no user_pool_tier. Set user_pool_tier to "PLUS", or take user_pool_add_ons out.',
    },
  },
  planOf((stack) => {
    pool(stack).user_pool_add_ons = { advanced_security_mode: "AUDIT" };
  }),
);

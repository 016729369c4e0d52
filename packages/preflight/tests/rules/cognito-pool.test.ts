import { planOfStack } from "../support/plan.ts";
import { describeRule, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const pool = (stack: Json) => stack.resource.aws_cognito_user_pool.main;
const client = (stack: Json) => stack.resource.aws_cognito_user_pool_client.alb;
const domain = (stack: Json) => stack.resource.aws_cognito_user_pool_domain.main;
const POOL_ID = "${aws_cognito_user_pool.main.id}";
const ARN = "arn:aws:lambda:ap-northeast-1:123456789012:function:f";

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

const recovery = (...names: string[]) => ({
  recovery_mechanism: names.map((name, index) => ({ name, priority: index + 1 })),
});

describeRule("COG-060", {
  "administrators beside another way": {
    bad: (stack) => {
      pool(stack).account_recovery_setting = recovery("admin_only", "verified_email");
    },
    good: (stack) => {
      pool(stack).account_recovery_setting = recovery("admin_only");
    },
    says: 'aws_cognito_user_pool.main has "admin_only", "verified_email" as recovery_mechanism. Keep "admin_only" alone, or take it out.',
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

const identities = (provider_name: string) => ({
  main: { identity_pool_name: "shop", cognito_identity_providers: { client_id: "x", provider_name } },
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

/** A login page at login.example.com, whose zone, certificate and records are made here. */
function withCustomDomain(): Json {
  const stack = workingStack();
  const { resource } = stack;
  resource.aws_route53_zone = { own: { name: "example.com" } };
  resource.aws_acm_certificate.login = {
    domain_name: "*.example.com",
    validation_method: "DNS",
    region: "us-east-1",
  };
  resource.aws_acm_certificate_validation.login = { certificate_arn: "${aws_acm_certificate.login.arn}" };
  delete stack.data.aws_route53_zone;
  for (const record of Object.values<Json>(resource.aws_route53_record)) {
    record.zone_id = "${aws_route53_zone.own.zone_id}";
  }
  resource.aws_route53_record.top = {
    zone_id: "${aws_route53_zone.own.zone_id}",
    name: "example.com",
    type: "A",
    ttl: 300,
    records: ["192.0.2.1"],
  };
  Object.assign(domain(stack), {
    domain: "login.example.com",
    certificate_arn: "${aws_acm_certificate_validation.login.certificate_arn}",
    depends_on: ["aws_route53_record.top"],
  });
  return stack;
}

describeRule(
  "COG-016",
  {
    "a new zone without an address of its own": {
      bad: ({ resource }) => {
        delete resource.aws_route53_record.top;
      },
      good: ({ resource }) => {
        resource.aws_route53_record.top.name = "";
      },
      says: 'aws_cognito_user_pool_domain.main has the domain "login.example.com", and aws_route53_zone.own has no A record for "example.com". Add an A record for "example.com" to the zone, to any address, and name it in depends_on of the domain.',
    },
    "a zone that was there before, where nothing is known of it": {
      bad: ({ resource }) => {
        delete resource.aws_route53_record.top;
      },
      good: (stack) => {
        delete stack.resource.aws_route53_record.top;
        delete stack.resource.aws_route53_zone;
        stack.data.aws_route53_zone = { main: { name: "example.com" } };
      },
      says: 'aws_cognito_user_pool_domain.main has the domain "login.example.com", and aws_route53_zone.own has no A record for "example.com". Add an A record for "example.com" to the zone, to any address, and name it in depends_on of the domain.',
    },
    "a record that is made of the domain": {
      bad: (stack) => {
        delete domain(stack).depends_on;
        Object.assign(stack.resource.aws_route53_record.top, {
          records: null,
          alias: { name: "${aws_cognito_user_pool_domain.main.cloudfront_distribution}" },
        });
      },
      good: (stack) => {
        delete domain(stack).depends_on;
      },
      says: 'aws_cognito_user_pool_domain.main has the domain "login.example.com", and aws_route53_record.top, the record for "example.com", is made of it. Let the A record for "example.com" lead to an address that does not come from this domain.',
    },
  },
  withCustomDomain,
);

describeRule(
  "COG-017",
  {
    "a certificate that is not valid yet": {
      bad: (stack) => {
        domain(stack).certificate_arn = "${aws_acm_certificate.login.arn}";
      },
      good: (stack) => {
        domain(stack).certificate_arn = "${aws_acm_certificate.login.arn}";
        domain(stack).depends_on = ["aws_acm_certificate_validation.login"];
      },
      says: "aws_cognito_user_pool_domain.main uses aws_acm_certificate.login, and does not wait for aws_acm_certificate_validation.login. Write certificate_arn = ${aws_acm_certificate_validation.login.certificate_arn}.",
    },
    "a certificate for another name": {
      bad: ({ resource }) => {
        resource.aws_acm_certificate.login.domain_name = "example.com";
      },
      good: ({ resource }) => {
        Object.assign(resource.aws_acm_certificate.login, {
          domain_name: "example.com",
          subject_alternative_names: ["login.example.com"],
        });
      },
      says: 'aws_cognito_user_pool_domain.main has the domain "login.example.com", and the certificate aws_acm_certificate.login is for "example.com". Add "login.example.com" to subject_alternative_names of the certificate.',
    },
  },
  withCustomDomain,
);

describeRule("COG-018", {
  "two prefixes of one pool": {
    bad: (stack) => {
      stack.resource.aws_cognito_user_pool_domain.more = { domain: "shop-more", user_pool_id: POOL_ID };
    },
    good: (stack) => {
      const certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/x";
      stack.resource.aws_cognito_user_pool_domain.more = {
        domain: "l.example.com",
        certificate_arn,
        user_pool_id: POOL_ID,
      };
    },
    says: "aws_cognito_user_pool_domain.more is a second prefix domain of aws_cognito_user_pool.main, beside aws_cognito_user_pool_domain.main. Keep one of the two.",
  },
});

describeRule("COG-019", {
  "a new login page without a style": {
    bad: (stack) => {
      domain(stack).managed_login_version = 2;
    },
    good: (stack) => {
      domain(stack).managed_login_version = 2;
      stack.resource.awscc_cognito_managed_login_branding = { main: { user_pool_id: POOL_ID } };
    },
    says: "aws_cognito_user_pool_domain.main has managed_login_version = 2, and aws_cognito_user_pool_client.alb has no branding style. Add an aws_cognito_managed_login_branding for the client, or set managed_login_version to 1.",
  },
});

const page = (user_pool_id: string) => ({ main: { css: ".label-customizable {}", user_pool_id } });

describeRule("COG-038", {
  "a page of a pool without a domain": {
    bad: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      stack.resource.aws_cognito_user_pool_ui_customization = page(POOL_ID);
    },
    good: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      stack.resource.aws_cognito_user_pool_ui_customization = page("${var.pool}");
    },
    says: "aws_cognito_user_pool_ui_customization.main customizes the login page of aws_cognito_user_pool.main, which has no domain. Add an aws_cognito_user_pool_domain to the pool, and take its user_pool_id here.",
  },
  "a page that is made at the same time as the domain": {
    bad: (stack) => {
      stack.resource.aws_cognito_user_pool_ui_customization = page(POOL_ID);
    },
    good: (stack) => {
      stack.resource.aws_cognito_user_pool_ui_customization = page("${aws_cognito_user_pool_domain.main.user_pool_id}");
    },
    says: "aws_cognito_user_pool_ui_customization.main customizes the login page of aws_cognito_user_pool.main, and does not wait for aws_cognito_user_pool_domain.main. Write user_pool_id = ${aws_cognito_user_pool_domain.main.user_pool_id}.",
  },
});

/** The first plan of the working stack with a change. */
const planOf = (change: (stack: Json) => void) => () => {
  const stack = workingStack();
  change(stack);
  return planOfStack(stack);
};

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

describeRule(
  "COG-050",
  {
    "a resource server that is made at the same time, in a plan": {
      bad: () => {},
      says: 'aws_cognito_user_pool_client.alb allows the scope "shop/read", and does not wait for aws_cognito_resource_server.api, which defines it. Write ${aws_cognito_resource_server.api.identifier}/read, or add depends_on = ["aws_cognito_resource_server.api"].',
    },
  },
  planOf((stack) => {
    stack.resource.aws_cognito_resource_server = {
      api: { identifier: "shop", name: "shop", user_pool_id: POOL_ID, scope: [{ scope_name: "read" }] },
    };
    client(stack).allowed_oauth_scopes = ["shop/read"];
  }),
);

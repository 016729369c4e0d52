import { describeRule, type Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";
import { domain, POOL_ID } from "./stack.ts";

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

const page = (user_pool_id: string) => ({ main: { css: ".label-customizable {}", user_pool_id } });

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

import { describeRule, type Json } from "../../support/rules.ts";
import { domain } from "./stack.ts";

/** The prefix of the hosted domain. */
const prefix = (name: string) => (stack: Json) => {
  domain(stack).domain = name;
};

const ownDomain = (arn: string, provider?: Json) => (stack: Json) => {
  Object.assign(domain(stack), { domain: "auth.example.com", certificate_arn: arn });
  stack.provider.aws.push({ alias: "virginia", region: "us-east-1" });
  stack.resource.aws_acm_certificate.auth = { domain_name: "auth.example.com", private_key: "${var.key}", ...provider };
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

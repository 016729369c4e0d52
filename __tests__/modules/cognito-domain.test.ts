import { describe, expect, it } from "vitest";
import { bootstrapStack, withRoles } from "../support/bootstrap-stack.ts";
import { type Changes, synthesize } from "../support/synthesize.ts";
import { may, type Statement } from "./github-actions/evaluate.ts";

const NAME = "auth.operation-app.example.com";
const CUSTOM = "aws_cognito_user_pool_domain.cognito_custom_domain";
type LoginDomain = NonNullable<NonNullable<Changes["cognito"]>["domain"]>;
const withDomain = (domain: LoginDomain = { name: NAME }, changes: Changes = {}) =>
  synthesize({ ...changes, cognito: { domain } });

describe("login pages under a name of one's own", () => {
  it("have a certificate of us-east-1, which all else is not made in", () => {
    const stack = withDomain();
    const provider = { provider: "aws.us_east_1" };
    expect(stack.resource("aws_acm_certificate.cognito_certificate_request")).toMatchObject({
      ...provider,
      domain_name: NAME,
    });
    expect(stack.resource("aws_acm_certificate_validation.cognito_certificate_validation")).toMatchObject(provider);
    expect(stack.resource("aws_route53_record.cognito_certificate_record").provider).toBeUndefined();
    expect(stack.resource(CUSTOM)).toMatchObject({
      domain: NAME,
      certificate_arn: "${aws_acm_certificate_validation.cognito_certificate_validation.certificate_arn}",
    });
    // Also without, as Terraform deletes by it what was made by it.
    for (const { json } of [stack, synthesize()]) expect(json.provider.aws).toHaveLength(2);
  });

  it("need no second provider where the stack is in us-east-1", () => {
    const there: Changes = { region: "us-east-1", network: { zones: ["us-east-1a", "us-east-1b"] } };
    const stack = withDomain(undefined, there);
    expect(stack.json.provider.aws).toHaveLength(1);
    expect(stack.resource("aws_acm_certificate.cognito_certificate_request").provider).toBeUndefined();
  });

  it("lead to Cognito's distribution, once the name above has an address", () => {
    const stack = withDomain();
    expect(stack.resource("aws_route53_record.cognito_custom_domain_alias")).toMatchObject({
      name: NAME,
      type: "A",
      zone_id: "${data.aws_route53_zone.lb_zone.zone_id}",
      alias: {
        name: `\${${CUSTOM}.cloudfront_distribution}`,
        zone_id: `\${${CUSTOM}.cloudfront_distribution_zone_id}`,
      },
    });
    expect(stack.resource(CUSTOM).depends_on).toEqual(["aws_route53_record.lb_alias"]);
  });

  it("make the record of the name above where there is none", () => {
    const stack = withDomain({ name: "auth.example.com", parentRecord: "create" });
    expect(stack.resource("aws_route53_record.cognito_parent")).toMatchObject({ name: "example.com", type: "A" });
    expect(stack.resource(CUSTOM).depends_on).toEqual(["aws_route53_record.cognito_parent"]);
    expect(withDomain({ name: "auth.example.com" }).names("aws_route53_record")).not.toContain("cognito_parent");
  });

  it("are in a zone of their own where that is written, also without a domain of the app", () => {
    const own = { name: "auth.example.net", hostedZone: "example.net" };
    for (const stack of [withDomain(own), withDomain(own, { domain: undefined })])
      expect(stack.resource("aws_route53_record.cognito_custom_domain_alias").zone_id).toBe(
        "${data.aws_route53_zone.cognito_zone.zone_id}",
      );
  });

  it("are what the load balancer sends people to, and the prefix goes on to work", () => {
    const stack = withDomain(undefined, { lb: { authenticateCognito: true } });
    const [login] = stack.resource("aws_lb_listener.lb_https").default_action;
    expect(login.authenticate_cognito.user_pool_domain).toBe(`\${${CUSTOM}.domain}`);
    expect(stack.names("aws_cognito_user_pool_domain")).toEqual(["cognito_custom_domain", "cognito_user_pool_domain"]);
  });
});

it("lets the apply role make the certificate and the records of that name, and of no other", () => {
  const applyOf = (changes: Changes): Statement[] =>
    bootstrapStack([withRoles(changes)]).statements("aws_iam_policy.ci_production_write");
  const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1";
  const context = { "aws:RequestedRegion": "us-east-1" };
  expect(may(applyOf({ cognito: { domain: { name: NAME } } }), "acm:RequestCertificate", certificate, context)).toBe(
    true,
  );
  expect(may(applyOf({}), "acm:RequestCertificate", certificate, context)).toBe(false);
});

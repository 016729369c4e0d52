import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, stopsOf } from "../support/review.ts";

const scp = (...actions: string[]) => ({
  content: JSON.stringify({ Statement: actions.map((Action) => ({ Effect: "Deny", Action, Resource: "*" })) }),
});
const dmarc = (policy: string) => ({ name: "_dmarc.example.com", records: [`v=DMARC1; p=${policy};`] });
const OWN = change("aws_sns_topic.own", { arn: "arn:aws:sns:eu-west-1:123456789012:own" }, { arn: "x" });

describe("a guard of the account is weakened", () => {
  it.each<[string, Json, Json]>([
    ["aws_iam_account_password_policy.x", { minimum_password_length: 14 }, { minimum_password_length: 8 }],
    ["aws_iam_account_password_policy.x", { require_symbols: true }, { require_symbols: false }],
    ["aws_ebs_snapshot_block_public_access.x", { state: "block-all-sharing" }, { state: "unblocked" }],
    ["aws_ec2_instance_metadata_defaults.x", { http_tokens: "required" }, { http_tokens: "optional" }],
    ["aws_config_configuration_recorder_status.x", { is_enabled: true }, { is_enabled: false }],
    ["aws_cloudtrail.x", { is_multi_region_trail: true }, { is_multi_region_trail: false }],
    ["aws_guardduty_detector_feature.x", { status: "ENABLED" }, { status: "DISABLED" }],
    ["aws_ec2_serial_console_access.x", { enabled: false }, { enabled: true }],
    ["aws_organizations_policy.x", scp("s3:*", "ec2:*"), scp("s3:*")],
    ["aws_organizations_policy.x", scp("s3:*"), scp("s3:PutObject")],
    ["aws_route53_hosted_zone_dnssec.x", { hosted_zone_id: "Z1" }, null],
    ["aws_securityhub_account.x", { id: "1" }, null],
    ["aws_organizations_policy_attachment.x", { id: "1" }, null],
    ["aws_flow_log.x", { id: "1" }, null],
  ])("%s %j → %j", async (address, before, after) => {
    expect(await stopsOf([change(address, before, after)])).toEqual([`guard-off ${address}`]);
  });

  it.each<[string, Json, Json]>([
    ["aws_route53_record.key", { name: "abc._domainkey.example.com", type: "CNAME" }, null],
    ["aws_route53_record.dmarc", dmarc("reject"), dmarc("none")],
    ["aws_route53_record.dmarc", dmarc("quarantine"), dmarc("none")],
  ])("%s of mail %j → %j", async (address, before, after) => {
    expect(await stopsOf([change(address, before, after)])).toEqual([`guard-off ${address}`]);
  });

  it("not by records of mail that go with their identity, or ask more", async () => {
    const key = change("aws_route53_record.key", { name: "abc._domainkey.example.com" }, null);
    const identity = change("aws_sesv2_email_identity.mail", { email_identity: "example.com" }, null);
    expect(await stopsOf([key, identity])).toEqual(["delete aws_sesv2_email_identity.mail"]);
    expect(await stopsOf([change("aws_route53_record.dmarc", dmarc("none"), dmarc("reject"))])).toEqual([]);
    expect(await stopsOf([change("aws_route53_record.other", { name: "shop.example.com" }, null)])).toEqual([]);
  });

  it("not by what goes with what it protects", async () => {
    const plan = [
      change("aws_vpc.x", { id: "vpc-1" }, null),
      change("aws_flow_log.x", { id: "fl-1", vpc_id: "vpc-1" }, null),
      change("aws_lb.x", { id: "lb", arn: "arn:lb" }, null),
      change("aws_wafv2_web_acl_association.x", { id: "a", resource_arn: "arn:lb" }, null),
    ];
    expect(await stopsOf(plan)).toEqual([]);
  });

  it.each<[string, Json, Json]>([
    ["aws_iam_account_password_policy.x", { minimum_password_length: 8 }, { minimum_password_length: 14 }],
    ["aws_ebs_snapshot_block_public_access.x", { state: "block-new-sharing" }, { state: "block-all-sharing" }],
    ["aws_organizations_policy.x", scp("s3:*"), scp("ec2:*", "s3:*")],
    ["aws_organizations_policy.x", scp("s3:PutObject"), scp("s3:*")],
    ["aws_securityhub_account.x", null, { id: "1" }],
  ])("not by %s %j → %j", async (address, before, after) => {
    expect(await stopsOf([change(address, before, after)])).toEqual([]);
  });
});

it.each<[string, string, Json, Json]>([
  ["login-weakened", "aws_cloudfront_distribution.x", { web_acl_id: "arn:a" }, { web_acl_id: "" }],
  [
    "login-weakened",
    "aws_appsync_graphql_api.x",
    { authentication_type: "AMAZON_COGNITO_USER_POOLS" },
    { authentication_type: "API_KEY" },
  ],
  ["public-endpoint", "aws_instance.x", { associate_public_ip_address: false }, { associate_public_ip_address: true }],
  ["public-endpoint", "aws_eip_association.x", null, { instance_id: "i-1" }],
  [
    "foreign-account",
    "aws_eks_access_policy_association.x",
    null,
    {
      principal_arn: "arn:aws:iam::999999999999:role/a",
      policy_arn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    },
  ],
])("%s: %s %j → %j", async (action, address, before, after) => {
  expect(await stopsOf([OWN, change(address, before, after)])).toEqual([`${action} ${address}`]);
});

it.each<[string, Json, Json]>([
  ["aws_cloudfront_distribution.x", { web_acl_id: "arn:a" }, { web_acl_id: "arn:b" }],
  ["aws_appsync_graphql_api.x", { authentication_type: "API_KEY" }, { authentication_type: "AWS_IAM" }],
  ["aws_instance.x", null, { associate_public_ip_address: true }],
  ["aws_eip.nat", null, { domain: "vpc" }],
  ["aws_eks_access_policy_association.x", null, { principal_arn: "arn:aws:iam::123456789012:role/a" }],
])("nothing is stopped: %s %j → %j", async (address, before, after) => {
  expect(await stopsOf([OWN, change(address, before, after)])).toEqual([]);
});

it("an endpoint that lets some calls through does not come to let all through", async () => {
  const endpoint = (more: object) => ({
    policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", ...more }] }),
  });
  const some = endpoint({ Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" });
  const all = endpoint({ Action: "*", Resource: "*" });
  expect(await stopsOf([OWN, change("aws_vpc_endpoint.a", some, all)])).toEqual(["guard-off aws_vpc_endpoint.a"]);
  expect(await stopsOf([OWN, change("aws_vpc_endpoint.a", all, some)])).toEqual([]);
  expect(await stopsOf([OWN, change("aws_vpc_endpoint.a", all, all)])).toEqual([]);
});

import { type Control, each, type Json, passes, waived } from "./control.ts";

const everyDistribution = (holds: (distribution: Json) => boolean) => each("aws_cloudfront_distribution", holds);
const everyOrigin = (holds: (settings: Json) => boolean) =>
  everyDistribution(({ origin }) => origin.every((one: Json) => holds(one.custom_origin_config)));

const OF_CLOUDFRONT_NET =
  "AWS does not let this be chosen for its own certificate. Browsers take TLS 1.3 of those that it offers. A name of one's own needs a certificate in us-east-1.";

/** CloudFront in front of users' files. */
export const CDN: readonly Control[] = [
  passes(
    ["CKV_AWS_34", "CloudFront.3"],
    "CloudFront distributions should require encryption in transit",
    everyDistribution(({ default_cache_behavior: behavior }) => behavior.viewer_protocol_policy !== "allow-all"),
  ),
  passes(
    ["CKV2_AWS_72", "CloudFront.9"],
    "CloudFront distributions should encrypt traffic to custom origins",
    everyOrigin(({ origin_protocol_policy: protocol }) => protocol === "https-only"),
  ),
  passes(
    ["CKV2_AWS_54", "CloudFront.10"],
    "CloudFront distributions should not use deprecated SSL protocols between edge locations and custom origins",
    everyOrigin(({ origin_ssl_protocols: protocols }) => protocols.every((one: string) => one === "TLSv1.2")),
  ),
  passes(
    ["CKV2_AWS_32"],
    "Ensure CloudFront distribution has a response headers policy attached",
    everyDistribution(({ default_cache_behavior: behavior }) => behavior.response_headers_policy_id !== undefined),
  ),
  passes(
    ["CKV_AWS_216"],
    "Ensure CloudFront distribution is enabled",
    everyDistribution(({ enabled }) => enabled === true),
  ),
  passes(
    ["CKV2_AWS_46", "CloudFront.2", "CloudFront.12", "CloudFront.13", "CloudFront.16"],
    "CloudFront distributions should use origin access control, and not point to S3 origins that are not there",
    everyDistribution(({ origin }) => origin.every((one: Json) => one.custom_origin_config !== undefined)),
    { note: "Rails is the origin: no bucket, and no function." },
  ),
  passes(["CloudFront.14"], "CloudFront distributions should be tagged", undefined, {
    note: "By the provider's default tags.",
  }),
  waived(
    ["CKV_AWS_174", "CloudFront.15"],
    "CloudFront distributions should use the recommended TLS security policy",
    OF_CLOUDFRONT_NET,
    everyDistribution(({ viewer_certificate: { minimum_protocol_version: least } }) =>
      String(least).startsWith("TLSv1.2"),
    ),
  ),
  waived(
    ["CKV2_AWS_42", "CloudFront.7", "CloudFront.8"],
    "CloudFront distributions should use custom SSL/TLS certificates, and SNI",
    OF_CLOUDFRONT_NET,
    everyDistribution(({ viewer_certificate: { acm_certificate_arn: arn } }) => arn !== undefined),
  ),
  waived(
    ["CKV_AWS_68", "CKV2_AWS_47", "CloudFront.6"],
    "CloudFront distributions should have WAF enabled, with rules against Log4j",
    "It answers GET of files by signed links, without a body or cookies, and what it does not have passes the load balancer and its `lb.waf`. Another web ACL costs 5 USD a month and 1 USD a rule.",
    everyDistribution(({ web_acl_id: acl }) => acl !== undefined),
  ),
  waived(
    ["CKV_AWS_86", "CloudFront.5"],
    "CloudFront distributions should have logging enabled",
    "The log would have the addresses of visitors and the links of files, which are what lets one read them.",
    everyDistribution(({ logging_config: logging }) => logging !== undefined),
  ),
  waived(
    ["CKV_AWS_305", "CloudFront.1"],
    "CloudFront distributions should have a default root object configured",
    "There is no index of users' files: `/` is 404.",
    everyDistribution(({ default_root_object: root }) => root !== undefined),
  ),
  waived(
    ["CKV_AWS_310", "CloudFront.4"],
    "CloudFront distributions should have origin failover configured",
    "There is one app.",
    everyDistribution(({ origin_group: group }) => group !== undefined),
  ),
  waived(
    ["CKV_AWS_374"],
    "Ensure CloudFront web distribution has geo restriction enabled",
    "Users travel.",
    everyDistribution(({ restrictions }) => restrictions.geo_restriction.restriction_type !== "none"),
  ),
];

import { distribution, set } from "../support/distribution.ts";
import { describeRule, type Json } from "../support/rules.ts";

const base = (): Json => ({ resource: { aws_cloudfront_distribution: { main: distribution() } } });
const own = (settings: Json) => set({ viewer_certificate: [settings] });
const arnIn = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/1`;

describeRule(
  "CDN-001",
  {
    "an origin that is an address": {
      bad: set({ origin: [{ origin_id: "app", domain_name: "https://app.example.com" }] }),
      good: set({ origin: [{ origin_id: "app", domain_name: "${aws_lb.main.dns_name}" }] }),
      says: 'aws_cloudfront_distribution.main has origin.domain_name = "https://app.example.com". Write a host name alone, without https:// and without a path.',
    },
    "POST without the others": {
      bad: (stack) => {
        stack.resource.aws_cloudfront_distribution.main.default_cache_behavior[0].allowed_methods = [
          "GET",
          "HEAD",
          "POST",
        ];
      },
      good: (stack) => {
        const all = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
        stack.resource.aws_cloudfront_distribution.main.default_cache_behavior[0].allowed_methods = all;
      },
      says: "aws_cloudfront_distribution.main has a default_cache_behavior with the methods GET, HEAD, POST. Write GET and HEAD; these and OPTIONS; or all seven.",
    },
  },
  base,
);

describeRule(
  "CDN-002",
  {
    "names without a certificate": {
      bad: set({ aliases: ["www.example.com"] }),
      good: set({ aliases: [] }),
      says: 'aws_cloudfront_distribution.main has the names "www.example.com" and CloudFront\'s own certificate. Set acm_certificate_arn in viewer_certificate.',
    },
    "a certificate of another region": {
      bad: own({ acm_certificate_arn: arnIn("ap-northeast-1"), ssl_support_method: "sni-only" }),
      good: own({ acm_certificate_arn: arnIn("us-east-1"), ssl_support_method: "sni-only" }),
      says: 'aws_cloudfront_distribution.main has a certificate that is in ap-northeast-1. Create the certificate with a provider whose region is "us-east-1".',
    },
    "a certificate without a method": {
      bad: own({ acm_certificate_arn: arnIn("us-east-1") }),
      good: own({ iam_certificate_id: "ASCA1", ssl_support_method: "sni-only" }),
      says: 'aws_cloudfront_distribution.main has a certificate of its own and no ssl_support_method. Set ssl_support_method to "sni-only".',
    },
  },
  base,
);

describeRule(
  "CDN-003",
  {
    "an origin that is not there": {
      bad: set({ ordered_cache_behavior: [{ target_origin_id: "api", cache_policy_id: "1" }] }),
      good: set({
        origin_group: [{ origin_id: "api" }],
        ordered_cache_behavior: [{ target_origin_id: "api", cache_policy_id: "1" }],
      }),
      says: 'aws_cloudfront_distribution.main has a ordered_cache_behavior with target_origin_id = "api", and the origins "app". Name an origin_id of the same distribution.',
    },
    "two origins of one name": {
      bad: (stack) => {
        stack.resource.aws_cloudfront_distribution.main.origin.push({ origin_id: "app", domain_name: "b.example.com" });
      },
      good: (stack) => {
        stack.resource.aws_cloudfront_distribution.main.origin.push({ origin_id: "b", domain_name: "app.example.com" });
      },
      says: 'aws_cloudfront_distribution.main has two origins with origin_id = "app". Give each origin its own origin_id.',
    },
  },
  base,
);

const logging = (ownership?: string) => (stack: Json) => {
  set({ logging_config: [{ bucket: "${aws_s3_bucket.logs.bucket_domain_name}" }] })(stack);
  stack.resource.aws_s3_bucket = { logs: { bucket: "shop-cdn-logs" } };
  if (ownership)
    stack.resource.aws_s3_bucket_ownership_controls = {
      logs: { bucket: "${aws_s3_bucket.logs.id}", rule: [{ object_ownership: ownership }] },
    };
};

describeRule(
  "CDN-004",
  {
    "a bucket of today": {
      bad: logging(),
      good: logging("BucketOwnerPreferred"),
      says: 'aws_cloudfront_distribution.main logs to aws_s3_bucket.logs, which takes no ACLs. Add aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerPreferred" for aws_s3_bucket.logs.',
    },
    "a bucket that switches them off": {
      bad: logging("BucketOwnerEnforced"),
      good: logging("ObjectWriter"),
      says: 'aws_cloudfront_distribution.main logs to aws_s3_bucket.logs, which takes no ACLs. Add aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerPreferred" for aws_s3_bucket.logs.',
    },
  },
  base,
);

describeRule(
  "CDN-008",
  {
    "both a policy and settings": {
      bad: ({ resource }) => {
        resource.aws_cloudfront_distribution.main.default_cache_behavior[0].forwarded_values = [{ query_string: true }];
      },
      good: ({ resource }) => {
        const [behavior] = resource.aws_cloudfront_distribution.main.default_cache_behavior;
        behavior.cache_policy_id = null;
        behavior.forwarded_values = [{ query_string: true }];
      },
      says: "aws_cloudfront_distribution.main has both default_cache_behavior.cache_policy_id and forwarded_values. Drop default_cache_behavior.cache_policy_id or forwarded_values.",
    },
  },
  base,
);

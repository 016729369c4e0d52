import { distribution, set } from "../support/distribution.ts";
import { describeRule, type Json } from "../support/rules.ts";

const allowed = (statement: Json = {}) =>
  JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "${aws_s3_bucket.files.arn}/*",
        Condition: { StringEquals: { "AWS:SourceArn": "${aws_cloudfront_distribution.main.arn}" } },
        ...statement,
      },
    ],
  });
const FROM_BUCKET = {
  origin_id: "app",
  domain_name: "${aws_s3_bucket.files.bucket_regional_domain_name}",
  origin_access_control_id: "${aws_cloudfront_origin_access_control.main.id}",
};
const ARN = 'Condition = { StringEquals = { "AWS:SourceArn" = <ARN of the distribution> } }';
const GRANT = `Let Service cloudfront.amazonaws.com call s3:GetObject on \${aws_s3_bucket.files.arn}/* in its policy, with ${ARN}.`;

describeRule(
  "CDN-005",
  {
    "a bucket that lets nobody in": {
      bad: (stack) => {
        delete stack.resource.aws_s3_bucket_policy;
      },
      good: (stack) => {
        stack.resource.aws_s3_bucket_policy.files.bucket = "${var.bucket}";
      },
      says: `aws_cloudfront_distribution.main is not let into aws_s3_bucket.files by a policy. ${GRANT}`,
    },
    "a bucket that every distribution may read": {
      bad: (stack) => {
        stack.resource.aws_s3_bucket_policy.files.policy = allowed({ Condition: undefined });
      },
      good: (stack) => {
        const mine = { StringEquals: { "AWS:SourceAccount": "123456789012" } };
        stack.resource.aws_s3_bucket_policy.files.policy = allowed({ Condition: mine });
      },
      says: `aws_cloudfront_distribution.main has aws_s3_bucket.files as an origin, whose policy lets every distribution in. Add ${ARN} to its statement for cloudfront.amazonaws.com.`,
    },
    "a bucket that is asked by nobody in particular": {
      bad: (stack) => {
        delete stack.resource.aws_s3_bucket_policy;
        const { origin_access_control_id: _none, ...origin } = FROM_BUCKET;
        set({ origin: [origin] })(stack);
      },
      good: (stack) => {
        stack.resource.aws_s3_bucket_policy.files.policy = allowed({ Principal: "*", Condition: undefined });
        const { origin_access_control_id: _none, ...origin } = FROM_BUCKET;
        set({ origin: [origin] })(stack);
      },
      says: `aws_cloudfront_distribution.main has aws_s3_bucket.files as an origin, without an origin access control. Set origin_access_control_id. ${GRANT}`,
    },
  },
  (): Json => ({
    resource: {
      aws_s3_bucket: { files: { bucket: "files" } },
      aws_s3_bucket_policy: { files: { bucket: "${aws_s3_bucket.files.id}", policy: allowed() } },
      aws_cloudfront_origin_access_control: { main: { name: "files" } },
      aws_cloudfront_distribution: { main: distribution({ origin: [FROM_BUCKET] }) },
    },
  }),
);

const asked = (protocol: string, port = 80) => ({
  origin: [
    {
      origin_id: "app",
      domain_name: "${aws_lb.main.dns_name}",
      custom_origin_config: [{ origin_protocol_policy: protocol, http_port: port }],
    },
  ],
});

const LOOP =
  "aws_cloudfront_distribution.main asks aws_lb.main over HTTP, where aws_lb_listener.http leads everything to HTTPS. " +
  'Set origin_protocol_policy to "https-only", and domain_name to a name that the listener\'s certificate is for.';

describeRule(
  "CDN-006",
  {
    "a load balancer that leads to HTTPS": {
      bad: set(asked("http-only")),
      good: set(asked("https-only")),
      says: LOOP,
    },
    "one that does so on the port that is asked": {
      bad: set(asked("http-only")),
      good: set(asked("http-only", 8080)),
      says: LOOP,
    },
    "one that does so for all but some paths": {
      bad: set(asked("http-only")),
      good: (stack) => {
        set(asked("http-only"))(stack);
        stack.resource.aws_lb_listener_rule = { files: { listener_arn: "${aws_lb_listener.http.arn}" } };
      },
      says: LOOP,
    },
  },
  (): Json => ({
    resource: {
      aws_lb: { main: { name: "app" } },
      aws_lb_listener: {
        http: {
          load_balancer_arn: "${aws_lb.main.arn}",
          port: 80,
          default_action: [{ type: "redirect", redirect: [{ protocol: "HTTPS" }] }],
        },
      },
      aws_cloudfront_distribution: { main: distribution({}) },
    },
  }),
);

const ALL = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
const kept = (settings: Json) =>
  set({
    default_cache_behavior: [
      {
        target_origin_id: "app",
        allowed_methods: ALL,
        cache_policy_id: "658327ea-f89d-4fab-a63d-7e88639e58f6",
        origin_request_policy_id: "216adef6-5c7f-47e4-b989-5492eafa07d3",
        ...settings,
      },
    ],
  });

const SHARED =
  "aws_cloudfront_distribution.main has a default_cache_behavior that passes cookies on and keeps every answer without looking at them. " +
  "Take the managed cache policy CachingDisabled for it, and keep answers of paths without sessions alone.";

describeRule(
  "CDN-007",
  {
    "a session that is kept for all": {
      bad: kept({}),
      good: kept({ cache_policy_id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" }),
      says: SHARED,
    },
    "pictures that come with cookies and are the same for all": {
      bad: kept({}),
      good: kept({ allowed_methods: ["GET", "HEAD"] }),
      says: SHARED,
    },
  },
  (): Json => ({ resource: { aws_cloudfront_distribution: { main: distribution({}) } } }),
);

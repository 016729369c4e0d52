import type { Json } from "./rules.ts";

/** A distribution in front of an app, with these settings. */
export const distribution = (settings: Json = {}): Json => ({
  enabled: true,
  origin: [{ origin_id: "app", domain_name: "app.example.com" }],
  default_cache_behavior: [
    {
      target_origin_id: "app",
      allowed_methods: ["GET", "HEAD"],
      cache_policy_id: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
  ],
  viewer_certificate: [{ cloudfront_default_certificate: true }],
  ...settings,
});

/** Gives the distribution `main` of a stack other settings. */
export const set = (settings: Json) => (stack: Json) =>
  Object.assign(stack.resource.aws_cloudfront_distribution.main, settings);

import * as z from "zod";
import { healthCheckPath, oneOf, text, wholeNumber } from "./values.ts";

/** What a load balancer can answer by itself; it has redirects for 3xx. */
const fixedStatus = wholeNumber(200, 599, "HTTP status").refine(
  (status) => status < 300 || status > 399,
  "is a redirect, which is no fixed answer. Use 2xx, 4xx or 5xx.",
);

const pathRule = z.strictObject({
  /** Path patterns, such as "/assets/*". One to five: AWS takes five condition values a rule. */
  paths: z
    .array(
      text(
        /^\/[A-Za-z0-9_.$/~"'@:+&*?-]{0,127}$/,
        'is not a path pattern that a load balancer takes. Write one such as "/assets/*".',
      ),
    )
    .min(1, "needs at least one path pattern.")
    .max(5, "has more than five path patterns, which a rule can't hold. Split it in two."),
  /** Who answers: nginx, the app itself (past nginx), or the load balancer with a fixed status. */
  to: z.union([oneOf(["nginx", "app"] as const), z.strictObject({ status: fixedStatus })], {
    error: 'is not a destination. Write "nginx", "app" or { status: 404 }.',
  }),
  /** Lets these paths through without login where `authenticateCognito` is on. @default false */
  public: z.boolean().default(false),
});

/** What the load balancer does with a request. */
export const lb = z.strictObject({
  /** Puts a Cognito login in front of everything. Needs a domain, because it works on HTTPS only. @default false */
  authenticateCognito: z.boolean().default(false),
  /** What the load balancer asks nginx for; it must answer 200. @default "/up" */
  healthCheckPath: healthCheckPath.default("/up"),
  /** Rules for single paths, first match wins. @default everything goes to nginx */
  pathRules: z.array(pathRule).default([]),
  /** Days after which access logs are deleted. @default 90 */
  accessLogRetentionDays: wholeNumber(1, 3650, "days").default(90),
});

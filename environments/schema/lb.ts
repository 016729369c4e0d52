import * as z from "zod";
import { MANAGED_RULES, type ManagedRule } from "../../modules/lb/managed-rules.ts";
import { healthCheckPath, logRetentionDays, oneOf, text, wholeNumber } from "./values.ts";

/** What a load balancer can answer by itself; it has redirects for 3xx. */
const fixedStatus = wholeNumber(200, 599, "HTTP status").refine(
  (status) => status < 300 || status > 399,
  "is a redirect, which a fixed response can't be. Use 2xx, 4xx or 5xx.",
);

const pathRule = z.strictObject({
  /** Path patterns, such as "/assets/*". One to five: AWS takes five condition values a rule. */
  paths: z
    .array(
      text(
        /^\/[A-Za-z0-9_.$/~"'@:+&*?-]{0,127}$/,
        'is not a valid path pattern of a load balancer. Write one such as "/assets/*".',
      ),
    )
    .min(1, "needs at least one path pattern.")
    .max(5, "has more than five path patterns, the most in a listener rule. Split it in two."),
  /** Who answers: nginx, the app itself (past nginx), or the load balancer with a fixed status. */
  to: z.union([oneOf(["nginx", "app"] as const), z.strictObject({ status: fixedStatus })], {
    error: 'is not a destination. Write "nginx", "app" or { status: 404 }.',
  }),
  /** Lets these paths through without login where `authenticateCognito` is on. @default false */
  public: z.boolean().default(false),
});

const managedRule = z.custom<ManagedRule>(
  (name) => MANAGED_RULES.some((rule) => rule === name),
  'is not a rule of the managed rule groups in use. Write one such as "CrossSiteScripting_BODY"; modules/lb/managed-rules.ts lists them.',
);

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
  /**
   * A firewall for requests (AWS WAF) with AWS's managed rules and a limit for each address. "count" lets everything through and counts what
   * would be blocked: begin with it. "block" answers 403. About 9 USD a month in Tokyo, and 0.60 for each million requests. @default "off"
   */
  waf: oneOf(["off", "count", "block"] as const).default("off"),
  /**
   * Requests of one address in 5 minutes, above which its others are counted or blocked. An office or a mobile network can be one
   * address for many people, and a page is as many requests as it has files. Used with `waf`. @default 2,000
   */
  wafRequestsPerAddress: wholeNumber(10, 2_000_000_000, "requests").default(2000),
  /**
   * AWS's rules that count in "block", too, because they match what your own visitors send: "CrossSiteScripting_BODY" where they write HTML,
   * say. `SizeRestrictions_BODY`, which blocks every upload above 8 KB, always only counts. Used with `waf`. @default none of the others
   */
  wafCountedRules: z.array(managedRule).default([]),
  /**
   * Days for which a log of what the rules matched is kept, without cookies and Authorization headers. 0.76 USD for each GB in Tokyo.
   * Used with `waf`. @default no log is written
   */
  wafLogRetentionDays: logRetentionDays.optional(),
});

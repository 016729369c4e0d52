/** The rule that limits each address: its name, also in metrics. */
export const RATE_LIMIT = "rate-limit";

/**
 * Groups of rules that AWS keeps up to date, in the order in which a request meets them. Capacity: 25, 200 and 700 of the 1,500 units
 * that the price of a web ACL includes.
 * Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export const MANAGED_GROUPS = [
  {
    id: "ip-reputation",
    group: "AWSManagedRulesAmazonIpReputationList",
    rules: ["AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList"],
  },
  {
    id: "known-bad-inputs",
    group: "AWSManagedRulesKnownBadInputsRuleSet",
    rules: [
      "JavaDeserializationRCE_HEADER",
      "JavaDeserializationRCE_BODY",
      "JavaDeserializationRCE_URIPATH",
      "JavaDeserializationRCE_QUERYSTRING",
      "Host_localhost_HEADER",
      "PROPFIND_METHOD",
      "ExploitablePaths_URIPATH",
      "Log4JRCE_HEADER",
      "Log4JRCE_QUERYSTRING",
      "Log4JRCE_BODY",
      "Log4JRCE_URIPATH",
      "ReactJSRCE_BODY",
    ],
  },
  {
    id: "core",
    group: "AWSManagedRulesCommonRuleSet",
    rules: [
      "NoUserAgent_HEADER",
      "UserAgent_BadBots_HEADER",
      "SizeRestrictions_QUERYSTRING",
      "SizeRestrictions_Cookie_HEADER",
      "SizeRestrictions_BODY",
      "SizeRestrictions_URIPATH",
      "EC2MetaDataSSRF_BODY",
      "EC2MetaDataSSRF_COOKIE",
      "EC2MetaDataSSRF_URIPATH",
      "EC2MetaDataSSRF_QUERYARGUMENTS",
      "GenericLFI_QUERYARGUMENTS",
      "GenericLFI_URIPATH",
      "GenericLFI_BODY",
      "RestrictedExtensions_URIPATH",
      "RestrictedExtensions_QUERYARGUMENTS",
      "GenericRFI_QUERYARGUMENTS",
      "GenericRFI_BODY",
      "GenericRFI_URIPATH",
      "CrossSiteScripting_COOKIE",
      "CrossSiteScripting_QUERYARGUMENTS",
      "CrossSiteScripting_BODY",
      "CrossSiteScripting_URIPATH",
    ],
  },
] as const;

export type ManagedRule = (typeof MANAGED_GROUPS)[number]["rules"][number];

/** Every rule that can be counted instead of blocked. */
export const MANAGED_RULES: readonly ManagedRule[] = MANAGED_GROUPS.flatMap(({ rules }) => [...rules]);

/** Blocks every body above 8 KB, and with it each upload, so it only counts. */
export const UPLOAD_RULE = "SizeRestrictions_BODY" satisfies ManagedRule;

/**
 * The load balancer's login comes back with `code` and `state` in the query, and keeps its session in up to four cookies of 4 KB: longer
 * than the 2,048 and 10,240 bytes that these let through.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
export const COGNITO_LOGIN_RULES = [
  "SizeRestrictions_QUERYSTRING",
  "SizeRestrictions_Cookie_HEADER",
] as const satisfies readonly ManagedRule[];

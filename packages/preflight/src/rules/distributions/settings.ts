import type { Graph, Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { type Block, blocks, flag, isEmpty, text, type Value } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { attributeRule, like, without } from "../shared/attribute-rule.ts";
import { ownRegion, quoted, repeats, textsOf } from "../shared/attributes.ts";

const DISTRIBUTION = "aws_cloudfront_distribution";
const API = "https://docs.aws.amazon.com/cloudfront/latest/APIReference";
const CACHING = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1";

/** A distribution that works, with these settings. */
export const distribution = (settings: Block): Block => ({
  enabled: true,
  origin: [{ origin_id: "app", domain_name: "app.example.com" }],
  default_cache_behavior: [behavior({})],
  viewer_certificate: [{ cloudfront_default_certificate: true }],
  ...settings,
});
/** A behavior of it. */
export const behavior = (settings: Block): Block => ({
  target_origin_id: "app",
  allowed_methods: ["GET", "HEAD"],
  cached_methods: ["GET", "HEAD"],
  viewer_protocol_policy: "redirect-to-https",
  cache_policy_id: CACHING,
  ...settings,
});

/** CloudFront takes the methods of a behavior in these sets only. */
const METHODS = ["GET HEAD", "GET HEAD OPTIONS", "DELETE GET HEAD OPTIONS PATCH POST PUT"];

const setOf = (value: Value | undefined) => {
  const { texts, complete } = textsOf(value);
  return complete && texts.length > 0 ? [...new Set(texts)].sort().join(" ") : undefined;
};

export const DISTRIBUTION_SETTING_RULES: readonly Rule[] = [
  attributeRule({
    id: "CDN-001",
    severity: "error",
    title: "CloudFront accepts the settings of a distribution",
    when: "apply",
    prevents: "InvalidArgument: The parameter origin name cannot contain a colon.",
    cause: "An origin is a host name; scheme, port and path have settings of their own.",
    reference: `${API}/API_DistributionConfig.html`,
    checks: [
      {
        types: [DISTRIBUTION],
        attribute: "origin.domain_name",
        takes: like(/^[^:/]+$/, "a host name alone, without https:// and without a path"),
        bad: distribution({ origin: [{ origin_id: "app", domain_name: "https://app.example.com" }] }),
        good: distribution({}),
      },
      {
        types: [DISTRIBUTION],
        attribute: "origin.origin_path",
        takes: like(/^\/.*[^/]$|^\/[^/]$/, "a path that begins with a slash and does not end with one"),
        prevents: "InvalidArgument: The parameter origin path must begin with a / character and must not end with one.",
        cause: "CloudFront puts the path in front of the one that was asked for.",
        bad: distribution({ origin: [{ origin_id: "app", domain_name: "app.example.com", origin_path: "assets/" }] }),
        good: distribution({ origin: [{ origin_id: "app", domain_name: "app.example.com", origin_path: "/assets" }] }),
      },
      {
        types: [DISTRIBUTION],
        attribute: "default_root_object",
        takes: like(/^[^/]/, "a name without a slash before it, such as index.html"),
        when: "runtime",
        prevents: "403 Forbidden (AccessDenied) at /: CloudFront asks the origin for //index.html",
        cause: "The name is put behind the slash of the address.",
        bad: distribution({ default_root_object: "/index.html" }),
        good: distribution({ default_root_object: "index.html" }),
      },
      ...["default_cache_behavior", "ordered_cache_behavior"].flatMap((block) => [
        {
          types: [DISTRIBUTION],
          attribute: `${block}.allowed_methods`,
          takes: (_: string, value: Value | undefined) => {
            const set = setOf(value);
            if (set === undefined || METHODS.includes(set)) return undefined;
            return {
              message: `has a ${block} with the methods ${set.replaceAll(" ", ", ")}.`,
              fix: "Write GET and HEAD; these and OPTIONS; or all seven.",
            };
          },
          prevents: "InvalidArgument: The parameter AllowedMethods contains methods that are not allowed together",
          cause: "CloudFront takes methods in three sets, and for POST that is the one with all of them.",
          bad: distribution({ [block]: [behavior({ allowed_methods: ["GET", "HEAD", "POST"] })] }),
          good: distribution({ [block]: [behavior({ allowed_methods: ["GET", "HEAD", "OPTIONS"] })] }),
        },
        {
          types: [DISTRIBUTION],
          attribute: `${block}.cache_policy_id`,
          takes: (_: string, value: Value | undefined, { forwarded_values: forwarded }: Block) =>
            isEmpty(value) && isEmpty(forwarded)
              ? { message: `has a ${block} without a cache policy.`, fix: "Set cache_policy_id." }
              : undefined,
          prevents: "InvalidArgument: The parameter ForwardedValues is required.",
          cause: "Each behavior says what it caches by: with a cache policy, or in forwarded_values.",
          bad: distribution({ [block]: [behavior({ cache_policy_id: null })] }),
          good: distribution({
            [block]: [behavior({ cache_policy_id: null, forwarded_values: [{ query_string: true }] })],
          }),
        },
      ]),
    ],
  }),
  attributeRule({
    id: "CDN-008",
    severity: "error",
    title: "A behavior caches by its policy, or by settings of its own",
    when: "apply",
    prevents:
      "InvalidArgument: The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.",
    cause: "The policy says what is forwarded, and for how long it is kept.",
    reference: `${API}/API_CacheBehavior.html`,
    checks: ["default_cache_behavior", "ordered_cache_behavior"].map((block) => ({
      types: [DISTRIBUTION],
      attribute: `${block}.cache_policy_id`,
      takes: without("forwarded_values"),
      bad: distribution({ [block]: [behavior({ forwarded_values: [{ query_string: true }] })] }),
      good: distribution({ [block]: [behavior({})] }),
    })),
  }),
  defineRule({
    id: "CDN-002",
    severity: "error",
    title: "A distribution has a certificate for its names, made in us-east-1",
    reference: `${API}/API_ViewerCertificate.html`,
    problems: {
      names: {
        when: "apply",
        prevents:
          "InvalidViewerCertificate: To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your authorization to use the domain name.",
        cause: "CloudFront's own certificate is for cloudfront.net alone.",
      },
      region: {
        when: "apply",
        prevents:
          "InvalidViewerCertificate: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
        cause: "CloudFront uses certificates of us-east-1, whatever region the rest is in.",
      },
      method: {
        when: "apply",
        prevents: "InvalidArgument: The parameter SSLSupportMethod is required (or: MalformedXML)",
        cause: "With a certificate of one's own, a distribution says how browsers tell which one they want.",
      },
    },
    check: wrongCertificates,
    examples: [
      {
        bad: { [DISTRIBUTION]: distribution({ aliases: ["www.example.com"] }) },
        good: {
          [DISTRIBUTION]: distribution({
            aliases: ["www.example.com"],
            viewer_certificate: [{ acm_certificate_arn: CERTIFICATE, ssl_support_method: "sni-only" }],
          }),
        },
        attribute: "viewer_certificate",
      },
      {
        bad: {
          [DISTRIBUTION]: distribution({
            viewer_certificate: [
              { acm_certificate_arn: CERTIFICATE.replace("us-east-1", "us-west-1"), ssl_support_method: "sni-only" },
            ],
          }),
        },
        good: {
          [DISTRIBUTION]: distribution({
            viewer_certificate: [{ acm_certificate_arn: CERTIFICATE, ssl_support_method: "sni-only" }],
          }),
        },
        attribute: "viewer_certificate",
      },
    ],
  }),
  defineRule({
    id: "CDN-003",
    severity: "error",
    title: "A behavior names an origin of its distribution",
    reference: `${API}/API_CacheBehavior.html`,
    problems: {
      missing: {
        when: "apply",
        prevents:
          "NoSuchOrigin: One or more of your origins or origin groups do not exist (or: The specified origin does not exist)",
        cause: "A behavior names an origin by its origin_id.",
      },
      twice: {
        when: "apply",
        prevents: "InvalidArgument: The parameter Origin Id is duplicated (or: DuplicateOriginName)",
        cause: "Behaviors tell the origins by their origin_id.",
      },
    },
    check: wrongOrigins,
    examples: [
      {
        bad: { [DISTRIBUTION]: distribution({ default_cache_behavior: [behavior({ target_origin_id: "api" })] }) },
        good: { [DISTRIBUTION]: distribution({}) },
        attribute: "default_cache_behavior",
      },
    ],
  }),
  {
    id: "CDN-004",
    severity: "error",
    title: "A bucket for CloudFront's access logs takes ACLs",
    when: "apply",
    prevents:
      "InvalidArgument: The S3 bucket that you specified for CloudFront logs does not enable ACL access: ….s3.amazonaws.com",
    cause: "CloudFront's standard logging gives itself access by an ACL, and a new bucket has ACLs switched off.",
    reference: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html",
    *check(graph) {
      for (const at of graph.ofType(DISTRIBUTION).filter(({ isPlanned }) => isPlanned)) {
        for (const logging of blocks(at.get("logging_config")).blocks) {
          const bucket = linkedResource(logging.bucket, "aws_s3_bucket");
          if (!bucket?.isMade || bucket.many || graph.isHandedOn(bucket) || takesAcls(graph, bucket) !== false)
            continue;
          yield {
            at,
            message: `logs to ${bucket.address}, which takes no ACLs.`,
            fix: `Add aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerPreferred" for ${bucket.address}.`,
            attribute: "logging_config",
          };
        }
      }
    },
  },
];

/** Whether ACLs are on for a new bucket; undefined where it can't be known. */
function takesAcls(graph: Graph, bucket: Resource): boolean | undefined {
  const controls = graph.ofType("aws_s3_bucket_ownership_controls");
  const own = controls.filter((one) => linked(one.get("bucket"), "aws_s3_bucket").resources.includes(bucket));
  const unclear = controls.filter((one) => linkedResource(one.get("bucket"), "aws_s3_bucket") === undefined);
  const modes = own.flatMap((one) => blocks(one.get("rule")).blocks.map((rule) => text(rule.object_ownership)));
  if (modes.includes(undefined) || (own.length > 0 && modes.length === 0)) return undefined;
  if (modes.length > 0) return modes.some((mode) => mode !== "BucketOwnerEnforced");
  return unclear.length > 0 ? undefined : false;
}

function* wrongCertificates(graph: Graph): Generator<KindOfProblem<"names" | "region" | "method">> {
  const attribute = "viewer_certificate";
  for (const at of graph.ofType(DISTRIBUTION).filter((one) => one.changes(attribute, "aliases"))) {
    const { blocks: certificates, complete } = blocks(at.get(attribute));
    const [certificate] = certificates;
    const names = textsOf(at.get("aliases")).texts;
    if (!certificate || !complete) continue;
    if (names.length > 0 && flag(certificate.cloudfront_default_certificate, false) === true) {
      const message = `has the names ${quoted(names)} and CloudFront's own certificate.`;
      yield { kind: "names", at, message, fix: "Set acm_certificate_arn in viewer_certificate.", attribute };
    }
    const arn = certificate.acm_certificate_arn;
    const region = regionOfCertificate(arn);
    if (region !== undefined && region !== "us-east-1" && !region.startsWith("cn-")) {
      const message = `has a certificate that is in ${region}.`;
      const fix = 'Create the certificate with a provider whose region is "us-east-1".';
      yield { kind: "region", at, message, fix, attribute };
    }
    const isOwn = !isEmpty(arn) || !isEmpty(certificate.iam_certificate_id);
    if (isOwn && isEmpty(certificate.ssl_support_method)) {
      const message = "has a certificate of its own and no ssl_support_method.";
      yield { kind: "method", at, message, fix: 'Set ssl_support_method to "sni-only".', attribute };
    }
  }
}

function regionOfCertificate(arn: Value | undefined): string | undefined {
  const written = /^arn:[^:]+:acm:([^:]+):/.exec(text(arn) ?? "")?.[1];
  if (written !== undefined) return written;
  const made = linkedResource(arn, "aws_acm_certificate", "aws_acm_certificate_validation", "data.aws_acm_certificate");
  return made && ownRegion(made);
}

function* wrongOrigins(graph: Graph): Generator<KindOfProblem<"missing" | "twice">> {
  for (const at of graph.ofType(DISTRIBUTION).filter(({ isPlanned }) => isPlanned)) {
    const origins = ["origin", "origin_group"].map((name) => blocks(at.get(name)));
    const all = origins.flatMap((one) => one.blocks);
    for (const { one } of repeats(all, ({ origin_id }) => text(origin_id))) {
      const message = `has two origins with origin_id = "${text(one.origin_id)}".`;
      yield { kind: "twice", at, message, fix: "Give each origin its own origin_id.", attribute: "origin" };
    }
    const ids = all.flatMap(({ origin_id }) => text(origin_id) ?? []);
    const isSure = origins.every(({ complete }) => complete) && ids.length === all.length && ids.length > 0;
    if (isSure) yield* lostBehaviors(at, ids);
  }
}

function* lostBehaviors(at: Resource, ids: readonly string[]): Generator<KindOfProblem<"missing">> {
  for (const attribute of ["default_cache_behavior", "ordered_cache_behavior"]) {
    for (const { target_origin_id } of blocks(at.get(attribute)).blocks) {
      const wanted = text(target_origin_id);
      if (wanted === undefined || ids.includes(wanted)) continue;
      const message = `has a ${attribute} with target_origin_id = "${wanted}", and the origins ${quoted(ids)}.`;
      yield { kind: "missing", at, message, fix: "Name an origin_id of the same distribution.", attribute };
    }
  }
}

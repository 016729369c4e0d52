import type { Graph, Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { type Block, block, blocks, isEmpty, number, text } from "../../graph/value.ts";
import { readPolicy, type Statement } from "../../iam/policy.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { bucketOf, isNewBucket } from "../s3/buckets.ts";
import { textsOf } from "../shared/attributes.ts";
import { behavior, distribution } from "./settings.ts";

const DISTRIBUTION = "aws_cloudfront_distribution";
const GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide";
const CLOUDFRONT = "cloudfront.amazonaws.com";

/** Managed cache policies that keep every answer for a second at least, and know no cookies. */
const KEEPS_ALL: readonly string[] = [
  "658327ea-f89d-4fab-a63d-7e88639e58f6", // CachingOptimized
  "b2884449-e4de-46a7-ac36-70bc7f1ddd6d", // CachingOptimizedForUncompressedObjects
];
/** Managed origin request policies that pass all cookies on. */
const PASSES_COOKIES: readonly string[] = [
  "216adef6-5c7f-47e4-b989-5492eafa07d3", // AllViewer
  "33f36d7e-f396-46d9-90e0-52428a34d9dc", // AllViewerAndCloudFrontHeaders-2022-06
  "b689b0a8-53d0-40ab-baf2-68738e2966ac", // AllViewerExceptHostHeader
];

const fromBucket = (settings: Block) =>
  distribution({
    origin: [{ origin_id: "app", domain_name: "${aws_s3_bucket.main.bucket_regional_domain_name}", ...settings }],
  });
const CONTROL: Block = {
  name: "files",
  origin_access_control_origin_type: "s3",
  signing_behavior: "always",
  signing_protocol: "sigv4",
};
const signed = fromBucket({ origin_access_control_id: "${aws_cloudfront_origin_access_control.main.id}" });
const policyOf = (Condition: Block): Block => ({
  bucket: "${aws_s3_bucket.main.id}",
  policy: JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: CLOUDFRONT },
        Action: "s3:GetObject",
        Resource: "${aws_s3_bucket.main.arn}/*",
        ...Condition,
      },
    ],
  }),
});
const own = policyOf({ Condition: { StringEquals: { "AWS:SourceArn": "${aws_cloudfront_distribution.main.arn}" } } });
const files = (policy?: Block) => ({
  aws_s3_bucket: { bucket: "files" },
  aws_cloudfront_origin_access_control: CONTROL,
  [DISTRIBUTION]: signed,
  ...(policy && { aws_s3_bucket_policy: policy }),
});
const balanced = (protocol: string) => ({
  aws_lb: { name: "app" },
  aws_lb_listener: {
    load_balancer_arn: "${aws_lb.main.arn}",
    port: 80,
    default_action: [{ type: "redirect", redirect: [{ protocol: "HTTPS", port: "443", status_code: "HTTP_301" }] }],
  },
  [DISTRIBUTION]: distribution({
    origin: [
      {
        origin_id: "app",
        domain_name: protocol === "http-only" ? "${aws_lb.main.dns_name}" : "app.example.com",
        custom_origin_config: [
          { http_port: 80, https_port: 443, origin_protocol_policy: protocol, origin_ssl_protocols: ["TLSv1.2"] },
        ],
      },
    ],
  }),
});
const dynamic = (settings: Block) => ({
  [DISTRIBUTION]: distribution({
    default_cache_behavior: [
      behavior({
        allowed_methods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        origin_request_policy_id: PASSES_COOKIES[0] ?? "",
        ...settings,
      }),
    ],
  }),
});

export const DISTRIBUTION_ORIGIN_RULES: readonly Rule[] = [
  defineRule({
    id: "CDN-005",
    severity: "error",
    title: "CloudFront may read the bucket that is its origin, and no other distribution may",
    reference: `${GUIDE}/private-content-restricting-access-to-s3.html`,
    problems: {
      anonymous: {
        when: "runtime",
        prevents: "403 Forbidden: <Code>AccessDenied</Code>",
        cause:
          "Without an origin access control, CloudFront's requests to a bucket are anonymous, and a new bucket denies them.",
      },
      refused: {
        when: "runtime",
        prevents: "403 Forbidden: <Code>AccessDenied</Code>",
        cause:
          "An origin access control signs requests as the distribution's. It is the bucket's policy that lets it in.",
      },
      anyone: {
        when: "runtime",
        prevents: "a distribution of another account that has this bucket as its origin, and reads all of it",
        cause: `${CLOUDFRONT} is every distribution of every account.`,
      },
    },
    check: closedBuckets,
    examples: [
      { bad: files(), good: files(own), attribute: "origin" },
      { bad: files(policyOf({})), good: files(own), attribute: "origin" },
      {
        bad: { aws_s3_bucket: { bucket: "files" }, [DISTRIBUTION]: fromBucket({}) },
        good: files(own),
        attribute: "origin",
      },
    ],
  }),
  defineRule({
    id: "CDN-006",
    severity: "error",
    title: "A load balancer answers CloudFront with more than a redirection",
    reference: `${GUIDE}/DownloadDistValuesOrigin.html#DownloadDistValuesOriginProtocolPolicy`,
    problems: {
      loop: {
        when: "runtime",
        prevents: "ERR_TOO_MANY_REDIRECTS",
        cause: "CloudFront asks over HTTP, is led to HTTPS, hands that to the browser, and asks over HTTP again.",
      },
    },
    check: loops,
    examples: [{ bad: balanced("http-only"), good: balanced("https-only"), attribute: "origin" }],
  }),
  defineRule({
    id: "CDN-007",
    severity: "warning",
    title: "What is answered to one visitor is not kept for all",
    reference: `${GUIDE}/Expiration.html`,
    problems: {
      shared: {
        when: "runtime",
        prevents: "a visitor who sees the page, and gets the session cookie, of another one",
        cause:
          "The origin gets the cookies, and its answer is kept for a second at least, whatever Cache-Control says, for all who ask for the same path.",
      },
    },
    check: sharedAnswers,
    examples: [
      {
        bad: dynamic({}),
        good: dynamic({ cache_policy_id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" }),
        attribute: "default_cache_behavior",
      },
    ],
  }),
];

function* closedBuckets(graph: Graph): Generator<KindOfProblem<"anonymous" | "refused" | "anyone">> {
  for (const at of graph.ofType(DISTRIBUTION).filter(({ isPlanned }) => isPlanned)) {
    for (const origin of blocks(at.get("origin")).blocks) {
      const bucket = linkedResource(origin.domain_name, "aws_s3_bucket");
      if (!bucket || !isEmpty(origin.custom_origin_config) || graph.isHandedOn(bucket)) continue;
      const policies = policiesOf(graph, bucket);
      if (policies === undefined) continue;
      const problem = problemOf(bucket, origin, policies, isNewBucket(graph, bucket));
      if (problem) yield { ...problem, at, attribute: "origin" };
    }
  }
}

type Found = Pick<KindOfProblem<"anonymous" | "refused" | "anyone">, "kind" | "message" | "fix">;

function problemOf(
  bucket: Resource,
  origin: Block,
  statements: readonly Statement[],
  isNew: boolean,
): Found | undefined {
  const arn = 'Condition = { StringEquals = { "AWS:SourceArn" = <ARN of the distribution> } }';
  const grant = `Let Service ${CLOUDFRONT} call s3:GetObject on \${${bucket.address}.arn}/* in its policy, with ${arn}.`;
  const allowed = statements.filter(({ allow }) => allow);
  if (isEmpty(origin.origin_access_control_id)) {
    const asIdentity = !isEmpty(block(origin.s3_origin_config)?.origin_access_identity);
    if (asIdentity || allowed.length > 0 || !isNew) return undefined;
    const message = `has ${bucket.address} as an origin, without an origin access control.`;
    return { kind: "anonymous", message, fix: `Set origin_access_control_id. ${grant}` };
  }
  const forCloudFront = allowed.filter(({ principals }) => namesCloudFront(principals));
  if (allowed.length === 0 && isNew) {
    return { kind: "refused", message: `is not let into ${bucket.address} by a policy.`, fix: grant };
  }
  if (forCloudFront.some(({ hasConditions }) => !hasConditions)) {
    const message = `has ${bucket.address} as an origin, whose policy lets every distribution in.`;
    return { kind: "anyone", message, fix: `Add ${arn} to its statement for ${CLOUDFRONT}.` };
  }
  return undefined;
}

const namesCloudFront = (principals: Statement["principals"]) =>
  (principals?.Service ?? []).some((one) => text(one) === CLOUDFRONT);

/** Statements of all policies of a bucket; undefined where there may be others. */
function policiesOf(graph: Graph, bucket: Resource): readonly Statement[] | undefined {
  const all = graph.ofType("aws_s3_bucket_policy");
  if (all.some((one) => bucketOf(one) === undefined)) return undefined;
  const own = all.filter((one) => bucketOf(one) === bucket).map((one) => readPolicy(graph, one.get("policy")));
  return own.every(({ complete }) => complete) ? own.flatMap(({ statements }) => statements) : undefined;
}

function* loops(graph: Graph): Generator<KindOfProblem<"loop">> {
  for (const at of graph.ofType(DISTRIBUTION).filter(({ isPlanned }) => isPlanned)) {
    for (const origin of blocks(at.get("origin")).blocks) {
      const balancer = linkedResource(origin.domain_name, "aws_lb", "aws_alb");
      const asked = block(origin.custom_origin_config);
      const port = number(asked?.http_port);
      if (text(asked?.origin_protocol_policy) !== "http-only" || !balancer || port === undefined) continue;
      const listener = redirecting(graph, balancer, port);
      if (!listener) continue;
      yield {
        kind: "loop",
        at,
        message: `asks ${balancer.address} over HTTP, where ${listener.address} leads everything to HTTPS.`,
        fix: 'Set origin_protocol_policy to "https-only", and domain_name to a name that the listener\'s certificate is for.',
        attribute: "origin",
      };
    }
  }
}

/** The listener on a port where it does nothing but redirect to HTTPS. */
function redirecting(graph: Graph, balancer: Resource, port: number): Resource | undefined {
  const listeners = ["aws_lb_listener", "aws_alb_listener"].flatMap((type) => graph.ofType(type));
  const http = listeners.find(
    (one) =>
      linkedResource(one.get("load_balancer_arn"), balancer.type) === balancer && number(one.get("port")) === port,
  );
  if (!http) return undefined;
  const rules = ["aws_lb_listener_rule", "aws_alb_listener_rule"].flatMap((type) => graph.ofType(type));
  if (rules.some((rule) => linked(rule.get("listener_arn"), http.type).resources.includes(http))) return undefined;
  const [action, ...others] = blocks(http.get("default_action")).blocks;
  return others.length === 0 && text(block(action?.redirect)?.protocol) === "HTTPS" ? http : undefined;
}

function* sharedAnswers(graph: Graph): Generator<KindOfProblem<"shared">> {
  for (const at of graph.ofType(DISTRIBUTION).filter(({ isPlanned }) => isPlanned)) {
    for (const attribute of ["default_cache_behavior", "ordered_cache_behavior"]) {
      for (const behavior of blocks(at.get(attribute)).blocks) {
        const isKept = KEEPS_ALL.includes(text(behavior.cache_policy_id) ?? "");
        const hasCookies = PASSES_COOKIES.includes(text(behavior.origin_request_policy_id) ?? "");
        const takesForms = textsOf(behavior.allowed_methods).texts.includes("POST");
        if (!isKept || !hasCookies || !takesForms) continue;
        yield {
          kind: "shared",
          at,
          message: `has a ${attribute} that passes cookies on and keeps every answer without looking at them.`,
          fix: "Take the managed cache policy CachingDisabled for it, and keep answers of paths without sessions alone.",
          attribute,
        };
      }
    }
  }
}

import type { Graph } from "../../graph/graph.ts";
import { blocks, flag, isAbsent, linked, text, type Value } from "../../graph/value.ts";
import { anything, arnOf, pattern } from "../../iam/pattern.ts";
import { allows, namePattern } from "../../iam/permissions.ts";
import { readPolicy, type Statement } from "../../iam/policy.ts";
import { kindOf, LB_TYPES, lbPlace } from "../../network/load-balancers.ts";
import { regionOf } from "../../network/places.ts";
import type { Problem, Rule } from "../../rule.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

/** Who writes for a load balancer: a service, or in older regions an account of AWS's. */
function mayNameLogDelivery({ principals = {} }: Statement, region: string | undefined): boolean {
  const isElb = (who: Value) =>
    /^(logdelivery\.elasticloadbalancing|delivery\.logs)\./.test(text(who) ?? "delivery.logs.");
  const isAccount = (who: Value) => {
    const account = /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(text(who) ?? "")?.[1];
    const own = region === undefined ? undefined : LOG_ACCOUNTS[region];
    return account === undefined || own === undefined || account === own;
  };
  return Object.entries(principals).some(([kind, who]) => who.some(kind === "Service" ? isElb : isAccount));
}

/**
 * Accounts that load balancers write their logs with, in regions that are older than the service's own name.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
const LOG_ACCOUNTS: Readonly<Record<string, string>> = {
  "af-south-1": "098369216593",
  "ap-east-1": "754344448648",
  "ap-northeast-1": "582318560864",
  "ap-northeast-2": "600734575887",
  "ap-northeast-3": "383597477331",
  "ap-south-1": "718504428378",
  "ap-southeast-1": "114774131450",
  "ap-southeast-2": "783225319266",
  "ap-southeast-3": "589379963580",
  "ca-central-1": "985666609251",
  "eu-central-1": "054676820928",
  "eu-north-1": "897822967062",
  "eu-south-1": "635631232127",
  "eu-west-1": "156460612806",
  "eu-west-2": "652711504416",
  "eu-west-3": "009996457667",
  "me-south-1": "076674570225",
  "sa-east-1": "507241528517",
  "us-east-1": "127311923021",
  "us-east-2": "033677994240",
  "us-west-1": "027434742980",
  "us-west-2": "797873946194",
};

function* logsWithoutPermission(graph: Graph): Generator<Problem> {
  for (const lb of graph.ofType(...LB_TYPES)) {
    const [subnet] = lbPlace(graph, lb).subnets.subnets;
    const region = (subnet && regionOf(subnet)) ?? lb.region;
    for (const logs of [...blocks(lb.get("access_logs")).blocks, ...blocks(lb.get("connection_logs")).blocks]) {
      if (flag(logs.enabled, false) !== true) continue;
      const link = linked(logs.bucket, "aws_s3_bucket");
      const [bucket] = link.resources;
      if (!bucket || !link.certain) continue;
      const policies = graph.ofType("aws_s3_bucket_policy").filter((one) => {
        const owner = linked(one.get("bucket"), "aws_s3_bucket");
        return owner.resources.includes(bucket) || (!owner.certain && owner.resources.length === 0);
      });
      const name = bucket.address;
      const [policy] = policies;
      if (!policy) {
        if (isAbsent(bucket.get("policy")) && !graph.isHandedOn(bucket))
          yield {
            at: lb,
            message: `writes its logs to ${name}, which has no bucket policy.`,
            fix: "Add an aws_s3_bucket_policy that lets logdelivery.elasticloadbalancing.amazonaws.com put objects.",
          };
        continue;
      }
      const read = readPolicy(graph, policy.get("policy"));
      const permitting = {
        ...read,
        statements: read.statements.filter((statement) => mayNameLogDelivery(statement, region)),
      };
      const path = [
        isAbsent(logs.prefix) || logs.prefix === "" ? "" : `/${text(logs.prefix) ?? "*"}`,
        "/AWSLogs/",
        anything(),
      ];
      const target = {
        resource: undefined,
        arns: [
          pattern(arnOf(bucket), ...path),
          pattern("arn:", anything(), ":s3:::", ...namePattern(bucket, "bucket"), ...path),
        ],
      };
      if (allows(permitting, "s3:PutObject", target) === "no") {
        yield {
          at: lb,
          message: `writes its logs to ${name}, whose policy ${policy.address} does not let it put objects.`,
          fix: "Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
        };
      } else if (graph.isOrdered(lb, policy) === false && lb.isMade) {
        yield {
          at: lb,
          message: `writes its logs to ${name}, and may be made before ${policy.address}.`,
          fix: `Add depends_on = ["${policy.address}"] to the load balancer.`,
        };
      }
      const key = graph
        .ofType("aws_s3_bucket_server_side_encryption_configuration")
        .filter((one) => linked(one.get("bucket"), "aws_s3_bucket").resources.includes(bucket))
        .flatMap((one) => blocks(one.get("rule")).blocks)
        .flatMap((one) => blocks(one.apply_server_side_encryption_by_default).blocks)
        .find((one) => text(one.sse_algorithm)?.startsWith("aws:kms"));
      if (key && kindOf(lb) === "application") {
        yield {
          at: lb,
          message: `writes its logs to ${name}, which is encrypted with KMS: a load balancer writes with S3's own keys only.`,
          fix: 'Set sse_algorithm to "AES256".',
        };
      }
    }
  }
}

export const LOG_RULES: readonly Rule[] = [
  {
    id: "LB-004",
    severity: "error",
    title: "A load balancer may write its logs",
    when: "apply",
    prevents: "InvalidConfigurationRequest: Access Denied for bucket: …. Please check S3bucket permission",
    cause:
      "The load balancer tries to write when it is made, so the bucket's policy has to be there before and to allow it.",
    reference: `${ELB}/enable-access-logging.html`,
    check: logsWithoutPermission,
  },
];

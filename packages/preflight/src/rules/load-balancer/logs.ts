import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, flag, isAbsent, isEmpty, text, type Value } from "../../graph/value.ts";
import { anything, arnOf, pattern } from "../../iam/pattern.ts";
import { allows, namePattern } from "../../iam/permissions.ts";
import { readPolicy, type Statement } from "../../iam/policy.ts";
import { kindOf, LB_TYPES, lbPlace } from "../../network/load-balancers.ts";
import { LOG_ACCOUNTS } from "../../network/log-accounts.ts";
import { regionOf } from "../../network/places.ts";
import { defineRule, type Failure, type KindOfProblem, type Rule } from "../../rule.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

/** Who writes for a load balancer: a service, or in older regions an account of AWS's. */
function mayNameLogDelivery(
  { principals = {} }: Statement,
  region: string | undefined,
  kind: string | undefined,
): boolean {
  const isElb = (who: Value) => {
    const name = text(who);
    if (name === undefined) return true;
    // Network load balancers write by the delivery of CloudWatch Logs, and no others do.
    const isOther = kind === "application" && name.startsWith("delivery.logs.");
    return !isOther && /^(logdelivery\.(elasticloadbalancing|elb)|delivery\.logs)\./.test(name);
  };
  const isAccount = (who: Value) => {
    const account = /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(text(who) ?? "")?.[1];
    const own = region === undefined ? undefined : LOG_ACCOUNTS[region];
    return account === undefined || own === undefined || account === own;
  };
  return Object.entries(principals).some(([kind, who]) => who.some(kind === "Service" ? isElb : isAccount));
}

/** The bucket that a load balancer writes its logs to, where this configuration makes it. */
interface LogBucket {
  readonly lb: Resource;
  readonly region: string | undefined;
  readonly bucket: Resource;
  readonly prefix: Value | undefined;
}

function logBuckets(graph: Graph): LogBucket[] {
  return graph.ofType(...LB_TYPES).flatMap((lb) => {
    const [subnet] = lbPlace(graph, lb).subnets.subnets;
    const region = (subnet && regionOf(subnet)) ?? lb.region;
    const logs = ["access_logs", "connection_logs"].flatMap((name) => [...blocks(lb.get(name)).blocks]);
    return logs.flatMap(({ enabled, bucket, prefix }) => {
      const link = linked(bucket, "aws_s3_bucket");
      const [own] = link.resources;
      return flag(enabled, false) === true && own && link.certain ? [{ lb, region, bucket: own, prefix }] : [];
    });
  });
}

/** The policy of a bucket, or one that may be. */
function policyOf(graph: Graph, bucket: Resource): Resource | undefined {
  return graph.ofType("aws_s3_bucket_policy").find((one) => {
    const owner = linked(one.get("bucket"), "aws_s3_bucket");
    return owner.resources.includes(bucket) || (!owner.certain && owner.resources.length === 0);
  });
}

function letsWrite(graph: Graph, policy: Resource, { lb, region, bucket, prefix }: LogBucket) {
  const read = readPolicy(graph, policy.get("policy"));
  const statements = read.statements.filter((statement) => mayNameLogDelivery(statement, region, kindOf(lb)));
  const path = [isEmpty(prefix) ? "" : `/${text(prefix) ?? "*"}`, "/AWSLogs/", anything()];
  const arns = [
    pattern(arnOf(bucket), ...path),
    pattern("arn:", anything(), ":s3:::", ...namePattern(bucket, "bucket"), ...path),
  ];
  return allows({ ...read, statements }, "s3:PutObject", { resource: undefined, arns });
}

function isEncryptedWithKms(graph: Graph, bucket: Resource): boolean {
  return graph
    .ofType("aws_s3_bucket_server_side_encryption_configuration")
    .filter((one) => linked(one.get("bucket"), "aws_s3_bucket").resources.includes(bucket))
    .flatMap((one) => blocks(one.get("rule")).blocks)
    .flatMap((one) => blocks(one.apply_server_side_encryption_by_default).blocks)
    .some((one) => text(one.sse_algorithm)?.startsWith("aws:kms"));
}

type Kind = "unpermitted" | "refused" | "order" | "key";

/** What keeps a load balancer from writing to a bucket, by the bucket's policy. */
function policyProblem(graph: Graph, logs: LogBucket): KindOfProblem<Kind> | undefined {
  const { lb: at, bucket } = logs;
  const policy = policyOf(graph, bucket);
  const writes = `writes its logs to ${bucket.address}`;
  if (!policy) {
    if (!isAbsent(bucket.get("policy")) || graph.isHandedOn(bucket)) return undefined;
    const fix =
      "Add an aws_s3_bucket_policy that allows logdelivery.elasticloadbalancing.amazonaws.com to put objects.";
    return { kind: "unpermitted", at, message: `${writes}, which has no bucket policy.`, fix };
  }
  if (letsWrite(graph, policy, logs) === "no") {
    const message = `${writes}, whose policy ${policy.address} does not allow it to put objects.`;
    const fix = "Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.";
    return { kind: "refused", at, message, fix };
  }
  if (graph.isOrdered(at, policy) !== false || !at.isMade) return undefined;
  const message = `${writes}, and does not wait for ${policy.address}.`;
  return { kind: "order", at, message, fix: `Add depends_on = ["${policy.address}"] to the load balancer.` };
}

const failure = (cause: string): Failure => ({
  when: "apply",
  prevents: "InvalidConfigurationRequest: Access Denied for bucket: …. Please check S3bucket permission",
  cause,
});

export const LOG_RULES: readonly Rule[] = [
  defineRule({
    id: "LB-004",
    severity: "error",
    title: "A load balancer is allowed to write its logs",
    reference: `${ELB}/enable-access-logging.html`,
    problems: {
      unpermitted: failure("A bucket accepts logs only with a policy that allows them."),
      refused: failure("The policy of the bucket does not allow the load balancer's service, or not this path."),
      order: failure(
        "The load balancer writes a test file on creation, so the bucket's policy has to be there before.",
      ),
      key: failure("A load balancer writes only with S3's own keys."),
    },
    *check(graph) {
      for (const logs of logBuckets(graph)) {
        const problem = policyProblem(graph, logs);
        if (problem) yield problem;
        if (kindOf(logs.lb) === "application" && isEncryptedWithKms(graph, logs.bucket)) {
          const message = `writes its logs to ${logs.bucket.address}, which is encrypted with KMS.`;
          yield { kind: "key", at: logs.lb, message, fix: 'Set sse_algorithm to "AES256".' };
        }
      }
    },
  }),
];

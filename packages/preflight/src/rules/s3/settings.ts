import { byLink } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { type Block, block, blocks, isAbsent, isEmpty, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { repeats, textsOf } from "../shared/attributes.ts";
import { callableBy } from "../shared/functions.ts";
import { admissionOf, RECEIVERS, type ReceiverType } from "../shared/receivers.ts";
import { bucketOf, isNewBucket, settingsOf } from "./buckets.ts";

/** Settings of which a bucket has one: a second takes the place of the first. */
const SINGLE = [
  "acl",
  "cors_configuration",
  "lifecycle_configuration",
  "logging",
  "notification",
  "ownership_controls",
  "policy",
  "public_access_block",
  "replication_configuration",
  "server_side_encryption_configuration",
  "versioning",
  "website_configuration",
];

const DESTINATION = "InvalidArgument: Unable to validate the following destination configurations";

export const SETTING_RULES: readonly Rule[] = [
  {
    id: "BKT-005",
    severity: "warning",
    title: "A bucket has one setting of a kind",
    when: "apply",
    prevents: "no error: the second takes the place of the first, and each apply changes them again",
    cause: "S3 keeps one policy, one lifecycle, one notification and the like for a bucket.",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_notification",
    *check(graph) {
      for (const name of SINGLE) {
        const keyOf = (setting: Resource) => (setting.many ? undefined : bucketOf(setting)?.address);
        for (const { one, earlier } of repeats(graph.ofType(`aws_s3_bucket_${name}`), keyOf)) {
          yield {
            at: one,
            message: `is a second ${name} of ${keyOf(one)}, beside ${earlier.address}.`,
            fix: "Put both into one.",
            attribute: "bucket",
          };
        }
      }
    },
  },
  defineRule({
    id: "BKT-006",
    severity: "error",
    title: "What a bucket notifies lets S3 in, and before that",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
    problems: {
      function: {
        when: "apply",
        prevents: DESTINATION,
        cause:
          "S3 tests the destination when the notification is created; an aws_lambda_permission, or the policy of the queue or topic, must allow it.",
      },
      order: {
        when: "apply",
        prevents: DESTINATION,
        cause: "Terraform sets the notification without waiting for what lets S3 in.",
      },
    },
    *check(graph) {
      const isCallable = callableBy(graph, S3);
      for (const notification of graph.ofType("aws_s3_bucket_notification").filter(({ isMade }) => isMade)) {
        yield* functionProblems(graph, notification, isCallable);
        yield* policyProblems(graph, notification);
      }
    },
  }),
  {
    id: "BKT-022",
    severity: "error",
    title: "One event of a bucket goes to one destination",
    when: "apply",
    prevents:
      "InvalidArgument: Configurations overlap. Configurations on the same bucket cannot share a common event type.",
    cause: "S3 sends an event once; where several are to hear of it, a topic or EventBridge tells them.",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",
    *check(graph) {
      for (const at of graph.ofType("aws_s3_bucket_notification").filter(({ isPlanned }) => isPlanned)) {
        const all = ["lambda_function", "queue", "topic"].flatMap((attribute) =>
          blocks(at.get(attribute)).blocks.map((block) => ({ attribute, ...eventsOf(block) })),
        );
        const pairs = all.flatMap((one, index) => all.slice(0, index).map((earlier) => ({ one, earlier })));
        const overlap = pairs.find(({ one, earlier }) => overlaps(one, earlier));
        if (!overlap) continue;
        const { one } = overlap;
        yield {
          at,
          message: `sends ${one.events.join(" and ")} of "${one.prefix}…${one.suffix}" to two destinations.`,
          fix: "Give them prefixes or suffixes that exclude each other, or send it to a topic that both subscribe to.",
          attribute: one.attribute,
        };
      }
    },
  },
  defineRule({
    id: "BKT-007",
    severity: "error",
    title: "A bucket that is replicated keeps versions",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html",
    problems: {
      off: {
        when: "apply",
        prevents: "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        cause: "Replication copies versions of objects.",
      },
      order: {
        when: "apply",
        prevents: "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        cause: "Terraform sets the replication without waiting for the versioning, where both name only the bucket.",
      },
    },
    *check(graph) {
      for (const replication of graph
        .ofType("aws_s3_bucket_replication_configuration")
        .filter(({ isMade }) => isMade)) {
        const problem = replicationProblem(graph, replication);
        if (problem) yield problem;
      }
    },
  }),
];

const S3 = "s3.amazonaws.com";

interface Told {
  readonly events: readonly string[];
  /** undefined where one can't be known. */
  readonly prefix: string | undefined;
  readonly suffix: string | undefined;
}

function eventsOf(block: Block): Told {
  const [prefix, suffix] = [block.filter_prefix, block.filter_suffix].map((one) => (isAbsent(one) ? "" : text(one)));
  return { events: textsOf(block.events).texts, prefix, suffix };
}

/** Whether one object and one event may be of both. */
function overlaps(one: Told, other: Told): boolean {
  const [a, b, c, d] = [one.prefix, other.prefix, one.suffix, other.suffix];
  if (a === undefined || b === undefined || c === undefined || d === undefined) return false;
  const together = (a.startsWith(b) || b.startsWith(a)) && (c.endsWith(d) || d.endsWith(c));
  return together && one.events.some((event) => other.events.some((same) => isSameEvent(event, same)));
}

/** `s3:ObjectCreated:*` is each event of its kind. */
function isSameEvent(one: string, other: string): boolean {
  const [kind, all] = [one, other].map((event) => event.replace(/\*$/, "")) as [string, string];
  return one === other || (one.endsWith("*") && other.startsWith(kind)) || (other.endsWith("*") && one.startsWith(all));
}

function* functionProblems(
  graph: Graph,
  notification: Resource,
  isCallable: (called: Resource) => boolean,
): Generator<KindOfProblem<"function" | "order">> {
  for (const { lambda_function_arn } of blocks(notification.get("lambda_function")).blocks) {
    const called = linkedResource(lambda_function_arn, "aws_lambda_function");
    if (!called) continue;
    if (!isCallable(called)) {
      yield {
        kind: "function",
        at: notification,
        message: `calls ${called.address}, which has no aws_lambda_permission for ${S3}.`,
        fix: `Add an aws_lambda_permission with principal "${S3}" and the bucket's ARN as source_arn, and name it in depends_on.`,
        attribute: "lambda_function",
      };
      continue;
    }
    const own = (graph.once(permissions).get(called) ?? []).filter((one) => text(one.get("principal")) === S3);
    const [permission] = own;
    const isLate = own.every((one) => one.isMade && !one.many && graph.isOrdered(notification, one) === false);
    if (permission && isLate) yield lateProblem(notification, permission, "lambda_function");
  }
}

const permissions = byLink("aws_lambda_permission", "function_name", "aws_lambda_function");

function replicationProblem(graph: Graph, replication: Resource): KindOfProblem<"off" | "order"> | undefined {
  const bucket = bucketOf(replication);
  if (!bucket || !isNewBucket(graph, bucket) || graph.isHandedOn(bucket) || !isEmpty(bucket.get("versioning")))
    return undefined;
  const [versioning, ...others] = settingsOf(graph, bucket, "versioning");
  const status = text(block(versioning?.get("versioning_configuration"))?.status);
  const base = { at: replication, attribute: "bucket" } as const;
  if (others.length > 0 || versioning?.many || replication.many) return undefined;
  if (!versioning || (status !== undefined && status !== "Enabled")) {
    return {
      ...base,
      kind: "off",
      message: `replicates ${bucket.address}, ${versioning ? `whose ${versioning.address} has status = "${status}"` : "which has no aws_s3_bucket_versioning"}.`,
      fix: 'Add aws_s3_bucket_versioning with status = "Enabled", and name it in depends_on.',
    };
  }
  if (graph.isOrdered(replication, versioning) !== false) return undefined;
  return {
    ...base,
    kind: "order",
    message: `replicates ${bucket.address}, and does not wait for ${versioning.address}.`,
    fix: `Add depends_on = ["${versioning.address}"].`,
  };
}

/** What a bucket notifies beside functions. */
const NOTIFIED = [
  { kind: "queue", argument: "queue_arn", type: "aws_sqs_queue" },
  { kind: "topic", argument: "topic_arn", type: "aws_sns_topic" },
] as const;

function* policyProblems(graph: Graph, notification: Resource): Generator<KindOfProblem<"function" | "order">> {
  for (const { kind, argument, type } of NOTIFIED) {
    for (const values of blocks(notification.get(kind)).blocks) {
      const target = linkedResource(values[argument], type);
      const problem = target && receiverProblem(graph, notification, kind, target);
      if (problem) yield problem;
    }
  }
}

function receiverProblem(
  graph: Graph,
  notification: Resource,
  kind: "queue" | "topic",
  target: Resource,
): KindOfProblem<"function" | "order"> | undefined {
  const admission = admissionOf(graph, target, S3);
  if (!admission) return undefined;
  const { isIn, by, hasPolicy } = admission;
  if (!isIn) {
    return {
      kind: "function",
      at: notification,
      message: `notifies ${target.address}, ${hasPolicy ? `whose policy does not name ${S3}` : "which has no policy"}.`,
      fix: `Let the service ${S3} call ${RECEIVERS[target.type as ReceiverType].call} in a policy of ${target.address}, and name that in depends_on.`,
      attribute: kind,
    };
  }
  return by?.isMade && graph.isOrdered(notification, by) === false ? lateProblem(notification, by, kind) : undefined;
}

function lateProblem(notification: Resource, by: Resource, attribute: string): KindOfProblem<"order"> {
  return {
    kind: "order",
    at: notification,
    message: `does not wait for ${by.address}, which lets S3 in.`,
    fix: `Add depends_on = ["${by.address}"].`,
    attribute,
  };
}

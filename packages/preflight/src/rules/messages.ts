import type { Graph, Resource } from "../graph/graph.ts";
import { decodeJsonText } from "../graph/json-text.ts";
import { linkedResource } from "../graph/links.ts";
import { type Block, blocks, flag, isBlock, number, text, type Value } from "../graph/value.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../rule.ts";
import { attributeRule, between, oneOf } from "./shared/attribute-rule.ts";
import { admissionOf } from "./shared/receivers.ts";

const QUEUE = "aws_sqs_queue";
const TOPIC = "aws_sns_topic";
const SUBSCRIPTION = "aws_sns_topic_subscription";
const SNS = "sns.amazonaws.com";
const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:orders";
const QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:orders";
const SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html";

/** The name of what is FIFO ends with `.fifo`, and no other one does. */
function suffixed(attribute: string, value: Value | undefined, isFifo: boolean | undefined) {
  const name = text(value) ?? "";
  if (name === "" || isFifo === undefined || name.endsWith(".fifo") === isFifo) return undefined;
  return isFifo
    ? { message: `is FIFO, and has ${attribute} = "${name}".`, fix: `Write ${attribute} = "${name}.fifo".` }
    : { message: `is not FIFO, and has ${attribute} = "${name}".`, fix: "Take .fifo out, or make it FIFO." };
}

export const MESSAGE_RULES: readonly Rule[] = [
  attributeRule({
    id: "MSG-001",
    severity: "error",
    title: "The name of a FIFO queue or topic ends with .fifo",
    when: "apply",
    prevents:
      "InvalidParameterValue: The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix",
    cause: "SQS and SNS tell first-in-first-out queues and topics by the end of their names.",
    reference: SQS,
    checks: [
      {
        types: [QUEUE],
        attribute: "name",
        takes: (attribute, value, beside) => suffixed(attribute, value, flag(beside.fifo_queue, false)),
        bad: { name: "orders", fifo_queue: true },
        good: { name: "orders.fifo", fifo_queue: true },
      },
      {
        types: [TOPIC],
        attribute: "name",
        takes: (attribute, value, beside) => suffixed(attribute, value, flag(beside.fifo_topic, false)),
        prevents: "InvalidParameter: Invalid parameter: Topic Name (or: Fifo Topic names must end with .fifo)",
        bad: { name: "orders", fifo_topic: true },
        good: { name: "orders.fifo", fifo_topic: true },
      },
    ],
  }),
  attributeRule({
    id: "MSG-002",
    severity: "error",
    title: "SQS accepts the settings of a queue",
    when: "plan",
    prevents: "expected visibility_timeout_seconds to be in the range (0 - 43200), got 50000",
    cause: "SQS takes each setting in a range.",
    reference: SQS,
    checks: [
      ...(
        [
          ["visibility_timeout_seconds", 0, 43_200],
          ["message_retention_seconds", 60, 1_209_600],
          ["delay_seconds", 0, 900],
          ["receive_wait_time_seconds", 0, 20],
        ] as const
      ).map(([attribute, least, most]) => ({
        types: [QUEUE],
        attribute,
        takes: between(least, most),
        prevents: `expected ${attribute} to be in the range (${least} - ${most}), got ${most + 1}`,
        bad: { [attribute]: most + 1 },
        good: { [attribute]: most },
      })),
      {
        types: [QUEUE],
        attribute: "content_based_deduplication",
        takes: (attribute, value, { fifo_queue }) =>
          flag(value, false) === true && flag(fifo_queue, false) === false
            ? { message: `has ${attribute} and is not FIFO.`, fix: `Set fifo_queue to true, or drop ${attribute}.` }
            : undefined,
        prevents: "content-based deduplication can only be set for FIFO queue",
        cause: "Only FIFO queues drop what comes twice.",
        bad: { name: "orders", content_based_deduplication: true },
        good: { name: "orders.fifo", fifo_queue: true, content_based_deduplication: true },
      },
      {
        types: [QUEUE],
        attribute: "deduplication_scope",
        takes: oneOf("messageGroup", "queue"),
        prevents: 'expected deduplication_scope to be one of ["messageGroup" "queue"], got group',
        cause: "FIFO queues drop what comes twice in a group, or in the queue.",
        bad: { name: "orders.fifo", fifo_queue: true, deduplication_scope: "group" },
        good: { name: "orders.fifo", fifo_queue: true, deduplication_scope: "messageGroup" },
      },
    ],
  }),
  defineRule({
    id: "MSG-003",
    severity: "error",
    title: "A queue's dead letters go to a queue of its kind, after a number of tries",
    reference: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    problems: {
      kind: {
        when: "apply",
        prevents:
          "InvalidParameterValue: Value {…} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist (or: must be the same type of queue as the source)",
        cause: "The dead-letter queue of a FIFO queue is FIFO too, and that of a standard queue a standard one.",
      },
      missing: {
        when: "apply",
        prevents:
          "InvalidParameterValue: Value {…} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: maxReceiveCount.",
        cause: "A policy says which queue, and how often a message is delivered before it goes there.",
      },
    },
    *check(graph) {
      for (const at of graph.ofType(QUEUE, "aws_sqs_queue_redrive_policy").filter(({ isPlanned }) => isPlanned)) {
        yield* unfinishedRedrive(at);
        const source = at.type === QUEUE ? at : linkedResource(at.get("queue_url"), QUEUE);
        const policy = decodeJsonText(at.get("redrive_policy"));
        const target = isBlock(policy) ? linkedResource(policy.deadLetterTargetArn, QUEUE) : undefined;
        const [ours, theirs] = [source, target].map((queue) => queue && flag(queue.get("fifo_queue"), false));
        if (!target || ours === undefined || theirs === undefined || ours === theirs) continue;
        yield {
          kind: "kind",
          at,
          message: `is ${ours ? "FIFO" : "a standard queue"}, and sends its dead letters to ${target.address}, which is ${theirs ? "FIFO" : "a standard one"}.`,
          fix: `Set fifo_queue of ${target.address} to ${ours}.`,
          attribute: "redrive_policy",
        };
      }
    },
  }),
  {
    id: "MSG-004",
    severity: "error",
    title: "A queue hides a message for as long as its function may take",
    when: "apply",
    prevents:
      "InvalidParameterValueException: Queue visibility timeout: 30 seconds is less than Function timeout: 120 seconds",
    cause: "Else a message is delivered again while the function still works on it.",
    reference: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    *check(graph) {
      for (const at of graph.ofType("aws_lambda_event_source_mapping").filter(({ isPlanned }) => isPlanned)) {
        const queue = linkedResource(at.get("event_source_arn"), QUEUE);
        const called = linkedResource(at.get("function_name"), "aws_lambda_function");
        if (!queue || !called) continue;
        const hidden = secondsOf(queue.values, "visibility_timeout_seconds", 30);
        const takes = secondsOf(called.values, "timeout", 3);
        if (hidden === undefined || takes === undefined || hidden >= takes) continue;
        yield {
          at,
          message: `calls ${called.address}, which may take ${takes} seconds, and ${queue.address} hides a message for ${hidden}.`,
          fix: `Set visibility_timeout_seconds of ${queue.address} to ${takes * 6}, six times as long.`,
          attribute: "event_source_arn",
        };
      }
    },
  },
  {
    id: "MSG-005",
    severity: "error",
    title: "A queue that a service writes to has a key of one's own",
    when: "apply",
    prevents:
      "InvalidArgument: Unable to validate the following destination configurations (or, by SNS and EventBridge: no error, and no message arrives)",
    cause: "The key alias/aws/sqs lets no other service encrypt, and its policy can't be changed.",
    reference:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#compatibility-with-aws-services",
    *check(graph) {
      for (const { by, target } of writers(graph)) {
        const queue = linkedResource(target, QUEUE);
        if (!queue || !by.isPlanned || !/^(?:alias\/|arn:.*:alias\/)aws\/sqs$/.test(text(queue.get(KEY)) ?? ""))
          continue;
        yield {
          at: queue,
          message: `has ${KEY} = "${text(queue.get(KEY))}", and ${by.address} writes to it.`,
          fix: `Drop ${KEY}, and set sqs_managed_sse_enabled to true; or use a key whose policy lets the service encrypt.`,
          attribute: KEY,
        };
      }
    },
  },
  {
    id: "MSG-006",
    severity: "error",
    title: "A queue allows the topic that sends to it",
    when: "runtime",
    prevents: "no error: no message arrives. The metric NumberOfNotificationsFailed of the topic counts",
    cause: "SNS writes to a queue by the queue's policy, and a new one lets only its account in.",
    reference: "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
    check: unreachedQueues,
  },
  attributeRule({
    id: "MSG-007",
    severity: "error",
    title: "SNS accepts the settings of a subscription",
    when: "apply",
    prevents:
      "InvalidParameter: Invalid parameter: Attributes Reason: RawMessageDelivery: Delivery protocol [email] does not support raw message delivery.",
    cause: "Only queues, delivery streams and HTTP take a message without its envelope.",
    reference: "https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html",
    checks: [
      {
        types: [SUBSCRIPTION],
        attribute: "raw_message_delivery",
        takes: (attribute, value, { protocol }) =>
          flag(value, false) === true && text(protocol) !== undefined && !RAW.includes(text(protocol) ?? "")
            ? { message: `has ${attribute} with protocol = "${text(protocol)}".`, fix: `Take ${attribute} out.` }
            : undefined,
        bad: { topic_arn: TOPIC_ARN, protocol: "email", endpoint: "ops@example.com", raw_message_delivery: true },
        good: { topic_arn: TOPIC_ARN, protocol: "email", endpoint: "ops@example.com" },
      },
      {
        types: [SUBSCRIPTION],
        attribute: "filter_policy",
        takes: (attribute, value) => {
          const key = unlistedIn(value);
          return key === undefined
            ? undefined
            : { message: `has a ${attribute} whose "${key}" is no list.`, fix: "Write the values that fit in a list." };
        },
        prevents: 'InvalidParameter: Invalid parameter: FilterPolicy: "type" must be an object or an array',
        cause: "A filter lists the values that fit, also where there is one.",
        bad: { topic_arn: TOPIC_ARN, protocol: "sqs", endpoint: QUEUE_ARN, filter_policy: '{"type":"order"}' },
        good: { topic_arn: TOPIC_ARN, protocol: "sqs", endpoint: QUEUE_ARN, filter_policy: '{"type":["order"]}' },
      },
    ],
  }),
];

const KEY = "kms_master_key_id";

/** Protocols that take a message without its envelope. */
const RAW = ["firehose", "http", "https", "sqs"];

/** Settings of a policy of dead letters that have to be there. */
const OF_DEAD_LETTERS = ["deadLetterTargetArn", "maxReceiveCount"];

function* unfinishedRedrive(at: Resource): Generator<KindOfProblem<"missing">> {
  const policy = decodeJsonText(at.get("redrive_policy"));
  if (!isBlock(policy)) return;
  const missing = OF_DEAD_LETTERS.filter((name) => policy[name] === undefined || policy[name] === null);
  if (missing.length === 0 || missing.length === OF_DEAD_LETTERS.length) return;
  yield {
    kind: "missing",
    at,
    message: `has a redrive_policy without ${missing.join(" and ")}.`,
    fix: `Add ${missing.join(" and ")}.`,
    attribute: "redrive_policy",
  };
}

/** Queues that topics send to, which do not let SNS in. */
function* unreachedQueues(graph: Graph): Generator<Problem> {
  for (const at of graph.ofType(SUBSCRIPTION).filter(({ isPlanned }) => isPlanned)) {
    const queue = text(at.get("protocol")) === "sqs" ? linkedResource(at.get("endpoint"), QUEUE) : undefined;
    const admission = queue && admissionOf(graph, queue, SNS);
    if (!queue || !admission || admission.isIn) continue;
    yield {
      at,
      message: `sends to ${queue.address}, ${admission.hasPolicy ? `whose policy does not name ${SNS}` : "which has no policy"}.`,
      fix: `Let the service ${SNS} call sqs:SendMessage in a policy of ${queue.address}.`,
      attribute: "endpoint",
    };
  }
}

/** The key of a filter whose value is no list, where one is. */
function unlistedIn(value: Value | undefined): string | undefined {
  const filter = decodeJsonText(value);
  if (!isBlock(filter)) return undefined;
  return Object.keys(filter).find((key) => ["string", "number", "boolean"].includes(typeof filter[key]));
}

/** What writes to queues in the name of a service, and what it names as its target. */
function writers(graph: Graph): { readonly by: Resource; readonly target: Value | undefined }[] {
  const notifications = graph
    .ofType("aws_s3_bucket_notification")
    .flatMap((by) => blocks(by.get("queue")).blocks.map(({ queue_arn: target }) => ({ by, target })));
  const subscriptions = graph
    .ofType("aws_sns_topic_subscription")
    .map((by) => ({ by, target: text(by.get("protocol")) === "sqs" ? by.get("endpoint") : undefined }));
  const targets = graph.ofType("aws_cloudwatch_event_target").map((by) => ({ by, target: by.get("arn") }));
  return [...notifications, ...subscriptions, ...targets];
}

function secondsOf(values: Block, attribute: string, fallback: number): number | undefined {
  const value = values[attribute];
  return value === undefined || value === null ? fallback : number(value);
}

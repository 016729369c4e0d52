import { describeRule, type Json } from "../support/rules.ts";

const base = (): Json => ({ resource: { aws_sqs_queue: { main: { name: "orders" }, dead: { name: "dead" } } } });
const queue = (settings: Json) => (stack: Json) => Object.assign(stack.resource.aws_sqs_queue.main, settings);
const FIFO = { name: "orders.fifo", fifo_queue: true };

describeRule(
  "MSG-001",
  {
    "a FIFO queue without the suffix": {
      bad: queue({ fifo_queue: true }),
      good: queue({ fifo_queue: true, name: null, name_prefix: "orders" }),
      says: 'aws_sqs_queue.main is FIFO, and has name = "orders". Write name = "orders.fifo".',
    },
    "a standard topic with it": {
      bad: ({ resource }) => {
        resource.aws_sns_topic = { main: { name: "orders.fifo" } };
      },
      good: ({ resource }) => {
        resource.aws_sns_topic = { main: { name: "orders.fifo", fifo_topic: "${var.fifo}" } };
      },
      says: 'aws_sns_topic.main is not FIFO, and has name = "orders.fifo". Take .fifo out, or make it FIFO.',
    },
  },
  base,
);

describeRule(
  "MSG-002",
  {
    "a retention of more than two weeks": {
      bad: queue({ message_retention_seconds: 2_592_000 }),
      good: queue({ message_retention_seconds: 1_209_600 }),
      says: "aws_sqs_queue.main has message_retention_seconds = 2592000. Write a number from 60 to 1209600.",
    },
  },
  base,
);

const redrive = { redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dead.arn}","maxReceiveCount":5}' };

describeRule(
  "MSG-003",
  {
    "a FIFO queue whose dead letters go to a standard one": {
      bad: queue({ ...FIFO, ...redrive }),
      good: queue(redrive),
      says: "aws_sqs_queue.main is FIFO, and sends its dead letters to aws_sqs_queue.dead, which is a standard one. Set fifo_queue of aws_sqs_queue.dead to true.",
    },
  },
  base,
);

const worker = (timeout?: number) => (stack: Json) => {
  stack.resource.aws_lambda_function = { main: { function_name: "worker", ...(timeout && { timeout }) } };
  stack.resource.aws_lambda_event_source_mapping = {
    main: { event_source_arn: "${aws_sqs_queue.main.arn}", function_name: "${aws_lambda_function.main.arn}" },
  };
};

describeRule(
  "MSG-004",
  {
    "a function that outlasts the queue's patience": {
      bad: worker(120),
      good: worker(),
      says: "aws_lambda_event_source_mapping.main calls aws_lambda_function.main, which may take 120 seconds, and aws_sqs_queue.main hides a message for 30. Set visibility_timeout_seconds of aws_sqs_queue.main to 720, six times as long.",
    },
  },
  base,
);

const told = (key?: string) => (stack: Json) => {
  if (key) stack.resource.aws_sqs_queue.main.kms_master_key_id = key;
  stack.resource.aws_s3_bucket_notification = {
    main: { bucket: "shop", queue: [{ queue_arn: "${aws_sqs_queue.main.arn}", events: ["s3:ObjectCreated:*"] }] },
  };
};

describeRule(
  "MSG-005",
  {
    "a queue with AWS's key that S3 writes to": {
      bad: told("alias/aws/sqs"),
      good: told(),
      says: 'aws_sqs_queue.main has kms_master_key_id = "alias/aws/sqs", and aws_s3_bucket_notification.main writes to it. Drop kms_master_key_id, and set sqs_managed_sse_enabled to true; or use a key whose policy lets the service encrypt.',
    },
  },
  base,
);

const subscribed = (policy?: Json) => (stack: Json) => {
  stack.resource.aws_sns_topic = { main: { name: "orders" } };
  stack.resource.aws_sns_topic_subscription = {
    main: { topic_arn: "${aws_sns_topic.main.arn}", protocol: "sqs", endpoint: "${aws_sqs_queue.main.arn}" },
  };
  if (policy) stack.resource.aws_sqs_queue_policy = { main: { queue_url: "${aws_sqs_queue.main.id}", policy } };
};
const admitting = (Service: string) =>
  JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sqs:SendMessage", Resource: "*" }],
  });

describeRule(
  "MSG-006",
  {
    "a queue without a policy": {
      bad: subscribed(),
      good: subscribed(admitting("sns.amazonaws.com")),
      says: "aws_sns_topic_subscription.main sends to aws_sqs_queue.main, which has no policy. Let the service sns.amazonaws.com call sqs:SendMessage in a policy of aws_sqs_queue.main.",
    },
    "a queue that lets in others": {
      bad: subscribed(admitting("events.amazonaws.com")),
      good: subscribed("${var.policy}"),
      says: "aws_sns_topic_subscription.main sends to aws_sqs_queue.main, whose policy does not name sns.amazonaws.com. Let the service sns.amazonaws.com call sqs:SendMessage in a policy of aws_sqs_queue.main.",
    },
  },
  base,
);

describeRule(
  "MSG-003",
  {
    "dead letters after no number of tries": {
      bad: queue({ redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dead.arn}"}' }),
      good: queue({ redrive_policy: "${var.redrive}" }),
      says: "aws_sqs_queue.main has a redrive_policy without maxReceiveCount. Add maxReceiveCount.",
    },
  },
  base,
);

const subscription = (settings: Json) => (stack: Json) => {
  stack.resource.aws_sns_topic_subscription = {
    main: { topic_arn: "arn:aws:sns:eu-west-1:123456789012:a", ...settings },
  };
};

describeRule(
  "MSG-007",
  {
    "raw messages by mail": {
      bad: subscription({ protocol: "email", endpoint: "a@example.com", raw_message_delivery: true }),
      good: subscription({ protocol: "https", endpoint: "https://example.com", raw_message_delivery: true }),
      says: 'aws_sns_topic_subscription.main has raw_message_delivery with protocol = "email". Take raw_message_delivery out.',
    },
    "a filter of a text": {
      bad: subscription({ protocol: "sqs", endpoint: "${var.queue}", filter_policy: '{"type":"order"}' }),
      good: subscription({ protocol: "sqs", endpoint: "${var.queue}", filter_policy: '{"order":{"type":["a"]}}' }),
      says: 'aws_sns_topic_subscription.main has a filter_policy whose "type" is no list. Write the values that fit in a list.',
    },
  },
  base,
);

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

import { describeRule, type Json } from "../../support/rules.ts";
import { BUCKET, buckets, policy } from "./buckets.ts";

const withFunction = ({ resource }: Json, principal: string, depends_on: string[]) => {
  resource.aws_lambda_function = { main: { function_name: "resize" } };
  resource.aws_lambda_permission = { main: { function_name: "${aws_lambda_function.main.function_name}", principal } };
  resource.aws_s3_bucket_notification = {
    main: { bucket: BUCKET, lambda_function: { lambda_function_arn: "${aws_lambda_function.main.arn}" }, depends_on },
  };
};

const withQueue = ({ resource }: Json, service: string, depends_on: string[]) => {
  const send = { Effect: "Allow", Principal: { Service: service }, Action: "sqs:SendMessage", Resource: "*" };
  resource.aws_sqs_queue = { main: { name: "new" } };
  resource.aws_sqs_queue_policy = { main: { queue_url: "${aws_sqs_queue.main.id}", policy: policy(send) } };
  resource.aws_s3_bucket_notification = {
    main: { bucket: BUCKET, queue: { queue_arn: "${aws_sqs_queue.main.arn}" }, depends_on },
  };
};

const replication = (depends_on: string[]) => ({ main: { bucket: BUCKET, depends_on } });
const versioning = (status: string) => ({ main: { bucket: BUCKET, versioning_configuration: { status } } });
const told = (prefix: string) => (stack: Json) => {
  const topic = (arn: string, events: string, filter_prefix: string) => ({
    topic_arn: arn,
    events: [events],
    filter_prefix,
  });
  stack.resource.aws_s3_bucket_notification = {
    main: {
      bucket: "shop",
      topic: [topic("a", "s3:ObjectCreated:*", "img/"), topic("b", "s3:ObjectCreated:Put", prefix)],
    },
  };
};

describeRule(
  "BKT-005",
  {
    "two notifications": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_notification = { a: { bucket: BUCKET }, b: { bucket: BUCKET } };
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_notification = { a: { bucket: BUCKET }, b: { bucket: "${aws_s3_bucket.other.id}" } };
      },
      says: "aws_s3_bucket_notification.b is a second notification of aws_s3_bucket.main, beside aws_s3_bucket_notification.a. Put both into one.",
    },
  },
  buckets,
);

describeRule(
  "BKT-006",
  {
    "a function that S3 may not call": {
      bad: (stack) => withFunction(stack, "events.amazonaws.com", []),
      good: (stack) => withFunction(stack, "s3.amazonaws.com", ["aws_lambda_permission.main"]),
      says: 'aws_s3_bucket_notification.main calls aws_lambda_function.main, which has no aws_lambda_permission for s3.amazonaws.com. Add an aws_lambda_permission with principal "s3.amazonaws.com" and the bucket\'s ARN as source_arn, and name it in depends_on.',
    },
    "a permission that comes later": {
      bad: (stack) => withFunction(stack, "s3.amazonaws.com", []),
      good: (stack) => withFunction(stack, "${var.principal}", []),
      says: 'aws_s3_bucket_notification.main does not wait for aws_lambda_permission.main, which lets S3 in. Add depends_on = ["aws_lambda_permission.main"].',
    },
    "a queue that S3 may not write to": {
      bad: (stack) => withQueue(stack, "sns.amazonaws.com", ["aws_sqs_queue_policy.main"]),
      good: (stack) => withQueue(stack, "s3.amazonaws.com", ["aws_sqs_queue_policy.main"]),
      says: "aws_s3_bucket_notification.main notifies aws_sqs_queue.main, whose policy does not name s3.amazonaws.com. Let the service s3.amazonaws.com call sqs:SendMessage in a policy of aws_sqs_queue.main, and name that in depends_on.",
    },
    "a policy that comes later": {
      bad: (stack) => withQueue(stack, "s3.amazonaws.com", []),
      says: 'aws_s3_bucket_notification.main does not wait for aws_sqs_queue_policy.main, which lets S3 in. Add depends_on = ["aws_sqs_queue_policy.main"].',
    },
  },
  buckets,
);

describeRule(
  "BKT-007",
  {
    "a replica of what keeps no versions": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_replication_configuration = replication([]);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_replication_configuration = replication(["aws_s3_bucket_versioning.main"]);
        resource.aws_s3_bucket_versioning = versioning("Enabled");
      },
      says: 'aws_s3_bucket_replication_configuration.main replicates aws_s3_bucket.main, which has no aws_s3_bucket_versioning. Add aws_s3_bucket_versioning with status = "Enabled", and name it in depends_on.',
    },
    "versions that begin later": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_replication_configuration = replication([]);
        resource.aws_s3_bucket_versioning = versioning("Enabled");
      },
      says: 'aws_s3_bucket_replication_configuration.main replicates aws_s3_bucket.main, and does not wait for aws_s3_bucket_versioning.main. Add depends_on = ["aws_s3_bucket_versioning.main"].',
    },
  },
  buckets,
);

describeRule("BKT-022", {
  "an event for two destinations": {
    bad: told("img/big/"),
    good: told("doc/"),
    says: 'aws_s3_bucket_notification.main sends s3:ObjectCreated:Put of "img/big/…" to two destinations. Give them prefixes or suffixes that exclude each other, or send it to a topic that both subscribe to.',
  },
});

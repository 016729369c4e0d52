import { planOfStack } from "../support/plan.ts";
import { describeRule, type Json } from "../support/rules.ts";

const policy = (...Statement: Json[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const BUCKET = "${aws_s3_bucket.main.id}";
const READ = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:role/reader" },
  Action: "s3:GetObject",
  Resource: "${aws_s3_bucket.main.arn}/*",
};

/** A bucket, and a second one. */
const buckets = (): Json => ({
  resource: { aws_s3_bucket: { main: { bucket: "shop-main" }, other: { bucket: "shop-other" } } },
});
const controls = (object_ownership: string) => ({ main: { bucket: BUCKET, rule: { object_ownership } } });
const acl = (more: Json = {}) => ({ main: { bucket: BUCKET, acl: "log-delivery-write", ...more } });
const WAITS = { depends_on: ["aws_s3_bucket_ownership_controls.main"] };

describeRule(
  "BKT-001",
  {
    "an ACL without ownership controls": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl();
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl(WAITS);
        resource.aws_s3_bucket_ownership_controls = controls("BucketOwnerPreferred");
      },
      says: 'aws_s3_bucket_acl.main sets the ACL "log-delivery-write" on aws_s3_bucket.main, which has no aws_s3_bucket_ownership_controls. Add aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerPreferred", and name it in depends_on; or take the ACL out, and write a bucket policy.',
    },
    "an ACL without ownership controls of its bucket, where another's are not known": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl();
        resource.aws_s3_bucket_ownership_controls = {
          other: { bucket: "${aws_s3_bucket.other.id}", rule: { object_ownership: "ObjectWriter" } },
        };
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl();
        resource.aws_s3_bucket_ownership_controls = { other: { bucket: "${var.bucket}" } };
      },
      says: 'aws_s3_bucket_acl.main sets the ACL "log-delivery-write" on aws_s3_bucket.main, which has no aws_s3_bucket_ownership_controls. Add aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerPreferred", and name it in depends_on; or take the ACL out, and write a bucket policy.',
    },
    "ownership controls that allow none": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl(WAITS);
        resource.aws_s3_bucket_ownership_controls = controls("BucketOwnerEnforced");
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl(WAITS);
        resource.aws_s3_bucket_ownership_controls = controls("ObjectWriter");
      },
      says: 'aws_s3_bucket_acl.main sets the ACL "log-delivery-write" on aws_s3_bucket.main, whose aws_s3_bucket_ownership_controls.main has object_ownership = "BucketOwnerEnforced". Write "BucketOwnerPreferred", or take the ACL out, and write a bucket policy.',
    },
    "an ACL that does not wait": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl();
        resource.aws_s3_bucket_ownership_controls = controls("BucketOwnerPreferred");
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl({ bucket: "${aws_s3_bucket_ownership_controls.main.bucket}" });
        resource.aws_s3_bucket_ownership_controls = controls("BucketOwnerPreferred");
      },
      says: 'aws_s3_bucket_acl.main sets the ACL "log-delivery-write" on aws_s3_bucket.main, and does not wait for aws_s3_bucket_ownership_controls.main. Add depends_on = ["aws_s3_bucket_ownership_controls.main"].',
    },
    "ownership controls that allow none, where there may be no ACL": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl(WAITS);
        resource.aws_s3_bucket_ownership_controls = controls("BucketOwnerEnforced");
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_acl = acl({ ...WAITS, count: "${var.acls}" });
        resource.aws_s3_bucket_ownership_controls = controls("BucketOwnerEnforced");
      },
      says: 'aws_s3_bucket_acl.main sets the ACL "log-delivery-write" on aws_s3_bucket.main, whose aws_s3_bucket_ownership_controls.main has object_ownership = "BucketOwnerEnforced". Write "BucketOwnerPreferred", or take the ACL out, and write a bucket policy.',
    },
    "an ACL on the bucket itself": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket.main.acl = "public-read";
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket.main.acl = "private";
      },
      says: 'aws_s3_bucket.main has acl = "public-read", which a new bucket does not take. Write a bucket policy instead, or an aws_s3_bucket_acl that waits for aws_s3_bucket_ownership_controls.',
    },
  },
  buckets,
);

describeRule(
  "BKT-001",
  {
    "an ACL without ownership controls, in a plan": {
      bad: () => {},
      says: 'aws_s3_bucket_acl.main sets the ACL "log-delivery-write" on aws_s3_bucket.main, which has no aws_s3_bucket_ownership_controls. Add aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerPreferred", and name it in depends_on; or take the ACL out, and write a bucket policy.',
    },
  },
  () => {
    const stack = buckets();
    stack.resource.aws_s3_bucket_acl = acl();
    return planOfStack(stack);
  },
);

const everybody = (more: Json = {}) => ({
  main: { bucket: BUCKET, policy: policy({ ...READ, Principal: "*", ...more }) },
});
const access = (block_public_policy: boolean) => ({ main: { bucket: BUCKET, block_public_policy } });
const AFTER_ACCESS = ["aws_s3_bucket_public_access_block.main"];

describeRule(
  "BKT-002",
  {
    "a public policy on a new bucket": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_policy = everybody();
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_policy = everybody({ Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } });
      },
      says: "aws_s3_bucket_policy.main makes aws_s3_bucket.main public, which has no aws_s3_bucket_public_access_block. Add aws_s3_bucket_public_access_block with block_public_policy = false, and name it in depends_on; or limit who may read.",
    },
    "a public policy behind a block": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_policy = everybody();
        resource.aws_s3_bucket_public_access_block = access(true);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_policy = everybody({ Effect: "Deny" });
        resource.aws_s3_bucket_public_access_block = access(true);
      },
      says: "aws_s3_bucket_policy.main makes aws_s3_bucket.main public, and aws_s3_bucket_public_access_block.main has block_public_policy = true. Set block_public_policy to false, or limit who may read.",
    },
    "a public policy that does not wait": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_policy = everybody();
        resource.aws_s3_bucket_public_access_block = access(false);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_policy = everybody();
        resource.aws_s3_bucket_policy.main.depends_on = AFTER_ACCESS;
        resource.aws_s3_bucket_public_access_block = access(false);
      },
      says: 'aws_s3_bucket_policy.main makes aws_s3_bucket.main public, and does not wait for aws_s3_bucket_public_access_block.main. Add depends_on = ["aws_s3_bucket_public_access_block.main"].',
    },
  },
  buckets,
);

const lifecycle = (...rule: Json[]) => ({ main: { bucket: BUCKET, rule } });
const lifecycleCase = (bad: Json, good: Json, says: string) => ({
  bad: ({ resource }: Json) => {
    resource.aws_s3_bucket_lifecycle_configuration = lifecycle({ id: "old", status: "Enabled", ...bad });
  },
  good: ({ resource }: Json) => {
    resource.aws_s3_bucket_lifecycle_configuration = lifecycle({ id: "old", status: "Enabled", ...good });
  },
  says: `aws_s3_bucket_lifecycle_configuration.main ${says}`,
});
const move = (days: number, storage_class: string) => ({ days, storage_class });

describeRule(
  "BKT-003",
  {
    "a move that is too early": lifecycleCase(
      { transition: move(7, "STANDARD_IA") },
      { transition: move(0, "GLACIER") },
      'moves objects to STANDARD_IA after 7 days in the rule "old". Write 30 days or more.',
    ),
    "two moves that are too close": lifecycleCase(
      { transition: [move(45, "GLACIER"), move(30, "STANDARD_IA")] },
      { transition: [move(60, "GLACIER"), move(30, "STANDARD_IA")] },
      'moves objects to STANDARD_IA after 30 days, and to GLACIER after 45 in the rule "old". Write 60 days or more for GLACIER.',
    ),
    "a deletion before a move": lifecycleCase(
      { transition: move(90, "GLACIER"), expiration: { days: 60 } },
      { transition: move(90, "GLACIER"), expiration: { days: 91 } },
      'deletes objects after 60 days, and moves them to GLACIER after 90 in the rule "old". Delete them after 91 days or later, or leave the move out.',
    ),
    "old versions that are moved too early": lifecycleCase(
      { noncurrent_version_transition: { noncurrent_days: 1, storage_class: "ONEZONE_IA" } },
      { noncurrent_version_transition: { noncurrent_days: 30, storage_class: "ONEZONE_IA" } },
      'moves objects to ONEZONE_IA after 1 days in the rule "old". Write 30 days or more.',
    ),
    "a rule that does nothing": lifecycleCase(
      { filter: {} },
      { filter: {}, abort_incomplete_multipart_upload: { days_after_initiation: 7 } },
      'does nothing in the rule "old". Add expiration, transition, or another action.',
    ),
    "uploads by tag": lifecycleCase(
      { filter: { tag: { key: "a", value: "b" } }, abort_incomplete_multipart_upload: { days_after_initiation: 7 } },
      { filter: { prefix: "a/" }, abort_incomplete_multipart_upload: { days_after_initiation: 7 } },
      'has abort_incomplete_multipart_upload and a filter by tags in the rule "old". Move abort_incomplete_multipart_upload into a rule without tags.',
    ),
    "a marker beside days": lifecycleCase(
      { expiration: { days: 30, expired_object_delete_marker: true } },
      { expiration: { days: 0, expired_object_delete_marker: true } },
      'has expired_object_delete_marker = true beside days in the rule "old". Write them into two rules.',
    ),
    "two rules of one id": {
      bad: ({ resource }) => {
        const rule = { id: "old", expiration: { days: 1 } };
        resource.aws_s3_bucket_lifecycle_configuration = lifecycle(rule, { ...rule, filter: { prefix: "a/" } });
      },
      good: ({ resource }) => {
        const rule = { id: "old", expiration: { days: 1 } };
        resource.aws_s3_bucket_lifecycle_configuration = lifecycle(rule, { ...rule, id: "older" });
      },
      says: 'aws_s3_bucket_lifecycle_configuration.main has two rules with id = "old". Give each rule an id of its own.',
    },
  },
  buckets,
);

const policyCase = (bad: Json, good: Json, says: string) => ({
  bad: ({ resource }: Json) => {
    resource.aws_s3_bucket_policy = { main: { bucket: BUCKET, policy: policy(bad) } };
  },
  good: ({ resource }: Json) => {
    resource.aws_s3_bucket_policy = { main: { bucket: BUCKET, policy: policy(good) } };
  },
  says: `aws_s3_bucket_policy.main ${says}`,
});

describeRule(
  "BKT-004",
  {
    "no principal": policyCase(
      { ...READ, Principal: undefined },
      READ,
      "has a statement without Principal. Add Principal to the statement.",
    ),
    "no resource": policyCase(
      { ...READ, Resource: undefined },
      { ...READ, Resource: undefined, NotResource: "${aws_s3_bucket.main.arn}/private/*" },
      "has a statement without Resource. Add Resource: the ARN of the bucket, that with /* behind it, or both.",
    ),
    "another bucket": policyCase(
      { ...READ, Resource: "${aws_s3_bucket.other.arn}/*" },
      { ...READ, Resource: "arn:aws:s3:::shop-main/*" },
      "is the policy of aws_s3_bucket.main, and has the arn of aws_s3_bucket.other as Resource. Write ${aws_s3_bucket.main.arn}, with /* behind it for what is in it.",
    ),
    "another bucket by its name": policyCase(
      { ...READ, Resource: "arn:aws:s3:::shop/*" },
      { ...READ, Resource: "arn:aws:s3:::${var.bucket}/*" },
      'is the policy of aws_s3_bucket.main, and has "arn:aws:s3:::shop/*" as Resource. Write ${aws_s3_bucket.main.arn}, with /* behind it for what is in it.',
    ),
    "objects of the bucket alone": policyCase(
      { ...READ, Action: ["s3:GetObject", "s3:PutObject"], Resource: "${aws_s3_bucket.main.arn}" },
      { ...READ, Action: "s3:*", Resource: "${aws_s3_bucket.main.arn}" },
      'has a statement with "s3:GetObject", "s3:PutObject" on the bucket alone, without its objects. Write Resource with /* behind the ARN.',
    ),
    "a list of objects": policyCase(
      { ...READ, Action: "s3:ListBucket", Resource: "arn:aws:s3:::shop-main/*" },
      { ...READ, Action: "s3:ListBucket", Resource: ["arn:aws:s3:::shop-main", "arn:aws:s3:::shop-main/*"] },
      'has a statement with "s3:ListBucket" on objects alone, without their bucket. Write Resource without /* behind the ARN.',
    ),
  },
  buckets,
);

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

const replication = (depends_on: string[]) => ({ main: { bucket: BUCKET, depends_on } });
const versioning = (status: string) => ({ main: { bucket: BUCKET, versioning_configuration: { status } } });

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

const cors = (allowed_methods: string[], allowed_origins: string[]) => ({
  main: { bucket: BUCKET, cors_rule: [{ allowed_methods, allowed_origins }] },
});

describeRule(
  "BKT-008",
  {
    "a method that S3 does not know": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT", "OPTIONS"], ["*"]);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT", "GET"], ["https://*.example.com", "${var.origin}"]);
      },
      says: 'aws_s3_bucket_cors_configuration.main has "OPTIONS" in allowed_methods. Write some of GET, PUT, POST, DELETE, HEAD.',
    },
    "an origin with a slash at its end": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["https://app.example.com/"]);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["https://app.example.com", "http://localhost:3000"]);
      },
      says: 'aws_s3_bucket_cors_configuration.main has "https://app.example.com/" in allowed_origins, which no browser sends. Write scheme and host, such as "https://app.example.com".',
    },
    "an origin without a scheme": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["app.example.com"]);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["*"]);
      },
      says: 'aws_s3_bucket_cors_configuration.main has "app.example.com" in allowed_origins, which no browser sends. Write scheme and host, such as "https://app.example.com".',
    },
  },
  buckets,
);

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

describeRule("BKT-022", {
  "an event for two destinations": {
    bad: told("img/big/"),
    good: told("doc/"),
    says: 'aws_s3_bucket_notification.main sends s3:ObjectCreated:Put of "img/big/…" to two destinations. Give them prefixes or suffixes that exclude each other, or send it to a topic that both subscribe to.',
  },
});

const trail =
  (more: Json = {}, policyOfBucket?: string) =>
  (stack: Json) => {
    stack.resource.aws_cloudtrail = { main: { name: "all", s3_bucket_name: BUCKET, ...more } };
    if (policyOfBucket) stack.resource.aws_s3_bucket_policy = { main: { bucket: BUCKET, policy: policyOfBucket } };
  };
const AFTER_POLICY = { depends_on: ["aws_s3_bucket_policy.main"] };
const FOR_TRAILS = policy({
  Effect: "Allow",
  Principal: { Service: "cloudtrail.amazonaws.com" },
  Action: ["s3:GetBucketAcl", "s3:PutObject"],
  Resource: ["${aws_s3_bucket.main.arn}", "${aws_s3_bucket.main.arn}/*"],
});
const LET_IN =
  "Let the service cloudtrail.amazonaws.com call s3:GetBucketAcl on the bucket, and s3:PutObject on AWSLogs/<account>/* in it.";

describeRule(
  "BKT-023",
  {
    "a bucket without a policy": {
      bad: trail(),
      good: trail(AFTER_POLICY, FOR_TRAILS),
      says: `aws_cloudtrail.main writes to aws_s3_bucket.main, which has no policy. ${LET_IN}`,
    },
    "a bucket that lets in others": {
      bad: trail(AFTER_POLICY, policy(READ)),
      good: trail(AFTER_POLICY, "${var.policy}"),
      says: `aws_cloudtrail.main writes to aws_s3_bucket.main, whose policy aws_s3_bucket_policy.main does not name cloudtrail.amazonaws.com. ${LET_IN}`,
    },
    "a policy that comes too late": {
      bad: trail({}, FOR_TRAILS),
      good: trail({ s3_bucket_name: "${var.bucket}" }),
      says: 'aws_cloudtrail.main does not wait for aws_s3_bucket_policy.main, which lets CloudTrail in. Add depends_on = ["aws_s3_bucket_policy.main"].',
    },
  },
  buckets,
);

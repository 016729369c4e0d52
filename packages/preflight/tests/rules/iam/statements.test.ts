import { describeRule, editStatements, type Json } from "../../support/rules.ts";

/** Changes the first statement of the app's execution role. */
const statement = (change: (statement: Json) => void) => (stack: Json) =>
  editStatements(stack, "aws_iam_role_policy", "app_execution", ([first]) => change(first));
const action = (Action: string | string[]) => statement((one) => Object.assign(one, { Action }));
const sids =
  (...all: string[]) =>
  (stack: Json) =>
    editStatements(stack, "aws_iam_role_policy", "app_execution", (statements) => {
      for (const [index, Sid] of all.entries()) statements[index].Sid = Sid;
    });
const trust = (change: object) => (stack: Json) =>
  editStatements(stack, "aws_iam_role", "app", ([first]) => Object.assign(first, change), "assume_role_policy");
const document = (statement: object) => (stack: Json) => {
  stack.data.aws_iam_policy_document = { app: { statement: [{ resources: ["*"], ...statement }] } };
};

const buckets = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `arn:aws:s3:::a-bucket-of-a-long-name-${String(index).padStart(3, "0")}/*`,
  );
const policy = (count: number) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: buckets(count) }],
  });

describeRule("IAM-020", {
  "an action without a colon": {
    bad: action("secretsmanager.GetSecretValue"),
    good: action("secretsmanager:GetSecretValue"),
    says: 'aws_iam_role_policy.app_execution has the action "secretsmanager.GetSecretValue". Write "secretsmanager:GetSecretValue".',
  },
  "an action without a service": {
    bad: action("GetObject"),
    good: action("*"),
    says: 'aws_iam_role_policy.app_execution has the action "GetObject". Write a service and an action, such as "s3:GetObject".',
  },
  "an action that does not exist": {
    bad: action(["ecr:GetAuthorizationTokens", "s3:GetObject"]),
    good: action(["ECR:getauthorizationtoken", "s3:GetObject"]),
    says: 'aws_iam_role_policy.app_execution has the action "ecr:GetAuthorizationTokens", which IAM does not have. Write "ecr:GetAuthorizationToken".',
  },
  "a pattern that fits no action": {
    bad: action("s3:GetsObject*"),
    good: action("s3:Get*"),
    says: 'aws_iam_role_policy.app_execution has the action "s3:GetsObject*", which IAM does not have. Write one that it has.',
  },
  "a service that does not exist": {
    bad: action("secretmanager:GetSecretValue"),
    good: action("${var.action}"),
    says: 'aws_iam_role_policy.app_execution has the action "secretmanager:GetSecretValue", of a service that IAM does not have. Write "secretsmanager".',
  },
  "an action in a document": {
    bad: document({ actions: ["s3.GetObject"] }),
    good: document({ actions: ["s3:GetObject"] }),
    says: 'data.aws_iam_policy_document.app has the action "s3.GetObject". Write "s3:GetObject".',
  },
  "an action of an inline policy": {
    bad: (stack) => {
      stack.resource.aws_iam_role.app.inline_policy = [{ name: "s3", policy: policy(1).replace("s3:", "s3/") }];
    },
    good: (stack) => {
      stack.resource.aws_iam_role.app.inline_policy = [{ name: "s3", policy: policy(1) }];
    },
    says: 'aws_iam_role.app has the action "s3/GetObject". Write "s3:GetObject".',
  },
});

describeRule("IAM-021", {
  "a Sid with a hyphen": {
    bad: sids("read-images"),
    good: sids("ReadImages2"),
    says: 'aws_iam_role_policy.app_execution has the Sid "read-images". Write letters and digits only.',
  },
  "a Sid of a document that a role takes": {
    bad: (stack) => {
      document({ sid: "read images", actions: ["s3:GetObject"] })(stack);
      stack.resource.aws_iam_role_policy.app_execution.policy = "${data.aws_iam_policy_document.app.json}";
    },
    good: document({ sid: "Allow use of the key", actions: ["kms:Decrypt"] }), // a key's policy may have spaces
    says: 'aws_iam_role_policy.app_execution has the Sid "read images". Write letters and digits only.',
  },
  "a Sid used twice": {
    bad: sids("Images", "Images"),
    good: sids("Images", "Layers"),
    says: 'aws_iam_role_policy.app_execution has several statements with the Sid "Images". Give each statement its own Sid, or none.',
  },
});

describeRule("IAM-022", {
  "an inline policy that is too long for a role": {
    bad: (stack) => {
      stack.resource.aws_iam_role_policy.app_execution.policy = policy(250);
    },
    good: (stack) => {
      stack.resource.aws_iam_role_policy.app_execution.policy = policy(200).replaceAll(",", ",\n          "); // space does not count
    },
    says: "aws_iam_role_policy.app_execution has 11344 characters of inline policy, and a role may have 10240. Make it managed policies (aws_iam_policy), or join statements by patterns.",
  },
  "inline policies that are too long together": {
    bad: (stack) => {
      const role = "${aws_iam_role.app.id}";
      stack.resource.aws_iam_role_policy = { a: { role, policy: policy(130) }, b: { role, policy: policy(131) } };
    },
    good: (stack) => {
      const [a, b] = ["${aws_iam_role.app.id}", "${aws_iam_role.app_execution.id}"];
      stack.resource.aws_iam_role_policy = { a: { role: a, policy: policy(130) }, b: { role: b, policy: policy(131) } };
    },
    says: "aws_iam_role_policy.b has 11933 characters of inline policy in 2 policies of its role, and a role may have 10240. Make it managed policies (aws_iam_policy), or join statements by patterns.",
  },
  "a managed policy": {
    bad: (stack) => {
      stack.resource.aws_iam_policy = { app: { policy: policy(140) } };
    },
    good: (stack) => {
      stack.resource.aws_iam_policy = { app: { policy: policy(120) } };
    },
    says: "aws_iam_policy.app has a policy of 6394 characters, and AWS accepts 6144. Split it into several policies.",
  },
  "a managed policy from a document": {
    bad: (stack) => {
      document({ actions: ["s3:GetObject"], resources: buckets(140) })(stack);
      stack.resource.aws_iam_policy = { app: { policy: "${data.aws_iam_policy_document.app.json}" } };
    },
    good: (stack) => {
      document({ actions: ["s3:GetObject"], resources: buckets(120) })(stack);
      stack.resource.aws_iam_policy = { app: { policy: "${data.aws_iam_policy_document.app.json}" } };
    },
    says: "aws_iam_policy.app has a policy of 6337 characters, and AWS accepts 6144. Split it into several policies.",
  },
  "a trust policy": {
    bad: trust({
      Principal: { AWS: Array.from({ length: 80 }, (_, n) => `arn:aws:iam::1234567890${10 + n}:role/app`) },
    }),
    good: trust({ Principal: { AWS: "arn:aws:iam::123456789012:role/app" } }),
    says: "aws_iam_role.app has a policy of 3065 characters, and AWS accepts 2048. Name fewer principals, or have the quota raised.",
  },
});

const onBucket = (Action: string | string[], Resource: string | string[]) => (stack: Json) => {
  stack.resource.aws_iam_role_policy.app_execution.policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource }],
  });
};
const BUCKET = "${aws_s3_bucket.logs.arn}";

describeRule("IAM-026", {
  "an action on objects for a bucket": {
    bad: onBucket(["s3:GetObject", "s3:ListBucket"], BUCKET),
    good: onBucket(["s3:GetObject", "s3:ListBucket"], [BUCKET, `${BUCKET}/*`]),
    says: 'aws_iam_role_policy.app_execution has the action "s3:GetObject", which is for objects, in a statement that names buckets only. Add the ARN of the bucket with /* to the resources.',
  },
  "an action on a bucket for objects": {
    bad: onBucket("s3:ListBucket", "arn:aws:s3:::shop-uploads/*"),
    good: onBucket("s3:ListBucket", "arn:aws:s3:::shop-uploads*"),
    says: 'aws_iam_role_policy.app_execution has the action "s3:ListBucket", which is for buckets, in a statement that names objects only. Add the ARN of the bucket without /* to the resources.',
  },
  "a pattern of actions on objects": {
    bad: onBucket("s3:PutObject*", "arn:aws:s3:::${aws_s3_bucket.logs.bucket}"),
    good: onBucket("s3:Put*", "arn:aws:s3:::${aws_s3_bucket.logs.bucket}"),
    says: 'aws_iam_role_policy.app_execution has the action "s3:PutObject*", which is for objects, in a statement that names buckets only. Add the ARN of the bucket with /* to the resources.',
  },
  "an action on the account": {
    bad: document({ actions: ["s3:ListAllMyBuckets"], resources: [BUCKET] }),
    good: document({ actions: ["s3:ListAllMyBuckets"], resources: ["*"] }),
    says: 'data.aws_iam_policy_document.app has the action "s3:ListAllMyBuckets", which is for the whole account, in a statement that names buckets. Give it a statement of its own, with "*" as the resource.',
  },
});

describeRule("IAM-023", {
  "another service's action in a trust policy": {
    bad: trust({ Action: ["sts:AssumeRole", "s3:GetObject"] }),
    good: trust({ Action: ["sts:AssumeRole", "sts:TagSession"] }),
    says: 'aws_iam_role.app has "s3:GetObject" in its trust policy. Write "sts:AssumeRole", and the other actions in a policy of the role.',
  },
  "a service without its domain": {
    bad: trust({ Principal: { Service: "ecs-tasks" } }),
    good: trust({ Principal: { Service: ["ecs-tasks.amazonaws.com", "states.ap-northeast-1.amazonaws.com"] } }),
    says: 'aws_iam_role.app trusts the Service principal "ecs-tasks". Write the host name of the service, such as "ecs-tasks.amazonaws.com".',
  },
  "a service with a dot for its hyphen": {
    bad: trust({ Principal: { Service: "ecs.tasks.amazonaws.com" } }),
    good: trust({ Principal: { Service: ["ecs-tasks.amazonaws.com", "elastictranscoder.amazonaws.com"] } }),
    says: 'aws_iam_role.app names the service "ecs.tasks.amazonaws.com", which AWS does not have. Write "ecs-tasks.amazonaws.com".',
  },
  "a service with a letter less": {
    bad: trust({ Principal: { Service: ["ecs-tasks.amazonaws.com", "lamda.amazonaws.com"] } }),
    good: trust({ Principal: { Service: ["ecs-tasks.amazonaws.com", "logs.us-east-1.amazonaws.com"] } }),
    says: 'aws_iam_role.app names the service "lamda.amazonaws.com", which AWS does not have. Write "lambda.amazonaws.com".',
  },
  "an account of eleven digits": {
    bad: trust({ Principal: { AWS: "arn:aws:iam::12345678901:root" } }),
    good: trust({ Principal: { AWS: ["arn:aws:iam::123456789012:root", "123456789012", "*"] } }),
    says: 'aws_iam_role.app trusts the AWS principal "arn:aws:iam::12345678901:root". Write an account of twelve digits, or the ARN of a role or user.',
  },
});

describeRule("IAM-024", {
  "an operator that does not exist": {
    bad: statement((one) => {
      one.Condition = { StringEqual: { "aws:PrincipalTag/team": "shop" } };
    }),
    good: statement((one) => {
      one.Condition = {
        StringEquals: { "aws:PrincipalTag/team": "shop" },
        "ForAnyValue:ArnLikeIfExists": { "aws:SourceArn": "*" },
      };
    }),
    says: 'aws_iam_role_policy.app_execution has a condition with the operator "StringEqual". Write one such as "StringEquals" or "ArnLike".',
  },
});

describeRule("IAM-025", {
  "a name with a space": {
    bad: (stack) => {
      stack.resource.aws_iam_role.app.name = "shop app";
    },
    good: (stack) => {
      stack.resource.aws_iam_role.app.name = "shop_app+a=b,c.d@e-f";
    },
    says: 'aws_iam_role.app has name = "shop app". Write up to 64 letters, digits and characters of _+=,.@-.',
  },
});

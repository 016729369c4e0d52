import { describeRule, type Json } from "../../support/rules.ts";

const policy = (...Statement: Json[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const key = (stack: Json) => stack.resource.aws_kms_key.secrets;
const LOGS = { Effect: "Allow", Principal: { Service: "logs.amazonaws.com" }, Action: "kms:*", Resource: "*" };
const OWN = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" },
  Action: "kms:*",
  Resource: "*",
};

describeRule("KMS-001", {
  "a key for a service only": {
    bad: (stack) => {
      key(stack).policy = policy(LOGS);
    },
    good: (stack) => {
      key(stack).policy = policy(LOGS, OWN);
    },
    says: 'aws_kms_key.secrets allows kms:PutKeyPolicy to nobody in its policy, neither to an account nor to a role or user of one. Add a statement with Principal { AWS = "arn:aws:iam::<account>:root" }, Action "kms:*" and Resource "*".',
  },
  "a key that the account may use, and not change": {
    bad: (stack) => {
      key(stack).policy = policy({ ...OWN, Action: ["kms:Encrypt", "kms:Decrypt"] });
    },
    good: (stack) => {
      key(stack).policy = policy({ ...OWN, Action: ["kms:Put*", "kms:Decrypt"] });
    },
    says: 'aws_kms_key.secrets allows kms:PutKeyPolicy to nobody in its policy, neither to an account nor to a role or user of one. Add a statement with Principal { AWS = "arn:aws:iam::<account>:root" }, Action "kms:*" and Resource "*".',
  },
  "a key for a service only, where the check is switched off": {
    bad: (stack) => {
      stack.resource.aws_kms_key_policy = { main: { key_id: "${aws_kms_key.secrets.id}", policy: policy(LOGS) } };
    },
    good: (stack) => {
      Object.assign(key(stack), { policy: policy(LOGS), bypass_policy_lockout_safety_check: true });
    },
    says: 'aws_kms_key_policy.main allows kms:PutKeyPolicy to nobody in its policy, neither to an account nor to a role or user of one. Add a statement with Principal { AWS = "arn:aws:iam::<account>:root" }, Action "kms:*" and Resource "*".',
  },
  "a refusal of everybody": {
    bad: (stack) => {
      key(stack).policy = policy(OWN, { Effect: "Deny", Principal: "*", Action: "kms:*", Resource: "*" });
    },
    good: (stack) => {
      const Condition = { Bool: { "aws:SecureTransport": "false" } };
      key(stack).policy = policy(OWN, { Effect: "Deny", Principal: "*", Action: "kms:*", Resource: "*", Condition });
    },
    says: "aws_kms_key.secrets denies kms:PutKeyPolicy to everybody in its policy. Limit the statement with Effect Deny to those it is for.",
  },
});

describeRule("KMS-002", {
  "a pair of keys that rotates": {
    bad: (stack) => Object.assign(key(stack), { customer_master_key_spec: "RSA_2048", enable_key_rotation: true }),
    good: (stack) =>
      Object.assign(key(stack), { customer_master_key_spec: "SYMMETRIC_DEFAULT", enable_key_rotation: true }),
    says: 'aws_kms_key.secrets has enable_key_rotation = true and customer_master_key_spec = "RSA_2048". Take enable_key_rotation out.',
  },
});

describeRule("KMS-003", {
  "a name of AWS's": {
    bad: (stack) => {
      stack.resource.aws_kms_alias = { main: { name: "alias/aws/shop" } };
    },
    good: (stack) => {
      stack.resource.aws_kms_alias = { main: { name: "alias/shop/secrets" } };
    },
    says: 'aws_kms_alias.main has name = "alias/aws/shop". Write alias/ and letters, digits, slashes, hyphens and underscores.',
  },
});

const PULL = { Effect: "Allow", Principal: "*", Action: ["ecr:BatchGetImage"] };
const repositoryPolicy = (statement: Json) => (stack: Json) => {
  stack.resource.aws_ecr_repository_policy = {
    app: { repository: "${aws_ecr_repository.app.name}", policy: policy(statement) },
  };
};

describeRule("ECR-010", {
  "a resource": {
    bad: repositoryPolicy({ ...PULL, Resource: "*" }),
    good: repositoryPolicy(PULL),
    says: "aws_ecr_repository_policy.app has a statement with Resource. Take Resource out of the statement.",
  },
  "no principal": {
    bad: repositoryPolicy({ ...PULL, Principal: undefined }),
    good: repositoryPolicy({ ...PULL, Principal: { Service: "lambda.amazonaws.com" } }),
    says: 'aws_ecr_repository_policy.app has a statement without Principal. Add Principal, such as { AWS = "arn:aws:iam::<account>:root" }.',
  },
  "a call of another service": {
    bad: repositoryPolicy({ ...PULL, Action: ["ecr:BatchGetImage", "kms:Decrypt"] }),
    good: repositoryPolicy({ ...PULL, Action: "ecr:*" }),
    says: 'aws_ecr_repository_policy.app allows "kms:Decrypt", which is no call of ECR. Write actions that begin with ecr:.',
  },
});

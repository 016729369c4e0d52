import { describeRule, type Json } from "../support/rules.ts";

const backend = (stack: Json) => stack.terraform.backend.s3;

describeRule("STATE-001", {
  "a state without lock": {
    bad: (stack) => delete backend(stack).use_lockfile,
    good: (stack) => {
      delete backend(stack).use_lockfile;
      backend(stack).dynamodb_table = "locks";
    },
    says: "terraform.backend.s3 has neither use_lockfile nor dynamodb_table. Set use_lockfile to true (Terraform 1.10 or later).",
  },
  "a lock that is switched off": {
    bad: (stack) => {
      backend(stack).use_lockfile = false;
    },
    good: (stack) => {
      stack.terraform.backend.s3 = {};
    },
    says: "terraform.backend.s3 has neither use_lockfile nor dynamodb_table. Set use_lockfile to true (Terraform 1.10 or later).",
  },
});

describeRule("STATE-002", {
  "a bucket that is not there yet": {
    bad: (stack) => {
      stack.resource.aws_s3_bucket.state = { bucket: "state" };
    },
    good: (stack) => {
      stack.resource.aws_s3_bucket.state = { bucket: "state" };
      stack.import = [{ to: "aws_s3_bucket.state", id: "state" }];
    },
    says: 'aws_s3_bucket.state is "state", which the backend of this configuration needs before it can create anything. Create it in a separate configuration, or import it (an import block).',
  },
  "the bucket of the state": {
    bad: (stack) => {
      stack.resource.aws_s3_bucket.state = { bucket: "state" };
    },
    good: (stack) => {
      stack.resource.aws_s3_bucket.state = { bucket: "state-of-the-art" };
    },
    says: 'aws_s3_bucket.state is "state", which the backend of this configuration needs before it can create anything. Create it in a separate configuration, or import it (an import block).',
  },
  "the table of the lock": {
    bad: (stack) => {
      backend(stack).dynamodb_table = "locks";
      stack.resource.aws_dynamodb_table = { locks: { name: "locks", hash_key: "LockID" } };
    },
    says: 'aws_dynamodb_table.locks is "locks", which the backend of this configuration needs before it can create anything. Create it in a separate configuration, or import it (an import block).',
  },
});

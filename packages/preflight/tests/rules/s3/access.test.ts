import { planOfStack } from "../../support/plan.ts";
import { describeRule, type Json } from "../../support/rules.ts";
import { BUCKET, buckets, policy, READ } from "./buckets.ts";

const controls = (object_ownership: string) => ({ main: { bucket: BUCKET, rule: { object_ownership } } });
const acl = (more: Json = {}) => ({ main: { bucket: BUCKET, acl: "log-delivery-write", ...more } });
const WAITS = { depends_on: ["aws_s3_bucket_ownership_controls.main"] };
const everybody = (more: Json = {}) => ({
  main: { bucket: BUCKET, policy: policy({ ...READ, Principal: "*", ...more }) },
});

const access = (block_public_policy: boolean) => ({ main: { bucket: BUCKET, block_public_policy } });
const AFTER_ACCESS = ["aws_s3_bucket_public_access_block.main"];

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

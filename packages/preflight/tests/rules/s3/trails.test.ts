import { describeRule, type Json } from "../../support/rules.ts";
import { BUCKET, buckets, policy, READ } from "./buckets.ts";

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

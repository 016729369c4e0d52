import { describeRule, type Json } from "../../support/rules.ts";
import { BUCKET, buckets, policy, READ } from "./buckets.ts";

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

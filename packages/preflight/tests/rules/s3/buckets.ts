import type { Json } from "../../support/rules.ts";

export const policy = (...Statement: Json[]) => JSON.stringify({ Version: "2012-10-17", Statement });
export const BUCKET = "${aws_s3_bucket.main.id}";
export const READ = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:role/reader" },
  Action: "s3:GetObject",
  Resource: "${aws_s3_bucket.main.arn}/*",
};

/** A bucket, and a second one. */
export const buckets = (): Json => ({
  resource: { aws_s3_bucket: { main: { bucket: "shop-main" }, other: { bucket: "shop-other" } } },
});

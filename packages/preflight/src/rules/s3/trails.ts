import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { isAbsent, text } from "../../graph/value.ts";
import { readPolicy } from "../../iam/policy.ts";
import type { Problem, Rule } from "../../rule.ts";
import { bucketOf, isNewBucket } from "./buckets.ts";

const CLOUDTRAIL = "cloudtrail.amazonaws.com";

export const TRAIL_RULES: readonly Rule[] = [
  {
    id: "BKT-023",
    severity: "error",
    title: "A bucket allows the trail that writes to it",
    when: "apply",
    prevents: "InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: …",
    cause: "CloudTrail checks the bucket when a trail is created; the bucket policy must allow it.",
    reference: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
    *check(graph) {
      for (const trail of graph.ofType("aws_cloudtrail").filter(({ isMade }) => isMade)) {
        const bucket = linkedResource(trail.get("s3_bucket_name"), "aws_s3_bucket");
        const problem = bucket && isNewBucket(graph, bucket) ? problemOf(graph, trail, bucket) : undefined;
        if (problem) yield problem;
      }
    },
  },
];

function problemOf(graph: Graph, at: Resource, bucket: Resource): Problem | undefined {
  const policies = graph.ofType("aws_s3_bucket_policy");
  const policy = policies.find((one) => bucketOf(one) === bucket);
  const attribute = "s3_bucket_name";
  if (!policy) {
    const isOpen = policies.some((one) => bucketOf(one) === undefined) || graph.isHandedOn(bucket);
    return isOpen || !isAbsent(bucket.get("policy"))
      ? undefined
      : { at, message: `writes to ${bucket.address}, which has no policy.`, fix: FIX, attribute };
  }
  const { statements, complete } = readPolicy(graph, policy.get("policy"));
  const names = statements.flatMap(({ allow, principals = {} }) =>
    allow ? Object.values(principals).flat().map(text) : [],
  );
  if (!complete || names.some((name) => name === undefined || name === "*" || name === CLOUDTRAIL)) {
    if (graph.isOrdered(at, policy) !== false || !policy.isMade) return undefined;
    const message = `does not wait for ${policy.address}, which lets CloudTrail in.`;
    return { at, message, fix: `Add depends_on = ["${policy.address}"].`, attribute };
  }
  return {
    at,
    message: `writes to ${bucket.address}, whose policy ${policy.address} does not name ${CLOUDTRAIL}.`,
    fix: FIX,
    attribute,
  };
}

const FIX = `Let the service ${CLOUDTRAIL} call s3:GetBucketAcl on the bucket, and s3:PutObject on AWSLogs/<account>/* in it.`;

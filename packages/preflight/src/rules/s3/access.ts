import type { Graph, Resource } from "../../graph/graph.ts";
import { block, flag, isEmpty, isWritten, text } from "../../graph/value.ts";
import { readPolicy, type Statement } from "../../iam/policy.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { areAllKnown, bucketOf, isNewBucket, settingsOf } from "./buckets.ts";

const OWNERSHIP = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html";
const NO_ACLS = "AccessControlListNotSupported: The bucket does not allow ACLs";
const BLOCKED =
  "AccessDenied: … is not authorized to perform: s3:PutBucketPolicy on resource … because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.";

type Acl = "missing" | "enforced" | "order" | "inline";
type Public = "blocked" | "default" | "order";

export const ACCESS_RULES: readonly Rule[] = [
  defineRule({
    id: "BKT-001",
    severity: "error",
    title: "A bucket with an ACL has ownership controls that allow it",
    reference: OWNERSHIP,
    problems: {
      missing: {
        when: "apply",
        prevents: NO_ACLS,
        cause: "A new bucket belongs to its owner alone, with everything in it, and takes no ACL.",
      },
      enforced: {
        when: "apply",
        prevents: NO_ACLS,
        cause: "With BucketOwnerEnforced a bucket takes no ACL.",
      },
      order: {
        when: "apply",
        prevents: NO_ACLS,
        cause: "Terraform sets the ACL without waiting for the ownership controls, where both name only the bucket.",
      },
      inline: {
        when: "apply",
        prevents:
          "InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        cause: "A new bucket belongs to its owner alone, with everything in it, and takes no ACL.",
      },
    },
    *check(graph) {
      for (const acl of madeOnes(graph, "aws_s3_bucket_acl")) {
        const bucket = bucketOf(acl);
        const problem = bucket && aclProblem(graph, acl, bucket);
        if (problem) yield problem;
      }
      for (const bucket of graph.ofType("aws_s3_bucket").filter((one) => isNewBucket(graph, one))) {
        const acl = text(bucket.get("acl"));
        const isOpen = acl !== undefined && acl !== "" && acl !== "private";
        if (!isOpen && !(bucket.writes("grant") && isWritten(bucket.get("grant")))) continue;
        yield {
          kind: "inline",
          at: bucket,
          message: `has ${isOpen ? `acl = "${acl}"` : "a grant"}, which a new bucket does not take.`,
          fix: "Write a bucket policy instead, or an aws_s3_bucket_acl that waits for aws_s3_bucket_ownership_controls.",
          attribute: isOpen ? "acl" : "grant",
        };
      }
    },
  }),
  defineRule({
    id: "BKT-002",
    severity: "error",
    title: "What is made public is not blocked from being public",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    problems: {
      blocked: { when: "apply", prevents: BLOCKED, cause: "The bucket's public access block refuses it." },
      default: {
        when: "apply",
        prevents: BLOCKED,
        cause: "A new bucket blocks all public access until an aws_s3_bucket_public_access_block says otherwise.",
      },
      order: {
        when: "apply",
        prevents: BLOCKED,
        cause: "Terraform makes it public without waiting for the block to be lifted, where both name only the bucket.",
      },
    },
    *check(graph) {
      for (const policy of madeOnes(graph, "aws_s3_bucket_policy")) {
        const isPublic = readPolicy(graph, policy.get("policy")).statements.some(isForEverybody);
        const problem = isPublic ? publicProblem(graph, policy, "policy", "block_public_policy") : undefined;
        if (problem) yield problem;
      }
      for (const acl of madeOnes(graph, "aws_s3_bucket_acl")) {
        const isPublic = /^(?:public-read|public-read-write|authenticated-read)$/.test(text(acl.get("acl")) ?? "");
        const problem = isPublic ? publicProblem(graph, acl, "acl", "block_public_acls") : undefined;
        if (problem) yield problem;
      }
    },
  }),
];

/** What is there for sure, and made by Terraform. */
function madeOnes(graph: Graph, type: string): readonly Resource[] {
  return graph.ofType(type).filter(({ isMade, many }) => isMade && !many);
}

function aclProblem(graph: Graph, acl: Resource, bucket: Resource): KindOfProblem<Acl> | undefined {
  const [controls, ...others] = settingsOf(graph, bucket, "ownership_controls");
  const what = text(acl.get("acl"));
  const has = `sets ${what ? `the ACL "${what}"` : "an ACL"} on ${bucket.address}`;
  const base = { at: acl, attribute: "acl" } as const;
  if (!controls) {
    if (!isNewBucket(graph, bucket) || !areAllKnown(graph, bucket, "ownership_controls")) return undefined;
    return {
      ...base,
      kind: "missing",
      message: `${has}, which has no aws_s3_bucket_ownership_controls.`,
      fix: 'Add aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerPreferred", and name it in depends_on; or take the ACL out, and write a bucket policy.',
    };
  }
  if (others.length > 0 || controls.many) return undefined;
  if (text(block(controls.get("rule"))?.object_ownership) === "BucketOwnerEnforced") {
    return {
      ...base,
      kind: "enforced",
      message: `${has}, whose ${controls.address} has object_ownership = "BucketOwnerEnforced".`,
      fix: 'Write "BucketOwnerPreferred", or take the ACL out, and write a bucket policy.',
    };
  }
  const isLate = isNewBucket(graph, bucket) && controls.isMade && graph.isOrdered(acl, controls) === false;
  if (!isLate) return undefined;
  return {
    ...base,
    kind: "order",
    message: `${has}, and does not wait for ${controls.address}.`,
    fix: `Add depends_on = ["${controls.address}"].`,
  };
}

/** Anybody may do something, without any condition. */
function isForEverybody({ allow, principals = {}, hasConditions }: Statement): boolean {
  const everybody = Object.entries(principals).some(
    ([kind, who]) => (kind === "AWS" || kind === "*") && who.some((one) => text(one) === "*"),
  );
  return allow && everybody && !hasConditions;
}

function publicProblem(
  graph: Graph,
  at: Resource,
  attribute: "policy" | "acl",
  setting: "block_public_policy" | "block_public_acls",
): KindOfProblem<Public> | undefined {
  const bucket = bucketOf(at);
  if (!bucket) return undefined;
  const [access, ...others] = settingsOf(graph, bucket, "public_access_block");
  const has = `makes ${bucket.address} public`;
  if (!access) {
    if (!isNewBucket(graph, bucket) || !areAllKnown(graph, bucket, "public_access_block")) return undefined;
    return {
      kind: "default",
      at,
      message: `${has}, which has no aws_s3_bucket_public_access_block.`,
      fix: `Add aws_s3_bucket_public_access_block with ${setting} = false, and name it in depends_on; or limit who may read.`,
      attribute,
    };
  }
  if (others.length > 0 || access.many) return undefined;
  if (flag(access.get(setting), false) === true) {
    return {
      kind: "blocked",
      at,
      message: `${has}, and ${access.address} has ${setting} = true.`,
      fix: `Set ${setting} to false, or limit who may read.`,
      attribute,
    };
  }
  const isLate = isNewBucket(graph, bucket) && access.isMade && graph.isOrdered(at, access) === false;
  if (!isLate || (isEmpty(access.get(setting)) === false && flag(access.get(setting), false) !== false))
    return undefined;
  return {
    kind: "order",
    at,
    message: `${has}, and does not wait for ${access.address}.`,
    fix: `Add depends_on = ["${access.address}"].`,
    attribute,
  };
}

import type { Resource } from "../../graph/graph.ts";
import { Expression, referencesIn, text, type Value } from "../../graph/value.ts";
import type { Statement } from "../../iam/policy.ts";
import { ownedPolicies } from "../../iam/written.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { quoted } from "../shared/attributes.ts";
import { bucketOf } from "./buckets.ts";

/** Calls on what is in a bucket, and on the bucket itself. Source: "Actions defined by Amazon S3" of the Service Authorization Reference. */
const ON_OBJECTS =
  /^s3:(?:(?:Get|Put|Delete|Restore|Replicate)Object(?!LockConfiguration)\w*|AbortMultipartUpload|ListMultipartUploadParts)$/i;
const ON_BUCKET =
  /^s3:(?:List(?:Bucket\w*|AllMyBuckets)|(?:Get|Put|Delete)(?:Bucket|Encryption|Lifecycle|Replication)\w*)$/i;

type Kind = "principal" | "resource" | "other" | "level";

export const BUCKET_POLICY_RULES: readonly Rule[] = [
  defineRule({
    id: "BKT-004",
    severity: "error",
    title: "The policy of a bucket is about this bucket, and what is in it",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    problems: {
      principal: {
        when: "apply",
        prevents: "MalformedPolicy: Missing required field Principal",
        cause: "The policy of a bucket says who may do something with it.",
      },
      resource: {
        when: "apply",
        prevents: "MalformedPolicy: Missing required field Resource",
        cause: "A statement says what it is about: the bucket, its objects, or both.",
      },
      other: {
        when: "apply",
        prevents: "MalformedPolicy: Policy has invalid resource",
        cause: "The policy of a bucket is about that bucket only.",
      },
      level: {
        when: "apply",
        prevents: "MalformedPolicy: Action does not apply to any resource(s) in statement",
        cause: "Objects are <ARN of the bucket>/*, and the bucket is its ARN alone.",
      },
    },
    *check(graph) {
      for (const { owner, statements } of ownedPolicies(graph)) {
        if (owner.type !== "aws_s3_bucket_policy" || !owner.isPlanned) continue;
        const found = new Map(statements.flatMap((one) => wrongOf(owner, one) ?? []).map((one) => [one.message, one]));
        for (const wrong of found.values()) yield { ...wrong, at: owner, attribute: "policy" };
      }
    },
  }),
];

function wrongOf(
  owner: Resource,
  { principals, hasNotPrincipal, resources, notResources, actions }: Statement,
): Pick<KindOfProblem<Kind>, "kind" | "message" | "fix"> | undefined {
  if (!principals && !hasNotPrincipal) {
    return { kind: "principal", message: "has a statement without Principal.", fix: "Add Principal to the statement." };
  }
  if (!resources && !notResources) {
    return {
      kind: "resource",
      message: "has a statement without Resource.",
      fix: "Add Resource: the ARN of the bucket, that with /* behind it, or both.",
    };
  }
  const bucket = bucketOf(owner);
  const other = bucket && resources?.map((one) => otherThan(bucket, one)).find((one) => one !== undefined);
  if (other !== undefined) {
    return {
      kind: "other",
      message: `is the policy of ${bucket?.address}, and has ${other} as Resource.`,
      fix: `Write \${${bucket?.address}.arn}, with /* behind it for what is in it.`,
    };
  }
  return actions && resources ? wrongLevel(actions, resources) : undefined;
}

/** The bucket that a resource is, where it is not this one. */
function otherThan(bucket: Resource, resource: Value): string | undefined {
  const known = text(resource);
  const [first] = referencesIn(resource).filter(({ certain }) => certain);
  const [target] = first?.resources ?? [];
  if (target?.type === "aws_s3_bucket")
    return target === bucket ? undefined : `the ${first?.attribute} of ${target.address}`;
  const name = text(bucket.get("bucket"));
  const written = /^arn:[^:]*:s3:::([^/*?$]+)(?:\/|$)/.exec(known ?? "")?.[1];
  return written !== undefined && name !== undefined && written !== name ? `"${known}"` : undefined;
}

function wrongLevel(actions: readonly Value[], resources: readonly Value[]) {
  const names = actions.map(text);
  const levels = new Set(resources.map(levelOf));
  const [level] = levels;
  if (levels.size !== 1 || level === undefined || names.includes(undefined)) return undefined;
  const known = names.flatMap((name) => name ?? []);
  const form = level === "bucket" ? ON_OBJECTS : ON_BUCKET;
  if (!known.every((name) => form.test(name))) return undefined;
  return {
    kind: "level" as const,
    message: `has a statement with ${quoted(known)} on ${level === "bucket" ? "the bucket alone, without its objects" : "objects alone, without their bucket"}.`,
    fix: level === "bucket" ? "Write Resource with /* behind the ARN." : "Write Resource without /* behind the ARN.",
  };
}

/** Whether a resource is a bucket or what is in it; undefined where it may be either. */
function levelOf(resource: Value): "bucket" | "objects" | undefined {
  const known = text(resource);
  if (known !== undefined)
    return /^arn:[^:]*:s3:::[^/*?]+$/.test(known)
      ? "bucket"
      : /^arn:[^:]*:s3:::[^/]+\/./.test(known)
        ? "objects"
        : undefined;
  if (!(resource instanceof Expression) || resource.parts === undefined) return undefined;
  const texts = resource.parts.filter((part) => typeof part === "string").join("");
  const isOfBucket = resource.parts.some(
    (part) =>
      typeof part === "object" &&
      part.resources.every(({ type }) => type === "aws_s3_bucket") &&
      part.attribute === "arn",
  );
  if (!isOfBucket) return undefined;
  return resource.only ? "bucket" : texts.startsWith("/") ? "objects" : undefined;
}

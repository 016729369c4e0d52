import { byLink } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";

const BUCKET = "aws_s3_bucket";

/** The bucket that a setting is of, where it is made in this configuration. */
export function bucketOf(setting: Resource): Resource | undefined {
  return linkedResource(setting.get("bucket"), BUCKET);
}

/** Settings of a bucket that are resources of their own, of one type. */
export function settingsOf(graph: Graph, bucket: Resource, type: SettingType): readonly Resource[] {
  return graph.once(FINDERS[type]).get(bucket) ?? [];
}

const SETTING_TYPES = ["ownership_controls", "public_access_block", "versioning"] as const;
type SettingType = (typeof SETTING_TYPES)[number];

const FINDERS = Object.fromEntries(
  SETTING_TYPES.map((type) => [type, byLink(`aws_s3_bucket_${type}`, "bucket", BUCKET)]),
) as Readonly<Record<SettingType, ReturnType<typeof byLink>>>;

/** Whether all settings of a type are of buckets that are known, so that a bucket has none but those found. */
export function areAllKnown(graph: Graph, bucket: Resource, type: SettingType): boolean {
  const all = graph.ofType(`aws_s3_bucket_${type}`);
  return all.every((one) => bucketOf(one) !== undefined) && !graph.isHandedOn(bucket);
}

/** Terraform creates it as AWS makes buckets now, without ACLs and without public access. */
export function isNewBucket(graph: Graph, bucket: Resource): boolean {
  return bucket.isMade && !bucket.many && !graph.imports.includes(bucket.address);
}

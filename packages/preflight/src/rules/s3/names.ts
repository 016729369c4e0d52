import { isIPv4 } from "node:net";
import type { Value } from "../../graph/value.ts";
import { text, textWithGaps } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";
import { attributeRule, like, oneOf } from "../shared/attribute-rule.ts";

const NAMES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html";

const BUCKETS = ["aws_s3_bucket"];

export const BUCKET_NAME_RULES: readonly Rule[] = [
  attributeRule({
    id: "BKT-020",
    severity: "error",
    title: "S3 accepts the names of buckets",
    when: "apply",
    prevents: "InvalidBucketName: The specified bucket is not valid.",
    cause: "A bucket's name is a part of host names: 3 to 63 lower-case letters, digits, hyphens and dots.",
    reference: NAMES,
    checks: [
      {
        types: BUCKETS,
        attribute: "bucket",
        takes: (attribute, value) => {
          const why = whyNoName(value);
          if (why === undefined) return undefined;
          const fix = "Write 3 to 63 lower-case letters, digits and hyphens.";
          return { message: `has ${attribute} = "${shown(value)}", ${why}.`, fix };
        },
        bad: { bucket: "Shop_Logs" },
        good: { bucket: "shop-logs" },
      },
      {
        types: BUCKETS,
        attribute: "bucket_prefix",
        where: (_, bucket) => !bucket.writes("bucket"),
        takes: like(/^[a-z0-9][a-z0-9.-]{0,36}$/, "up to 37 lower-case letters, digits, hyphens and dots"),
        when: "plan",
        prevents: "expected length of bucket_prefix to be in the range (0 - 37), got …",
        cause: "The provider appends 26 characters to the prefix.",
        bad: { bucket_prefix: "Shop-" },
        good: { bucket_prefix: "shop-" },
      },
    ],
  }),
  attributeRule({
    id: "BKT-021",
    severity: "error",
    title: "Settings of buckets have values that S3 has",
    when: "plan",
    prevents: "expected … to be one of […], got …",
    cause: "S3 takes these from lists.",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html",
    checks: (
      [
        ["aws_s3_bucket_versioning", "versioning_configuration.status", ["Enabled", "Suspended", "Disabled"]],
        ["aws_s3_bucket_lifecycle_configuration", "rule.status", ["Enabled", "Disabled"]],
        [
          "aws_s3_bucket_ownership_controls",
          "rule.object_ownership",
          ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"],
        ],
        [
          "aws_s3_bucket_acl",
          "acl",
          [
            ...["private", "public-read", "public-read-write", "aws-exec-read", "authenticated-read"],
            ...["bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"],
          ],
        ],
      ] as const
    ).map(([type, attribute, values]) => {
      const [outer = "", inner] = attribute.split(".");
      const holding = (value: string) => ({ [outer]: inner === undefined ? value : [{ [inner]: value }] });
      return {
        types: [type],
        attribute,
        takes: oneOf(...values),
        bad: holding("enabled"),
        good: holding(values[0]),
      };
    }),
  }),
];

/** Beginnings and endings that S3 keeps for itself. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const RESERVED = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** What is wrong with a name, of which some parts may not be known. */
function whyNoName(value: Value | undefined): string | undefined {
  const name = textWithGaps(value);
  if (name === undefined || name === "") return undefined;
  const wrong = name.replaceAll("\0", "").match(/[^a-z0-9.-]/g);
  if (wrong) return `which has ${[...new Set(wrong)].map((one) => (one === " " ? "a space" : one)).join(" ")} in it`;
  if (/^[.-]|[.-]$|\.\./.test(name)) return "which begins or ends with a dot or hyphen, or has two dots together";
  const known = text(value);
  if (known === undefined) return undefined;
  if (known.length < 3 || known.length > 63) return `which has ${known.length} characters`;
  if (isIPv4(known)) return "which is an address";
  return RESERVED.test(known) ? "which begins or ends as S3's own names do" : undefined;
}

function shown(value: Value | undefined): string {
  return textWithGaps(value)?.replaceAll("\0", "…") ?? "";
}

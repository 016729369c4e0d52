import { describeRule, type Json } from "../../support/rules.ts";

const bucket = (name: string) => (stack: Json) => {
  stack.resource.aws_s3_bucket.extra = { bucket: name };
};
const FIX = "Write 3 to 63 lower-case letters, digits and hyphens.";

describeRule("BKT-020", {
  "capitals and an underscore": {
    bad: bucket("Shop_Logs"),
    good: bucket("shop-logs.example.com"),
    says: `aws_s3_bucket.extra has bucket = "Shop_Logs", which has S _ L in it. ${FIX}`,
  },
  "an underscore before what is not known": {
    bad: bucket("shop_logs-${data.aws_caller_identity.me.account_id}"),
    good: bucket("shop-logs-${data.aws_caller_identity.me.account_id}"),
    says: `aws_s3_bucket.extra has bucket = "shop_logs-…", which has _ in it. ${FIX}`,
  },
  "two letters": {
    bad: bucket("ab"),
    good: bucket("abc"),
    says: `aws_s3_bucket.extra has bucket = "ab", which has 2 characters. ${FIX}`,
  },
  "an address": {
    bad: bucket("192.168.5.4"),
    good: bucket("192.168.5"),
    says: `aws_s3_bucket.extra has bucket = "192.168.5.4", which is an address. ${FIX}`,
  },
  "a hyphen at the end": {
    bad: bucket("shop-"),
    good: bucket("shop"),
    says: `aws_s3_bucket.extra has bucket = "shop-", which begins or ends with a dot or hyphen, or has two dots together. ${FIX}`,
  },
  "a name of S3's own": {
    bad: bucket("shop-s3alias"),
    good: bucket("shop-s3-alias"),
    says: `aws_s3_bucket.extra has bucket = "shop-s3alias", which begins or ends as S3's own names do. ${FIX}`,
  },
});

describeRule("BKT-021", {
  "a status in lower case": {
    bad: (stack) => {
      stack.resource.aws_s3_bucket_versioning = { logs: { versioning_configuration: [{ status: "enabled" }] } };
    },
    good: (stack) => {
      stack.resource.aws_s3_bucket_versioning = { logs: { versioning_configuration: [{ status: "Enabled" }] } };
    },
    says: 'aws_s3_bucket_versioning.logs has versioning_configuration.status = "enabled". Write "Enabled", "Suspended" or "Disabled".',
  },
});

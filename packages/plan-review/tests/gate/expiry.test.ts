import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, stopsOf } from "../support/review.ts";

const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.x";
const expiring = (days: number, more: object = {}) => ({
  bucket: "b",
  rule: [{ id: "a", status: "Enabled", expiration: [{ days }], ...more }],
});
const IMAGES = "aws_ecr_lifecycle_policy.x";
const images = (countNumber: number, tagStatus = "any") => ({
  repository: "app",
  policy: JSON.stringify({
    rules: [{ rulePriority: 1, selection: { tagStatus, countType: "imageCountMoreThan", countNumber } }],
  }),
});

describe("data begins to expire, or does so sooner", () => {
  it.each<[string, Json, Json]>([
    ["aws_cloudwatch_log_group.x", { retention_in_days: 0 }, { retention_in_days: 30 }],
    ["aws_cloudwatch_log_group.x", { retention_in_days: 365 }, { retention_in_days: 7 }],
    ["aws_kinesis_stream.x", { retention_period: 168 }, { retention_period: 24 }],
    ["aws_sqs_queue.x", { message_retention_seconds: 1209600 }, { message_retention_seconds: 60 }],
    ["aws_cloudtrail_event_data_store.x", { retention_period: 2555 }, { retention_period: 7 }],
    [
      "aws_timestreamwrite_table.x",
      { retention_properties: [{ magnetic_store_retention_period_in_days: 365 }] },
      { retention_properties: [{ magnetic_store_retention_period_in_days: 1 }] },
    ],
    ["aws_dynamodb_table.x", { ttl: [{ enabled: false }] }, { ttl: [{ enabled: true, attribute_name: "at" }] }],
    [LIFECYCLE, null, expiring(30)],
    [LIFECYCLE, expiring(365), expiring(30)],
    [
      LIFECYCLE,
      { ...expiring(365), rule: [] },
      expiring(0, { noncurrent_version_expiration: [{ noncurrent_days: 1 }] }),
    ],
    ["aws_s3_bucket.x", { lifecycle_rule: [] }, { lifecycle_rule: [{ enabled: true, expiration: [{ days: 1 }] }] }],
    [IMAGES, null, images(10)],
    [IMAGES, images(100), images(10)],
  ])("%s %j → %j", async (address, before, after) => {
    expect(await stopsOf([change(address, before, after)])).toEqual([`data-expires ${address}`]);
  });

  it.each<[string, Json[]]>([
    ["kept for longer", [change("aws_cloudwatch_log_group.x", { retention_in_days: 7 }, { retention_in_days: 30 })]],
    ["kept for ever", [change("aws_cloudwatch_log_group.x", { retention_in_days: 7 }, { retention_in_days: 0 })]],
    ["new", [change("aws_cloudwatch_log_group.x", null, { retention_in_days: 7 })]],
    ["an image without a tag", [change(IMAGES, null, images(1, "untagged"))]],
    ["later", [change(LIFECYCLE, expiring(30), expiring(60))]],
    ["only moved to another class", [change(LIFECYCLE, null, expiring(0, { transition: [{ days: 30 }] }))]],
    ["not yet, by a rule that is off", [change(LIFECYCLE, null, expiring(30, { status: "Disabled" }))]],
    [
      "in a bucket that is new",
      [change("aws_s3_bucket.x", null, { bucket: "b" }), change(LIFECYCLE, null, expiring(1))],
    ],
    [
      "in a repository that is new",
      [change("aws_ecr_repository.x", null, { name: "app" }), change(IMAGES, null, images(10))],
    ],
    [
      "in a bucket whose name is known after apply",
      [change(LIFECYCLE, null, { rule: expiring(1).rule }, { change: { after_unknown: { bucket: true } } })],
    ],
    [
      "with a new TTL table",
      [change("aws_dynamodb_table.x", null, { ttl: [{ enabled: true, attribute_name: "at" }] })],
    ],
  ])("not where it is %s", async (_, plan) => {
    expect(await stopsOf(plan)).toEqual([]);
  });
});

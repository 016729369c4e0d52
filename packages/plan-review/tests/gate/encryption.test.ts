import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, stopsOf } from "../support/review.ts";

describe("encryption at rest is switched off", () => {
  it.each<[string, Json, Json]>([
    ["aws_sqs_queue.x", { sqs_managed_sse_enabled: true }, { sqs_managed_sse_enabled: false }],
    ["aws_sqs_queue.x", { kms_master_key_id: "alias/a" }, { kms_master_key_id: null }],
    ["aws_sns_topic.x", { kms_master_key_id: "alias/a" }, { kms_master_key_id: "" }],
    ["aws_kinesis_stream.x", { encryption_type: "KMS" }, { encryption_type: "NONE" }],
    [
      "aws_kinesis_firehose_delivery_stream.x",
      { server_side_encryption: [{ enabled: true }] },
      { server_side_encryption: [{ enabled: false }] },
    ],
    ["aws_opensearch_domain.x", { encrypt_at_rest: [{ enabled: true }] }, { encrypt_at_rest: [{ enabled: false }] }],
    [
      "aws_opensearch_domain.x",
      { node_to_node_encryption: [{ enabled: true }] },
      { node_to_node_encryption: [{ enabled: false }] },
    ],
    ["aws_dynamodb_table.x", { server_side_encryption: [{ enabled: true }] }, { server_side_encryption: [] }],
    ["aws_cloudwatch_log_group.x", { kms_key_id: "arn:a" }, { kms_key_id: null }],
    ["aws_memorydb_cluster.x", { tls_enabled: true }, { tls_enabled: false }],
    [
      "aws_msk_cluster.x",
      { encryption_info: [{ encryption_in_transit: [{ in_cluster: true }] }] },
      { encryption_info: [{ encryption_in_transit: [{ in_cluster: false }] }] },
    ],
    ["aws_api_gateway_method_settings.x", { settings: [{ cache_data_encrypted: true }] }, { settings: [{}] }],
    ["aws_ssm_parameter.x", { type: "SecureString" }, { type: "String" }],
  ])("%s %j → %j", async (address, before, after) => {
    expect(await stopsOf([change(address, before, after)])).toContain(`encryption-off ${address}`);
  });

  it.each<[string, string, Json, Json, Json?]>([
    ["for another key", "aws_sns_topic.x", { kms_master_key_id: "a" }, { kms_master_key_id: "b" }],
    [
      "for another form of it",
      "aws_sqs_queue.x",
      { sqs_managed_sse_enabled: true, kms_master_key_id: null },
      { sqs_managed_sse_enabled: false, kms_master_key_id: "alias/a" },
    ],
    [
      "for a key that is known after apply",
      "aws_sqs_queue.x",
      { sqs_managed_sse_enabled: true },
      { sqs_managed_sse_enabled: false },
      { kms_master_key_id: true },
    ],
    ["where there was none", "aws_sns_topic.x", { kms_master_key_id: null }, { kms_master_key_id: null, name: "b" }],
    ["where it comes", "aws_kinesis_stream.x", { encryption_type: "NONE" }, { encryption_type: "KMS" }],
  ])("not %s", async (_, address, before, after, unknown = {}) => {
    expect(await stopsOf([change(address, before, after, { change: { after_unknown: unknown } })])).toEqual([]);
  });
});

import { describeRule, type Json } from "../../support/rules.ts";
import { BUCKET, buckets } from "./buckets.ts";

const lifecycle = (...rule: Json[]) => ({ main: { bucket: BUCKET, rule } });
const lifecycleCase = (bad: Json, good: Json, says: string) => ({
  bad: ({ resource }: Json) => {
    resource.aws_s3_bucket_lifecycle_configuration = lifecycle({ id: "old", status: "Enabled", ...bad });
  },
  good: ({ resource }: Json) => {
    resource.aws_s3_bucket_lifecycle_configuration = lifecycle({ id: "old", status: "Enabled", ...good });
  },
  says: `aws_s3_bucket_lifecycle_configuration.main ${says}`,
});

const move = (days: number, storage_class: string) => ({ days, storage_class });

describeRule(
  "BKT-003",
  {
    "a move that is too early": lifecycleCase(
      { transition: move(7, "STANDARD_IA") },
      { transition: move(0, "GLACIER") },
      'moves objects to STANDARD_IA after 7 days in the rule "old". Write 30 days or more.',
    ),
    "two moves that are too close": lifecycleCase(
      { transition: [move(45, "GLACIER"), move(30, "STANDARD_IA")] },
      { transition: [move(60, "GLACIER"), move(30, "STANDARD_IA")] },
      'moves objects to STANDARD_IA after 30 days, and to GLACIER after 45 in the rule "old". Write 60 days or more for GLACIER.',
    ),
    "a deletion before a move": lifecycleCase(
      { transition: move(90, "GLACIER"), expiration: { days: 60 } },
      { transition: move(90, "GLACIER"), expiration: { days: 91 } },
      'deletes objects after 60 days, and moves them to GLACIER after 90 in the rule "old". Delete them after 91 days or later, or leave the move out.',
    ),
    "old versions that are moved too early": lifecycleCase(
      { noncurrent_version_transition: { noncurrent_days: 1, storage_class: "ONEZONE_IA" } },
      { noncurrent_version_transition: { noncurrent_days: 30, storage_class: "ONEZONE_IA" } },
      'moves objects to ONEZONE_IA after 1 days in the rule "old". Write 30 days or more.',
    ),
    "a rule that does nothing": lifecycleCase(
      { filter: {} },
      { filter: {}, abort_incomplete_multipart_upload: { days_after_initiation: 7 } },
      'does nothing in the rule "old". Add expiration, transition, or another action.',
    ),
    "uploads by tag": lifecycleCase(
      { filter: { tag: { key: "a", value: "b" } }, abort_incomplete_multipart_upload: { days_after_initiation: 7 } },
      { filter: { prefix: "a/" }, abort_incomplete_multipart_upload: { days_after_initiation: 7 } },
      'has abort_incomplete_multipart_upload and a filter by tags in the rule "old". Move abort_incomplete_multipart_upload into a rule without tags.',
    ),
    "a marker beside days": lifecycleCase(
      { expiration: { days: 30, expired_object_delete_marker: true } },
      { expiration: { days: 0, expired_object_delete_marker: true } },
      'has expired_object_delete_marker = true beside days in the rule "old". Write them into two rules.',
    ),
    "two rules of one id": {
      bad: ({ resource }) => {
        const rule = { id: "old", expiration: { days: 1 } };
        resource.aws_s3_bucket_lifecycle_configuration = lifecycle(rule, { ...rule, filter: { prefix: "a/" } });
      },
      good: ({ resource }) => {
        const rule = { id: "old", expiration: { days: 1 } };
        resource.aws_s3_bucket_lifecycle_configuration = lifecycle(rule, { ...rule, id: "older" });
      },
      says: 'aws_s3_bucket_lifecycle_configuration.main has two rules with id = "old". Give each rule an id of its own.',
    },
  },
  buckets,
);

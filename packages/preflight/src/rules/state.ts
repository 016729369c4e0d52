import { flag, isEmpty, isWritten, text } from "../graph/value.ts";
import type { Rule } from "../rule.ts";

export const STATE_RULES: readonly Rule[] = [
  {
    id: "STATE-001",
    severity: "warning",
    title: "A state in S3 is locked while it is written",
    when: "apply",
    prevents: "no error: of two runs at once, the later one overwrites what the earlier one has written",
    cause: "The S3 backend does not lock by default.",
    reference: "https://developer.hashicorp.com/terraform/language/backend/s3#state-locking",
    *check({ backend }) {
      if (backend?.type !== "s3") return;
      const { bucket, use_lockfile, dynamodb_table } = backend.settings;
      // Without a bucket, the settings are given on the command line, and perhaps the lock with them.
      if (!isWritten(bucket) || flag(use_lockfile, false) !== false || !isEmpty(dynamodb_table)) return;
      yield {
        at: "terraform.backend.s3",
        message: "has neither use_lockfile nor dynamodb_table.",
        fix: "Set use_lockfile to true (Terraform 1.10 or later).",
        attribute: "use_lockfile",
      };
    },
  },
  {
    id: "STATE-002",
    // Where the bucket is there already, because the state was moved into it later, everything works until it is destroyed.
    severity: "warning",
    title: "A configuration does not create the bucket of its own state",
    when: "apply",
    prevents:
      "Error: Failed to get existing workspaces: S3 bucket does not exist. … NoSuchBucket: The specified bucket does not exist",
    cause: "Terraform opens the state before it creates anything.",
    reference: "https://developer.hashicorp.com/terraform/language/backend/s3",
    *check(graph) {
      if (graph.backend?.type !== "s3") return;
      const { bucket, dynamodb_table } = graph.backend.settings;
      for (const [type, attribute, name] of [
        ["aws_s3_bucket", "bucket", text(bucket)],
        ["aws_dynamodb_table", "name", text(dynamodb_table)],
      ] as const) {
        for (const resource of name ? graph.ofType(type) : []) {
          if (text(resource.get(attribute)) !== name) continue;
          // What is imported is there before.
          if (graph.imports.includes(resource.address) || resource.change?.imported) continue;
          yield {
            at: resource,
            message: `is "${name}", which the backend of this configuration needs before it can create anything.`,
            fix: "Create it in a separate configuration, or import it (an import block).",
            attribute,
          };
        }
      }
    },
  },
];

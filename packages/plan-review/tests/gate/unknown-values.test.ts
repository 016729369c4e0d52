import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, planWith, reviewOf } from "../support/review.ts";

describe("what is known after apply", () => {
  const made = (address: string, unknown: Json, after: Json = {}) =>
    change(address, null, after, { change: { after_unknown: unknown } });
  const configured = (one: Json, attribute: string) =>
    planWith([one], {
      configuration: {
        root_module: {
          resources: [
            { address: one.address, mode: "managed", type: one.type, name: "x", expressions: { [attribute]: {} } },
          ],
        },
      },
    });

  it.each<[string, Json, string]>([
    ["a block", made("aws_vpc_security_group_ingress_rule.x", { cidr_ipv4: true }), "cidr_ipv4"],
    [
      "a block in a list",
      made("aws_security_group_rule.x", { cidr_blocks: [true] }, { type: "ingress" }),
      "cidr_blocks",
    ],
    ["a block inline", made("aws_security_group.x", { ingress: [{ cidr_blocks: true }] }), "ingress"],
    [
      "a port",
      made("aws_vpc_security_group_ingress_rule.x", { from_port: true }, { cidr_ipv4: "10.0.0.0/8" }),
      "from_port",
    ],
    ["a policy", made("aws_s3_bucket_policy.x", { policy: true }), "policy"],
    ["a role's policy", made("aws_iam_role_policy.x", { policy: true }), "policy"],
    [
      "a changed policy",
      change("aws_iam_policy.x", { policy: "{}" }, {}, { change: { after_unknown: { policy: true } } }),
      "policy",
    ],
    ["an attached policy", made("aws_iam_role_policy_attachment.x", { policy_arn: true }), "policy_arn"],
    ["a key's policy", configured(made("aws_kms_key.x", { policy: true }), "policy"), "policy"],
    [
      "a trust",
      configured(made("aws_iam_role.x", { assume_role_policy: true }), "assume_role_policy"),
      "assume_role_policy",
    ],
    [
      "a switch",
      configured(made("aws_db_instance.x", { publicly_accessible: true }), "publicly_accessible"),
      "publicly_accessible",
    ],
  ])("is noted: %s", async (_, plan, path) => {
    const { notes, blocked } = await reviewOf(Array.isArray(plan) || plan.format_version ? plan : [plan]);
    expect(blocked).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(`: ${path} is known after apply`)]);
  });

  it.each<[string, Json]>([
    ["what the provider chooses", made("aws_sns_topic.x", { policy: true })],
    ["rules that are not written", made("aws_security_group.x", { ingress: true })],
    ["a group", made("aws_vpc_security_group_ingress_rule.x", { security_group_id: true })],
    ["egress", made("aws_security_group_rule.x", { cidr_blocks: [true] }, { type: "egress" })],
  ])("is not noted for %s", async (_, one) => {
    expect((await reviewOf([one])).notes).toEqual([]);
  });
});

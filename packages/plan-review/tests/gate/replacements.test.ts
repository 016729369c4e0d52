import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, planWith, policyWith, stopsOf } from "../support/review.ts";

describe("a replacement", () => {
  const replaced = (type: string, before: Json, unknown: Json) =>
    change(
      `${type}.x`,
      { ...before, id: "a" },
      { id: "b" },
      {
        actions: ["delete", "create"],
        change: { after_unknown: unknown },
      },
    );
  const cases: [Json, string, string][] = [
    [
      replaced("aws_rds_cluster_instance", { publicly_accessible: false }, { publicly_accessible: true }),
      "publicly_accessible",
      "public-endpoint",
    ],
    [replaced("aws_ebs_volume", { encrypted: true }, { encrypted: true }), "encrypted", "encryption-off"],
    [
      replaced("aws_instance", { metadata_options: [{ http_tokens: "required" }] }, { metadata_options: true }),
      "metadata_options",
      "login-weakened",
    ],
    [
      replaced("aws_rds_cluster", { backup_retention_period: 7 }, { backup_retention_period: true }),
      "backup_retention_period",
      "backups-off",
    ],
  ];

  // The loss of their data is not what these are about.
  const policy = policyWith({
    unprotected: ["aws_ebs_volume", "aws_rds_cluster"].map((type) => ({ type, reason: "Tests." })),
  });

  it.each(cases)("keeps what the provider chooses: %j", async (one) => {
    expect(await stopsOf([one], { policy })).toEqual([]);
  });

  it.each(cases)("may lose what the configuration sets: %j, %s", async (one, attribute, action) => {
    const resource = {
      address: one.address,
      mode: "managed",
      type: one.type,
      name: "x",
      expressions: { [attribute]: {} },
    };
    const plan = planWith([one], { configuration: { root_module: { resources: [resource] } } });
    expect(await stopsOf(plan, { policy })).toEqual([`${action} ${one.address}`]);
  });
});

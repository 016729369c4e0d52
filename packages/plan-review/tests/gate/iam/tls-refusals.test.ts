import { describe, expect, it } from "vitest";
import type { Json } from "../../../../preflight/tests/support/rules.ts";
import { json, OWN, own } from "../../support/iam.ts";
import { change, stopsOf } from "../../support/review.ts";

describe("a policy that denies requests without TLS", () => {
  const BUCKET = "aws_s3_bucket_policy.x";
  const refusal = (more: object = {}, value = "false") => ({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::a", "arn:aws:s3:::a/*"],
    Condition: { Bool: { "aws:SecureTransport": value } },
    ...more,
  });
  const before = { bucket: "a", policy: json(refusal()) };

  it.each<[string, Json]>([
    ["have it taken out", { bucket: "a", policy: json() }],
    ["have it turned round", { bucket: "a", policy: json(refusal({}, "true")) }],
    ["refuse less", { bucket: "a", policy: json(refusal({ Action: "s3:PutObject" })) }],
    ["refuse it for less", { bucket: "a", policy: json(refusal({ Resource: "arn:aws:s3:::a" })) }],
    ["refuse it to fewer", { bucket: "a", policy: json(refusal({ Principal: { AWS: OWN } })) }],
    [
      "refuse it in fewer cases",
      {
        bucket: "a",
        policy: json(
          refusal({ Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:userid": "x" } } }),
        ),
      },
    ],
    ["go", null],
  ])("must not %s", async (_, after) => {
    expect(await stopsOf([own, change(BUCKET, before, after)])).toEqual([`encryption-off ${BUCKET}`]);
  });

  it("may deny more, and be deleted with its bucket", async () => {
    expect(
      await stopsOf([
        own,
        change(BUCKET, before, { ...before, policy: json(refusal({ Action: "*", Resource: "*" })) }),
      ]),
    ).toEqual([]);
    expect(
      await stopsOf([own, change("aws_s3_bucket.a", { bucket: "a" }, null), change(BUCKET, before, null)]),
    ).toEqual(["delete aws_s3_bucket.a"]);
  });
});

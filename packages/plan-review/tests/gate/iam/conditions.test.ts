import { describe, expect, it } from "vitest";
import { allow, FOREIGN, json, OWN, own, stopsOfBoth } from "../../support/iam.ts";
import { change, stopsOf } from "../../support/review.ts";

describe("a condition", () => {
  const BUCKET = "aws_s3_bucket_policy.x";
  const policy = (condition: object) => ({
    policy: json(allow("*", condition, { Action: "s3:GetObject", Resource: "*" })),
  });
  const before = { policy: json(allow({ AWS: OWN }, undefined, { Action: "s3:GetObject", Resource: "*" })) };

  it.each<[object]>([
    [{ StringLike: { "aws:PrincipalArn": "*" } }],
    [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/*" } }],
    [{ ArnLike: { "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/a", "arn:aws:iam::*:role/a"] } }],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:topic" } }],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:s3:::my-*" } }],
    [{ StringLike: { "aws:PrincipalOrgID": "o-*" } }],
    [{ StringLike: { "aws:SourceVpc": "vpc-*" } }],
    [{ IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } }],
    [{ IpAddress: { "aws:SourceIp": ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"] } }],
    [{ IpAddress: { "aws:SourceIp": ["::/1", "8000::/1"] } }],
    [{ IpAddress: { "aws:SourceIp": Array.from({ length: 200 }, (_, index) => `${index + 20}.0.0.0/8`) } }],
    [{ IpAddress: { "aws:SourceIp": "everywhere" } }],
    [{ StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } }],
    [{ Bool: { "elasticfilesystem:AccessedViaMountTarget": "false" } }],
  ])("does not tie anybody: %j", async (condition) => {
    expect(await stopsOfBoth(BUCKET, before, policy(condition))).toEqual([`public-bucket ${BUCKET}`]);
  });

  it.each<[object]>([
    [{ ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${OWN}:role/*` } }],
    [{ ArnLike: { "AWS:SourceArn": `arn:aws:sns:*:${OWN}:topic-*` } }],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:s3:::my-bucket" } }],
    [{ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2/r-1/*" } }],
    [{ IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"] } }],
    [{ StringEquals: { "aws:SourceVpce": "vpce-1" } }],
    [{ StringLike: { "aws:userid": "AROAABCDEFGHIJKLMNOP:*" } }],
    [{ Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" } }],
    [{ StringEquals: { "elasticfilesystem:AccessPointArn": `arn:aws:elasticfilesystem:a:${OWN}:access-point/a` } }],
  ])("ties: %j", async (condition) => {
    expect(await stopsOf([own, change(BUCKET, before, policy(condition))])).toEqual([]);
  });

  it("that is missing, on a policy that moves to another bucket", async () => {
    const open = { policy: json(allow("*")) };
    const moved = change(BUCKET, { ...open, bucket: "a" }, { ...open, bucket: "b" }, { actions: ["delete", "create"] });
    expect(await stopsOf([moved])).toEqual([`public-bucket ${BUCKET}`]);
  });

  describe("of a Deny for everyone else", () => {
    const resource = "arn:aws:s3:::a/*";
    const refusing = (condition: object, more: object = {}) => ({
      policy: json(allow("*", undefined, { Action: "s3:GetObject", Resource: resource }), {
        ...allow("*", condition, { Action: "s3:*", Resource: resource }),
        Effect: "Deny",
        ...more,
      }),
    });

    it.each<[object]>([
      [{ StringNotEquals: { "aws:SourceVpce": "vpce-1" } }],
      [{ NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } }],
      [{ StringNotEquals: { "aws:PrincipalAccount": OWN } }],
    ])("lets nobody else in: %j", async (condition) => {
      expect(await stopsOf([own, change(BUCKET, before, refusing(condition))])).toEqual([]);
    });

    it.each<[string, object, object]>([
      ["public-bucket", { NotIpAddress: { "aws:SourceIp": "0.0.0.0/0" } }, {}],
      ["public-bucket", { StringNotEquals: { "aws:SourceVpce": "a" }, Bool: { "aws:SecureTransport": "false" } }, {}],
      ["public-bucket", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, { Action: "s3:PutObject" }],
      ["public-bucket", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, { Resource: "arn:aws:s3:::a/b" }],
      ["public-bucket", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, { Principal: { AWS: OWN } }],
      ["foreign-account", { StringNotEquals: { "aws:PrincipalAccount": FOREIGN } }, {}],
    ])("%s: lets others in: %j %j", async (action, condition, more) => {
      expect(await stopsOfBoth(BUCKET, before, refusing(condition, more))).toEqual([`${action} ${BUCKET}`]);
    });
  });

  it("that is narrower, or covers fewer actions, opens nothing", async () => {
    const wide = { policy: json(allow("*", undefined, { Action: "s3:*", Resource: "*" })) };
    expect(await stopsOf([own, change(BUCKET, wide, policy({ Bool: { "aws:SecureTransport": "true" } }))])).toEqual([]);
  });
});

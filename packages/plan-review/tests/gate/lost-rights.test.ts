import { describe, expect, it } from "vitest";
import { change, reviewOf } from "../support/review.ts";

const ROLE = "aws_iam_role_policy.app";
const allowing = (...Action: string[]) => ({
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: ["arn:aws:a"] }] }),
});
const notesOf = async (before: object | null, after: object | null) =>
  (await reviewOf([change(ROLE, before, after)])).notes;

describe("rights that a role loses", () => {
  it("are noted, since code that uses them fails", async () => {
    const before = allowing("cognito-idp:AdminGetUser", "cognito-idp:AdminDeleteUser");
    expect(await notesOf(before, allowing("cognito-idp:AdminGetUser"))).toEqual([
      `${ROLE} would no longer allow cognito-idp:AdminDeleteUser: what still calls it is refused.`,
    ]);
  });

  it("are cut short where they are many", async () => {
    const many = ["A", "B", "C", "D", "E", "F", "G", "H"].map((name) => `s3:Get${name}`);
    expect(await notesOf(allowing("s3:PutObject", ...many), allowing("s3:PutObject"))).toEqual([
      `${ROLE} would no longer allow s3:GetA, s3:GetB, s3:GetC, s3:GetD, s3:GetE, s3:GetF and 2 more: what still calls it is refused.`,
    ]);
  });

  it("are none where a wildcard has them, more are given, or the role is new or goes", async () => {
    const one = allowing("s3:GetObject");
    expect(await notesOf(one, allowing("S3:Get*"))).toEqual([]);
    expect(await notesOf(one, allowing("s3:GetObject", "s3:ListBucket"))).toEqual([]);
    expect(await notesOf(null, one)).toEqual([]);
    expect(await notesOf(one, null)).toEqual([]);
  });
});

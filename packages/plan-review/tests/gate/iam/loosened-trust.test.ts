import { describe, expect, it } from "vitest";
import type { Json } from "../../../../preflight/tests/support/rules.ts";
import { allow, federated, GITHUB, OWN, own, ROLE, trust } from "../../support/iam.ts";
import { change, stopsOf } from "../../support/review.ts";

describe("a role that asks less than it did of whom it lets in", () => {
  const github = (...subjects: string[]) =>
    federated(GITHUB, {
      StringLike: { [`${GITHUB}:sub`]: subjects },
      StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
    });
  const mfa = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
  const people = (condition?: object) => trust(allow({ AWS: `arn:aws:iam::${OWN}:root` }, condition));
  const stop = [`login-weakened ${ROLE}`];

  it.each<[string, Json, Json]>([
    [
      "a wildcard in the place of an environment",
      github("repo:acme/app:environment:production"),
      github("repo:acme/app:*"),
    ],
    ["of every repository of the owner", github("repo:acme/app:*"), github("repo:acme/*")],
    [
      "beside what it named",
      github("repo:acme/app:ref:refs/heads/main"),
      github("repo:acme/app:ref:refs/heads/main", "repo:acme/app:pull_*"),
    ],
    ["no second factor", people(mfa), people()],
    ["one only of who says whether there was one", people(mfa), people({ BoolIfExists: mfa.Bool })],
    [
      "all but one branch in the place of one",
      github("repo:acme/app:ref:refs/heads/main"),
      federated(GITHUB, {
        StringNotLike: { [`${GITHUB}:sub`]: "repo:acme/app:ref:refs/heads/main" },
        StringEquals: { [`${GITHUB}:repository`]: "acme/app", [`${GITHUB}:aud`]: "sts.amazonaws.com" },
      }),
    ],
  ])("is stopped: %s", async (_, before, after) => {
    expect(await stopsOf([own, change(ROLE, before, after)])).toEqual(stop);
  });

  it.each<[string, Json, Json]>([
    [
      "one more value",
      github("repo:acme/app:environment:production"),
      github("repo:acme/app:environment:production", "repo:acme/app:environment:staging"),
    ],
    ["fewer", github("repo:acme/*"), github("repo:acme/app:*")],
    ["the same", github("repo:acme/app:*"), github("repo:acme/app:*")],
    ["a second factor", people(), people(mfa)],
  ])("but not for %s", async (_, before, after) => {
    expect(await stopsOf([own, change(ROLE, before, after)])).toEqual([]);
  });
});

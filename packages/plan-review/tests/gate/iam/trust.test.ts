import { describe, expect, it } from "vitest";
import type { Json } from "../../../../preflight/tests/support/rules.ts";
import { allow, ECS, FOREIGN, federated, GITHUB, OWN, own, ROLE, stopsOfBoth, trust } from "../../support/iam.ts";
import { change, planWith, policyWith, reviewOf, stopsOf } from "../../support/review.ts";

describe("a role must not be assumed", () => {
  it.each<[string, string, Json]>([
    ["foreign-account", "by another account", trust(allow({ AWS: `arn:aws:iam::${FOREIGN}:root` }))],
    ["foreign-account", "by another account's id", trust(allow({ AWS: FOREIGN }))],
    ["foreign-account", "by a role of another account", trust(allow({ AWS: [`arn:aws:iam::${FOREIGN}:role/a`] }))],
    [
      "foreign-account",
      "by another account, through a condition on Principal *",
      trust(allow("*", { StringEquals: { "aws:PrincipalAccount": FOREIGN } })),
    ],
    ["public-policy", "by anyone", trust(allow("*"))],
    ["public-policy", "by any holder of a token", federated("oidc.eks.eu-west-1.amazonaws.com/id/ABC")],
    [
      "public-policy",
      "by the audience of a token",
      federated(GITHUB, { StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" } }),
    ],
    [
      "public-policy",
      "by any service account",
      federated("e/id/A", { StringLike: { "e/id/A:sub": "system:serviceaccount:*" } }),
    ],
    [
      "public-policy",
      "by any organization",
      federated("app.terraform.io", { StringLike: { "app.terraform.io:sub": "organization:*:project:*" } }),
    ],
    ["public-policy", "by any group", federated("gitlab.com", { StringLike: { "gitlab.com:sub": "project_path:*" } })],
    ["public-policy", "by any Cognito user", trust(allow({ Federated: "cognito-identity.amazonaws.com" }))],
  ])("%s: %s", async (action, _, after) => {
    expect(await stopsOfBoth(ROLE, ECS, after)).toEqual([`${action} ${ROLE}`]);
  });

  it.each([
    "*",
    "?*",
    "r*",
    "repo:*",
    "repo:?*",
    "repo:*/*:*",
    "repo:oct*",
    "repo:*/app:ref:refs/heads/main",
    "repo:octo?/app:*",
  ])("by any workflow on GitHub: %s", async (subject) => {
    const after = federated(GITHUB, { StringLike: { [`${GITHUB}:sub`]: ["repo:octo/app:*", subject] } });
    expect(await stopsOfBoth(ROLE, ECS, after)).toEqual([`public-policy ${ROLE}`]);
  });

  it.each<[string, Json]>([
    ["a service", trust(allow({ Service: "lambda.amazonaws.com" }))],
    ["the account itself", trust(allow({ AWS: `arn:aws:iam::${OWN}:root` }))],
    ["a repository", federated(GITHUB, { StringLike: { [`${GITHUB}:sub`]: "repo:octo/app:*" } })],
    ["an owner", federated(GITHUB, { StringLike: { [`${GITHUB}:sub`]: "repo:octo/*" } })],
    ["a repository's id", federated(GITHUB, { StringEquals: { [`${GITHUB}:repository_id`]: "1" } })],
    ["a service account", federated("e/id/A", { StringEquals: { "e/id/A:sub": "system:serviceaccount:a:b" } })],
    ["service accounts of a space", federated("e/id/A", { StringLike: { "e/id/A:sub": "system:serviceaccount:a:*" } })],
    [
      "a workspace",
      federated("app.terraform.io", {
        StringLike: { "app.terraform.io:sub": "organization:a:project:b:workspace:c:*" },
      }),
    ],
    [
      "a project of CircleCI",
      federated("oidc.circleci.com/org/1-2", {
        StringLike: { "oidc.circleci.com/org/1-2:sub": "org/1-2/project/3/user/*" },
      }),
    ],
    [
      "a repository of Bitbucket",
      federated("api.bitbucket.org/a/oidc", {
        StringLike: { "api.bitbucket.org/a/oidc:sub": "{01234567-89ab-cdef-0123-456789abcdef}*:*" },
      }),
    ],
    [
      "a pool",
      trust(
        allow(
          { Federated: "cognito-identity.amazonaws.com" },
          { StringEquals: { "cognito-identity.amazonaws.com:aud": "eu-west-1:1" } },
        ),
      ),
    ],
  ])("but by %s", async (_, after) => {
    expect(await stopsOf([own, change(ROLE, null, after)])).toEqual([]);
    expect(await stopsOf([own, change(ROLE, ECS, after)])).toEqual([]);
  });

  it("with fewer conditions, or for more actions", async () => {
    const vendor = (condition?: object, action = "sts:AssumeRole") =>
      trust(allow({ AWS: FOREIGN }, condition, { Action: action }));
    const id = { StringEquals: { "sts:ExternalId": "1" } };
    const stop = [`foreign-account ${ROLE}`];
    expect(await stopsOf([own, change(ROLE, vendor(id), vendor())])).toEqual(stop);
    expect(await stopsOf([own, change(ROLE, vendor(), vendor({}, "sts:*"))])).toEqual(stop);
    expect(await stopsOf([own, change(ROLE, vendor({}, "sts:*"), vendor(id))])).toEqual([]);
  });
});

describe("an account is known to be one's own", () => {
  const foreign = change(ROLE, null, trust(allow({ AWS: FOREIGN })));
  const looked = (type: string, values: object) => ({
    prior_state: {
      values: {
        root_module: { child_modules: [{ resources: [{ mode: "data", type, address: `data.${type}.x`, values }] }] },
      },
    },
  });

  it.each<[string, Json]>([
    ["what is there", [change("aws_sns_topic.a", { arn: `arn:aws:sns:eu-west-1:${FOREIGN}:a` }, {}), foreign]],
    ["who asks", planWith([foreign], looked("aws_caller_identity", { account_id: FOREIGN }))],
    ["accounts of AWS's", planWith([foreign], looked("aws_elb_service_account", { id: FOREIGN }))],
    [
      "what the provider is held to",
      planWith([foreign], {
        configuration: {
          provider_config: { aws: { expressions: { allowed_account_ids: { constant_value: [FOREIGN] } } } },
          root_module: {},
        },
      }),
    ],
  ])("by %s", async (_, plan) => {
    expect(await stopsOf(plan)).toEqual([]);
  });

  it("by the policy", async () => {
    const policy = policyWith({ trustedAccounts: [{ account: FOREIGN, reason: "The vendor." }] });
    expect(await stopsOf([foreign], { policy })).toEqual([]);
    expect(() => policyWith({ trustedAccounts: [{ account: "1", reason: "x" }] })).toThrow("trustedAccounts.0.account");
  });

  it("but not by planned values", async () => {
    const planned = change("aws_sns_topic.a", null, { arn: `arn:aws:sns:eu-west-1:${FOREIGN}:a` });
    const { blocked } = await reviewOf([planned, foreign]);
    expect(blocked.map(({ action }) => action)).toEqual(["foreign-account"]);
    expect(blocked[0]?.message).toContain("the plan does not show");
  });
});

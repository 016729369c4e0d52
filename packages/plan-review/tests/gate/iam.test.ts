import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, planWith, policyWith, reviewOf, stopsOf } from "../support/review.ts";

const OWN = "123456789012";
const FOREIGN = "999999999999";
const ROLE = "aws_iam_role.x";
const GITHUB = "token.actions.githubusercontent.com";

const json = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (principal: unknown, condition?: object, more: object = {}) => ({
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: principal,
  ...(condition && { Condition: condition }),
  ...more,
});
const trust = (...statements: object[]) => ({ assume_role_policy: json(...statements) });
const federated = (issuer: string, condition?: object) =>
  trust(allow({ Federated: `arn:aws:iam::${OWN}:oidc-provider/${issuer}` }, condition));
/** An object that says which account this is. */
const own = change(
  "aws_sns_topic.own",
  { arn: `arn:aws:sns:eu-west-1:${OWN}:own` },
  { arn: `arn:aws:sns:eu-west-1:${OWN}:own` },
);

/** Whether something is stopped where it is made, and where it is changed from what is harmless. */
async function stopsOfBoth(address: string, before: Json, after: Json): Promise<string[]> {
  const made = await stopsOf([own, change(address, null, after)]);
  const changed = await stopsOf([own, change(address, before, after)]);
  expect(await stopsOf([own, change(address, { ...after, x: 1 }, { ...after, x: 2 })])).toEqual([]);
  expect(changed).toEqual(made);
  return made;
}

const ECS = trust(allow({ Service: "ecs-tasks.amazonaws.com" }));

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

describe("a role that asks less than it did of whom it lets in", () => {
  const GITHUB = "token.actions.githubusercontent.com";
  const github = (...subjects: string[]) =>
    federated(GITHUB, {
      StringLike: { [`${GITHUB}:sub`]: subjects },
      StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
    });
  const mfa = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
  const people = (condition?: object) => trust(allow({ AWS: "arn:aws:iam::123456789012:root" }, condition));
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

it("an endpoint that lets some calls through does not come to let all through", async () => {
  const endpoint = (more: object) => ({
    policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", ...more }] }),
  });
  const some = endpoint({ Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" });
  const all = endpoint({ Action: "*", Resource: "*" });
  expect(await stopsOf([own, change("aws_vpc_endpoint.a", some, all)])).toEqual(["guard-off aws_vpc_endpoint.a"]);
  expect(await stopsOf([own, change("aws_vpc_endpoint.a", all, some)])).toEqual([]);
  expect(await stopsOf([own, change("aws_vpc_endpoint.a", all, all)])).toEqual([]);
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

describe("an administrator is not created", () => {
  const statement = (more: object) => ({ Effect: "Allow", Resource: "*", ...more });
  const harmless = json(statement({ Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" }));

  it.each<[object]>([
    [{ Action: "*" }],
    [{ Action: ["s3:GetObject", "*:*"] }],
    [{ Action: "?*", Resource: "arn:*" }],
    [{ NotAction: "s3:DeleteBucket" }],
    [{ NotAction: ["iam:*", "organizations:*"] }],
    [{ Action: "*", Resource: undefined, NotResource: "arn:aws:s3:::a" }],
    [{ Action: "iam:*" }],
    [{ Action: "IAM:put*", Resource: `arn:aws:iam::${OWN}:role/*` }],
    [{ Action: "iam:AttachUserPolicy", Resource: "arn:aws:iam::*:user/*" }],
    [{ Action: ["s*", "e*"] }],
    [{ Action: "*", Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } }],
    [{ Action: "iam:*", Condition: { StringLike: { "iam:PermissionsBoundary": "*" } } }],
  ])("by %j", async (more) => {
    for (const type of ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"]) {
      const after = { policy: json(statement(more)) };
      expect(await stopsOfBoth(`${type}.x`, { policy: harmless }, after)).toEqual([`admin-access ${type}.x`]);
    }
    const inline = (policy: string) => ({ inline_policy: [{ name: "a", policy }] });
    const found = await stopsOfBoth(ROLE, inline(harmless), inline(json(statement(more))));
    expect(found).toEqual([`admin-access ${ROLE}`]);
  });

  it.each<[object]>([
    [{ Action: "s3:*" }],
    [{ Action: "*", Resource: "arn:aws:s3:::a/*" }],
    [{ Action: "iam:PassRole" }],
    [{ Action: "iam:PutRolePolicy", Resource: `arn:aws:iam::${OWN}:role/app-*` }],
    [{ Action: "iam:Get*" }],
    [{ Effect: "Deny", Action: "*" }],
    [{ Effect: "Deny", NotAction: "iam:*" }],
    [
      {
        Action: "iam:PutRolePolicy",
        Condition: { StringEquals: { "iam:PermissionsBoundary": `arn:aws:iam::${OWN}:policy/b` } },
      },
    ],
  ])("but not by %j", async (more) => {
    expect(await stopsOf([change("aws_iam_role_policy.x", null, { policy: json(statement(more)) })])).toEqual([]);
  });

  it.each(["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"])("by an attached policy: %s", async (name) => {
    const arn = `arn:aws:iam::aws:policy/${name}`;
    const read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for (const type of ["role", "user", "group"]) {
      const address = `aws_iam_${type}_policy_attachment.x`;
      const after = { [type]: "a", policy_arn: arn };
      expect(await stopsOfBoth(address, { [type]: "a", policy_arn: read }, after)).toEqual([`admin-access ${address}`]);
      const other = change(address, { ...after, [type]: "b" }, after, { actions: ["delete", "create"] });
      expect(await stopsOf([other])).toEqual([`admin-access ${address}`]);
    }
    const found = await stopsOfBoth(ROLE, { managed_policy_arns: [read] }, { managed_policy_arns: [read, arn] });
    expect(found).toEqual([`admin-access ${ROLE}`]);
    expect(
      await stopsOf([
        change(
          "aws_iam_policy_attachment.x",
          { roles: ["a"], policy_arn: arn },
          { roles: ["a", "b"], policy_arn: arn },
        ),
      ]),
    ).toEqual(["admin-access aws_iam_policy_attachment.x"]);
  });

  it("by an existing policy of the account", async () => {
    const admin = { arn: `arn:aws:iam::${OWN}:policy/all`, policy: json(statement({ Action: "*" })) };
    const attached = change("aws_iam_role_policy_attachment.x", null, { role: "a", policy_arn: admin.arn });
    expect(await stopsOf([change("aws_iam_policy.all", admin, admin), attached])).toEqual([
      "admin-access aws_iam_role_policy_attachment.x",
    ]);
  });

  it("by a policy document that is known after apply", async () => {
    const document = (statement: object) =>
      planWith(
        [
          change("aws_iam_role_policy.x", null, { role: "a" }, { change: { after_unknown: { policy: true } } }),
          {
            ...change(
              "data.aws_iam_policy_document.x",
              null,
              { statement: [statement] },
              { mode: "data", actions: ["read"] },
            ),
            type: "aws_iam_policy_document",
          },
        ],
        {
          configuration: {
            root_module: {
              resources: [
                {
                  address: "aws_iam_role_policy.x",
                  mode: "managed",
                  type: "aws_iam_role_policy",
                  name: "x",
                  expressions: {
                    policy: { references: ["data.aws_iam_policy_document.x.json", "data.aws_iam_policy_document.x"] },
                  },
                },
                {
                  address: "data.aws_iam_policy_document.x",
                  mode: "data",
                  type: "aws_iam_policy_document",
                  name: "x",
                  expressions: {},
                },
              ],
            },
          },
        },
      );
    const plan = document({ effect: "Allow", actions: ["*"], resources: ["*"] });
    plan.planned_values.root_module.resources.push({
      address: "data.aws_iam_policy_document.x",
      mode: "data",
      type: "aws_iam_policy_document",
      name: "x",
      values: { statement: [{ effect: "Allow", actions: ["*"], resources: ["*"] }] },
    });
    expect(await stopsOf(plan)).toEqual(["admin-access aws_iam_role_policy.x"]);
  });

  it("by the loss of its boundary", async () => {
    const bound = { permissions_boundary: `arn:aws:iam::${OWN}:policy/b` };
    expect(await stopsOf([change(ROLE, bound, { permissions_boundary: null })])).toEqual([`admin-access ${ROLE}`]);
    expect(await stopsOf([change(ROLE, {}, bound)])).toEqual([]);
  });

  it("where it already was one", async () => {
    const all = { policy: json(statement({ Action: "*" })), x: 1 };
    const less = { policy: json(statement({ Action: ["*", "iam:*"] })) };
    expect(await stopsOf([change("aws_iam_role_policy.x", all, less)])).toEqual([]);
  });
});

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

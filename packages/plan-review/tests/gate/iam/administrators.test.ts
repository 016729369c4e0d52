import { describe, expect, it } from "vitest";
import { json, OWN, ROLE, stopsOfBoth } from "../../support/iam.ts";
import { change, planWith, stopsOf } from "../../support/review.ts";

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

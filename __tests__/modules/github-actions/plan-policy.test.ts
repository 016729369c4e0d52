import { describe, expect, it } from "vitest";
import { ACCOUNT, bootstrapStack, withRoles } from "../../support/bootstrap-stack.ts";
import { synthesizeStack } from "../../support/synthesize.ts";
import { may, type Statement } from "./evaluate.ts";
import { A_PLAN, APPLY, BUCKET, LOCK, PLAN, role, STATE, secret } from "./production.ts";
import { PLANNED } from "./recorded-calls.ts";

/** Beginnings of the names of actions that change nothing. */
const READING = /^[a-z0-9-]+:(Describe|Get|List|Validate|View)/;

describe("the plan role", () => {
  it.each(PLANNED)("may what a plan asks: %s", (action) => expect(may(PLAN, action)).toBe(true));

  it("changes nothing but the lock and its plans", () => {
    const writing = PLAN.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action, Resource }) =>
      Action.filter((action) => !READING.test(action)).map((action) => ({ action, resources: Resource })),
    );
    expect(writing).toEqual([
      { action: "s3:PutObject", resources: [LOCK] },
      { action: "s3:DeleteObject", resources: [LOCK] },
      { action: "s3:PutObject", resources: [`${BUCKET}/plans/production/*`] },
    ]);
  });

  it("has no action with a wildcard before its verb", () => {
    for (const action of PLAN.flatMap(({ Action }) => Action)) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+\*?$/);
  });

  it.each([
    ["s3:GetObject", STATE, true],
    ["s3:PutObject", STATE, false],
    ["s3:DeleteObject", STATE, false],
    ["s3:PutObject", A_PLAN, true],
    ["s3:GetObject", `${BUCKET}/staging/terraform.tfstate`, false],
    ["s3:GetObject", `${BUCKET}/bootstrap/terraform.tfstate`, false],
    ["s3:PutObject", `${BUCKET}/plans/staging/a`, false],
    ["s3:GetObject", `arn:aws:s3:::operation-app-alb-logs-${ACCOUNT}/log`, false],
    ["secretsmanager:GetSecretValue", secret("operation-app/REDIS_URL"), true],
    ["secretsmanager:GetSecretValue", secret("operation-app/REDIS_URL_OF_ANOTHER"), false],
    ["secretsmanager:GetSecretValue", secret("rds!db-1234"), false],
    ["ssm:GetParameter", "*", false],
    ["iam:PassRole", role("operation-app-app"), false],
    ["sts:AssumeRole", role("admin"), false],
  ])("%s on %s: %s", (action, resource, expected) => expect(may(PLAN, action, resource)).toBe(expected));
});

describe("earlier versions of the state", () => {
  it.each([
    ["plan", PLAN],
    ["apply", APPLY],
  ])("are listed and read by the %s role, those of this environment alone", (_kind, statements) => {
    const listing = (prefix: string) => may(statements, "s3:ListBucketVersions", BUCKET, { "s3:prefix": prefix });
    expect(listing("production/terraform.tfstate")).toBe(true);
    expect(listing("")).toBe(false);
    expect(listing("staging/terraform.tfstate")).toBe(false);
    expect(may(statements, "s3:GetObjectVersion", STATE)).toBe(true);
    expect(may(statements, "s3:GetObjectVersion", `${BUCKET}/staging/terraform.tfstate`)).toBe(false);
    expect(may(statements, "s3:DeleteObjectVersion", STATE)).toBe(false);
  });
});

describe("the values of secrets that the roles read", () => {
  it("are those that the stack itself puts in, and none that is put in by hand", () => {
    const secrets = { SECRET_KEY_BASE: "generated", API_KEY: "by-hand" } as const;
    const environment = withRoles({ ecs: { app: { secrets } } });
    const main = JSON.parse(synthesizeStack(environment));
    const named = Object.values<{ secret_id: string }>(main.resource.aws_secretsmanager_secret_version).map(
      ({ secret_id }) => main.resource.aws_secretsmanager_secret[secret_id.split(".")[1] as string].name as string,
    );
    const granted = bootstrapStack([environment])
      .statements("aws_iam_role_policy.ci_production_plan_policy")
      .filter(({ Action }: Statement) => Action.includes("secretsmanager:GetSecretValue"))
      .flatMap(({ Resource }: Statement) => Resource);
    const prefix = `arn:aws:secretsmanager:ap-northeast-1:${ACCOUNT}:secret:`;
    expect(granted.sort()).toEqual(named.map((name) => `${prefix}${name}-??????`).sort());
  });
});

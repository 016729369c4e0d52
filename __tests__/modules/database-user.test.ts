import { describe, expect, it } from "vitest";
import { findingsOf } from "../../packages/preflight/tests/support/rules.ts";
import { type Changes, environmentWith, synthesize, synthesizeText } from "../support/synthesize.ts";

const OWN = "aws_secretsmanager_secret.database_app_user_secret";
const MASTERS = "aws_db_instance.database_mysql.master_user_secret[0].secret_arn";

/** How tasks log in, what their execution roles may read, and whose new values redeploy them. */
function logins(changes: Changes) {
  const stack = synthesize(changes);
  const containerOf = (task: string) =>
    JSON.parse(stack.resource(`aws_ecs_task_definition.${task}`).container_definitions)[0];
  const loginOf = (task: string) => {
    const { environment, secrets } = containerOf(task);
    return {
      as: environment.find(({ name }: { name: string }) => name === "DATABASE_USERNAME").value,
      by: secrets.find(({ name }: { name: string }) => name === "DATABASE_PASSWORD").valueFrom,
    };
  };
  const reads = (role: string) => whoseIn(stack.resource(`aws_iam_role_policy.${role}`).policy);
  return {
    stack,
    app: loginOf("ecs_app_task"),
    migrate: loginOf("ecs_migrate_task"),
    reads,
    redeploys: whoseIn(stack.resource("aws_cloudwatch_event_rule.ecs_redeployment_rule").event_pattern),
  };
}

const whoseIn = (text: string) => [
  ...(text.includes(MASTERS) ? ["master"] : []),
  ...(text.includes(`${OWN}.arn`) ? ["own"] : []),
];
const [OWN_PASSWORD, MASTERS_PASSWORD] = [`\${${OWN}.arn}:password::`, `\${${MASTERS}}:password::`];

describe("a user of the database for Rails", () => {
  it("is whom the app logs in as, and the migration logs in as the master; neither role reads more", () => {
    const { app, migrate, reads, redeploys } = logins({ database: { appUser: {} } });
    expect(app).toEqual({ as: "rails", by: OWN_PASSWORD });
    expect(migrate).toEqual({ as: "operation_app", by: MASTERS_PASSWORD });
    expect(reads("ecs_app_execution_role_policy")).toEqual(["own"]);
    expect(reads("ecs_migrate_execution_role_policy")).toEqual(["master", "own"]);
    expect(redeploys).toEqual(["own"]);
  });

  it("changes nothing of what runs while it is not used", () => {
    const [without, unused] = [logins({}), logins({ database: { appUser: { used: false } } })];
    const addresses = unused.stack.addresses().filter((address) => !without.stack.addresses().includes(address));
    expect(addresses).toEqual([
      "aws_iam_role.ecs_migrate_execution_role",
      "aws_iam_role_policy.ecs_migrate_execution_role_policy",
      OWN,
    ]);
    for (const address of without.stack.addresses().filter((one) => one !== "aws_ecs_task_definition.ecs_migrate_task"))
      expect(unused.stack.resource(address), address).toEqual(without.stack.resource(address));
  });

  it("has a secret without a value, whose name is free again once it is deleted", () => {
    const { stack } = logins({ database: { appUser: { name: "shop" } } });
    expect(stack.resource(OWN)).toMatchObject({
      name: "operation-app/DATABASE_PASSWORD",
      description: "shop in MySQL, whom the app logs in as",
      recovery_window_in_days: 0,
    });
    expect(JSON.stringify(stack.json.resource.aws_secretsmanager_secret_version)).not.toContain(OWN);
  });

  it.each(["separate", "together"] as const)("can be had without a finding of preflight, %s", async (topology) => {
    const input = environmentWith({ ecs: { topology }, database: { appUser: {} } });
    expect(await findingsOf(JSON.parse(synthesizeText(input)))).toEqual([]);
  });
});

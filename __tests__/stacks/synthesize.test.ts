import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { App } from "cdktf";
import { describe, expect, it } from "vitest";
import type { Environment } from "../../environments/schema/index.ts";
import type { AdoptedCognito } from "../../modules/cognito/adopted.ts";
import { UserError } from "../../packages/preflight/src/input/user-error.ts";
import { put, temporaryDirectory } from "../../packages/preflight/tests/support/temporary.ts";
import { OperationStack } from "../../stacks/operation-stack.ts";
import { synthesizeChecked } from "../../stacks/synthesize.ts";
import { type Changes, checked, environmentWith } from "../support/synthesize.ts";

const LB = "modules/lb/index.ts";
const TARGETS = "aws_lb_target_group.lb_nginx_targets";
const POOL = "aws_cognito_user_pool.cognito_user_pool";

/** With somebody who hears of alarms: nothing is left to warn of. */
const production = (changes: Changes = {}, adopted?: AdoptedCognito) =>
  checked(environmentWith({ alarms: { emails: "me@example.com" }, ...changes }), "production", adopted);

/** A mistake in a module. */
function breakTargets(stack: OperationStack): void {
  (stack.node.findChild("lb").node.findChild("nginx_targets") as LbTargetGroup).targetType = "instance";
}

/** The number of the line of a file that holds a text. */
const lineOf = (file: string, text: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

/** Synthesizes environments as main.ts does. */
async function synth(environments: readonly Environment[], change: (stack: OperationStack) => void = () => {}) {
  const directory = temporaryDirectory();
  const build = (app: App) => {
    for (const environment of environments) change(new OperationStack(app, environment));
  };
  const app = new App({ outdir: directory, stackTraces: false });
  build(app);
  const stackOf = (environment: string) => join(directory, "stacks", environment, "cdk.tf.json");
  let message = "";
  try {
    await synthesizeChecked(app, build, environments);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    message = (error as UserError).message;
  }
  /** What `cdktf` will print beside the stack. */
  const annotations = (environment = "production"): { level: string; message: string }[] =>
    JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")).stacks[environment].annotations;
  return { message, stackOf, annotations };
}

describe("preflight at synth", () => {
  it("stops at an argument that the bindings know and the locked provider does not, and names who does", async () => {
    const { message } = await synth([production()], (stack) => {
      const service = stack.node.findAll().find((child): child is EcsService => child instanceof EcsService);
      service?.putDeploymentConfiguration({ strategy: "CANARY" });
    });
    expect(message).toContain("error PROV-001");
    expect(message).toContain(
      "writes deployment_configuration, which hashicorp/aws 5.100.0 does not have, but 6.25.0 has.",
    );
    expect(message).toContain("Leave it out, or choose that version: bin/infra provider 6.25.0.");
    expect(message).toMatch(/modules\/ecs\/[\w/-]+\.ts:\d+/);
  });

  it("stops at a mistake in a module, and tells rule, address, reason, fix and line, and how to trace a connection", async () => {
    const { message, stackOf } = await synth([production()], breakTargets);
    expect(message).toContain("error LB-002");
    expect(message).toContain(`${TARGETS} has target_type = "instance"`);
    expect(message).toContain("Why: A Fargate task has a network interface of its own");
    expect(message).toContain('Fix: Set target_type to "ip".');
    expect(message).toContain(`(${LB}:${lineOf(LB, "new LbTargetGroup(")})`);
    expect(message).not.toMatch(/^\s+at /m);
    expect(message).toContain(`bin/infra check ${stackOf("production")} --path`);
  });

  it("finds the mistakes of every environment", async () => {
    const environments = [production(), checked(environmentWith({ app: "operation-app-stg" }), "staging")];
    const { message, stackOf } = await synth(environments, breakTargets);
    for (const { name } of environments) expect(message).toContain(`${stackOf(name)}: 1 error`);
  });

  it("leads from an attribute of the user pool to its line in the environment file", async () => {
    const here = process.cwd();
    const directory = temporaryDirectory();
    put(join(directory, "environments/production.ts"), "{\n  cognito: {\n    userPool: { passwordPolicy: {} },\n");
    process.chdir(directory);
    try {
      const { message } = await synth([
        production({ cognito: { userPool: { passwordPolicy: { minimumLength: 3 } } } }),
      ]);
      expect(message).toContain("error COG-009");
      expect(message).toContain("(environments/production.ts:3)");
    } finally {
      process.chdir(here);
    }
  });

  it("leads to the module where the attribute is not in the environment file", async () => {
    const { message } = await synth([production()], (stack) => {
      (stack.node.findChild("cognito").node.findChild("user_pool") as CognitoUserPool).mfaConfiguration = "OFF";
    });
    expect(message).toMatch(/error COG-\d+ .*aws_cognito_user_pool\..* \(modules\/cognito\/index\.ts:\d+\)/);
  });

  const acknowledgement = { id: "LB-002", address: TARGETS, reason: "known since May" } as const;

  it("lets pass what the environment acknowledges", async () => {
    const { message, annotations } = await synth([production({ acknowledgements: [acknowledgement] })], breakTargets);
    expect(message).toBe("");
    expect(annotations()).toEqual([]);
  });

  it("warns of an acknowledgement that nothing needs", async () => {
    const { message, annotations } = await synth([production({ acknowledgements: [acknowledgement] })]);
    expect(message).toBe("");
    expect(annotations()).toEqual([
      expect.objectContaining({
        level: "@cdktf/warn",
        message: expect.stringContaining(`${TARGETS} is acknowledged for LB-002 ("known since May")`),
      }),
    ]);
  });

  it("does not stop at a warning, which is in the manifest for `cdktf` to print", async () => {
    const { message, annotations } = await synth([production({ network: { nat: "none" } })]);
    expect(message).toBe("");
    expect(annotations()).toEqual([
      expect.objectContaining({ level: "@cdktf/warn", message: expect.stringMatching(/^NET-114 aws_ecs_service\./) }),
    ]);
  });

  it("only warns of what Cognito has accepted already, and an adopted pool still has", async () => {
    const attributes = { name: "old", password_policy: [{ minimum_length: 3 }] };
    const pool = { from: "aws_cognito_user_pool.old", id: "ap-northeast-1_x", attributes };
    const { message, annotations } = await synth([production({}, { [POOL]: pool })]);
    expect(message).toBe("");
    expect(annotations()).toContainEqual(
      expect.objectContaining({ level: "@cdktf/warn", message: expect.stringContaining(`COG-009 ${POOL}`) }),
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTerraform } from "../../tools/lib/terraform/prerequisites.ts";
import { findProviderHere, providerVariables } from "../../tools/lib/terraform/provider-mirror.ts";
import { environment } from "../support/arbitraries.ts";
import { bootstrapStack, withRoles } from "../support/bootstrap-stack.ts";
import { synthesizeText } from "../support/synthesize.ts";
import { endToEnd } from "./requirement.ts";

const SAMPLES = 3;

describe.runIf(await endToEnd())("`terraform validate` with the real provider", () => {
  const directory = mkdtempSync(join(tmpdir(), "validate-"));
  let terraform: (...args: string[]) => Promise<{ exitCode?: number; stdout: string }>;

  beforeAll(async () => {
    const found = await findTerraform();
    const provider = findProviderHere(found, directory);
    const env = { ...process.env, ...providerVariables(provider, process.env, directory) };
    terraform = (...args) => execa(found.command, args, { cwd: directory, env, extendEnv: false, reject: false });
    write({ ...fc.sample(environment, { numRuns: 1, seed: 0 })[0] });
    expect((await terraform("init", "-backend=false", "-input=false")).exitCode).toBe(0);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(
    fc.sample(environment, { numRuns: SAMPLES, seed: 1 }).map((input) => [input.region, input.app, input] as const),
  )("accepts any valid environment: %s, %s", async (_region, _app, input) => {
    write(input);
    const { stdout } = await terraform("validate", "-json");
    expect(JSON.parse(stdout), JSON.stringify(input)).toMatchObject({
      valid: true,
      error_count: 0,
      warning_count: 0,
    });
  });

  it("accepts the stack of `bin/infra bootstrap`, with all that it imports", async () => {
    const made = ["operation-app-production-plan", "operation-app-production-apply"];
    writeFileSync(
      join(directory, "cdk.tf.json"),
      JSON.stringify(bootstrapStack([withRoles()], { oidcProvider: "ours", made }).json),
    );
    const { stdout } = await terraform("validate", "-json");
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
  });

  function write(input: unknown): void {
    writeFileSync(join(directory, "cdk.tf.json"), synthesizeText(input));
  }
});

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTerraform } from "../../tools/lib/terraform/prerequisites.ts";
import { findProviderHere, providerVariables } from "../../tools/lib/terraform/provider-mirror.ts";
import { emulatorVariables } from "../../tools/local/aws-environment.ts";
import { endToEnd } from "./requirement.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What makes the project fail, and the finding that says so: rule and address. */
const BREAKAGES = {
  "one zone": "LB-001 aws_lb.this",
  "no registry": "NET-101 module.service.aws_ecs_service.this",
  "closed task": "NET-110 aws_lb.this",
  instances: "LB-002 aws_lb_target_group.this",
  trust: "IAM-001 module.service.aws_iam_role.execution",
  policy: "IAM-002 module.service.aws_iam_role.execution",
};

describe.runIf(await endToEnd())("preflight on plans that the real Terraform makes of a foreign project", () => {
  const directory = mkdtempSync(join(tmpdir(), "hcl-project-"));
  let terraform: (...args: string[]) => Promise<{ exitCode?: number; stdout: string; stderr: string }>;

  beforeAll(async () => {
    cpSync(join(import.meta.dirname, "hcl-project"), directory, { recursive: true });
    const found = await findTerraform();
    const provider = findProviderHere(found, directory);
    const env = {
      ...process.env,
      ...providerVariables(provider, process.env, directory),
      // Nothing is asked of AWS to plan what is not there; where something were, nobody would answer.
      ...emulatorVariables({ endpoint: "http://127.0.0.1:9", region: "ap-northeast-1" }),
    };
    terraform = (...args) => execa(found.command, args, { cwd: directory, env, extendEnv: false, reject: false });
    const { exitCode, stderr } = await terraform("init", "-input=false");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("says nothing of one that works", async () => {
    expect(await preflight("none")).toEqual({ exitCode: 0, errors: [] });
  });

  it.each(Object.entries(BREAKAGES))("finds what breaks it: %s", async (breakage, finding) => {
    const { exitCode, errors } = await preflight(breakage);
    expect(errors).toContain(finding);
    expect(exitCode).toBe(1);
  });

  async function preflight(breakage: string) {
    const planned = await terraform("plan", "-input=false", "-refresh=false", "-out=plan", `-var=breakage=${breakage}`);
    expect(planned.exitCode, planned.stderr).toBe(0);
    const { stdout: plan } = await terraform("show", "-json", "plan");
    const { exitCode, stdout } = await execa(process.execPath, ["bin/infra", "check", "-", "--format", "json"], {
      cwd: ROOT,
      input: plan,
      reject: false,
    });
    const { findings } = JSON.parse(stdout) as { findings: { id: string; severity: string; address: string }[] };
    const errors = findings.filter(({ severity }) => severity === "error").map(({ id, address }) => `${id} ${address}`);
    return { exitCode, errors };
  }
});

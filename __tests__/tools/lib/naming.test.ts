import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { named, toolCommand } from "../../../tools/lib/terraform/naming.ts";
import { runInfra } from "../../support/infra.ts";

const directory = mkdtempSync(join(tmpdir(), "naming-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Something of that name that says its version, and can do nothing. */
function stub(name: string): string {
  const file = join(directory, name);
  const version = '{"terraform_version":"1.10.6","platform":"linux_amd64"}';
  writeFileSync(file, `#!/bin/sh\n[ "$1" = version ] && { echo '${version}'; exit; }\necho "no $1" >&2; exit 1\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("a text", () => {
  it.each([
    ["Run: terraform state rm 'aws_vpc.a'.", "Run: tofu state rm 'aws_vpc.a'."],
    ["terraform init failed in /tmp:", "tofu init failed in /tmp:"],
    ["can't be locked. Terraform says:", "can't be locked. OpenTofu says:"],
    ["Changed outside Terraform (1)", "Changed outside OpenTofu (1)"],
    ["No changes outside Terraform in production.", "No changes outside OpenTofu in production."],
    [
      'description: "Managed by Terraform" → "run terraform apply"',
      'description: "Managed by Terraform" → "run terraform apply"',
    ],
    [
      "bucket of the Terraform states, CDK for Terraform has ended",
      "bucket of the Terraform states, CDK for Terraform has ended",
    ],
    ["terraform.tfstate, .terraform.lock.hcl", "terraform.tfstate, .terraform.lock.hcl"],
    ['{ "fix": "terraform untaint a" }', '{ "fix": "terraform untaint a" }'],
  ])("names the tool that runs: %s", (text, says) => {
    expect(named(text, "tofu")).toBe(says);
    expect(named(text, "terraform")).toBe(text);
  });
});

it("names the command of a local run where one is told to type it, and no file", () => {
  const text = "Run: bin/infra plan production (/opt/bin/infra, .local/infra)";
  const here = "Run: .local/infra plan production (/opt/bin/infra, .local/infra)";
  expect(named(text, "terraform", ".local/infra")).toBe(here);
  expect(named(text, "tofu")).toBe(text);
});

describe("the tool", () => {
  it("is the one that is asked for, else terraform, else tofu", () => {
    const tofu = stub("tofu");
    expect(toolCommand({ TERRAFORM_BINARY_NAME: tofu, PATH: "" })).toBe(tofu);
    expect(toolCommand({ PATH: directory })).toBe("tofu");
    stub("terraform");
    expect(toolCommand({ PATH: directory })).toBe("terraform");
  });

  it("is named by what a verb prints", async () => {
    vi.stubEnv("TERRAFORM_BINARY_NAME", stub("tofu"));
    const { status, stderr } = await runInfra(["provider", "6"]);
    expect(stderr).toContain(`${join(directory, "tofu")} init failed in `);
    expect(status).toBe(1);
  });
});

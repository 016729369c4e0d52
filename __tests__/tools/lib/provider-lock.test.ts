import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { LOCK_FILE, lockProvider } from "../../../stacks/provider-lock.ts";
import { lockArguments, recordProvider } from "../../../tools/lib/terraform/provider-lock.ts";

const locked = (registry: string, hash = "zh:0b97") =>
  `provider "${registry}/hashicorp/aws" {\n  version = "5.100.0"\n  hashes = ["${hash}"]\n}\n`;

describe("the lock of the AWS provider", () => {
  it("of this project is of the version that its tests run", () => {
    expect(readFileSync(LOCK_FILE, "utf8")).toContain('version     = "5.100.0"');
  });

  it("is put beside a stack, and binds Terraform to it", () => {
    const [project, stack] = [temporaryDirectory(), temporaryDirectory()];
    put(join(project, LOCK_FILE), locked("registry.terraform.io"));
    lockProvider(stack, project);
    expect(readFileSync(join(stack, LOCK_FILE), "utf8")).toBe(locked("registry.terraform.io"));
    expect(lockArguments({ name: "Terraform" }, stack)).toEqual(["-lockfile=readonly"]);
  });

  it("binds no tool that names the provider otherwise, and none where there is no lock", () => {
    const stack = temporaryDirectory();
    lockProvider(stack, temporaryDirectory());
    expect(lockArguments({ name: "Terraform" }, stack)).toEqual([]);
    put(join(stack, LOCK_FILE), locked("registry.terraform.io"));
    expect(lockArguments({ name: "OpenTofu" }, stack)).toEqual([]);
  });

  it("is made where there is none, but only with the checksums of every platform", () => {
    const [project, stack] = [temporaryDirectory(), temporaryDirectory()];
    put(join(stack, LOCK_FILE), locked("registry.terraform.io", "h1:edX"));
    expect(recordProvider(stack, project)).toBe(false);
    expect(existsSync(join(project, LOCK_FILE))).toBe(false);
    put(join(stack, LOCK_FILE), locked("registry.terraform.io"));
    expect(recordProvider(stack, project)).toBe(true);
    put(join(stack, LOCK_FILE), locked("registry.terraform.io", "zh:other"));
    expect(recordProvider(stack, project)).toBe(false);
    expect(readFileSync(join(project, LOCK_FILE), "utf8")).toContain("zh:0b97");
  });
});

import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LOCK_FILE } from "../../../stacks/provider-lock.ts";
import type { Terraform } from "./prerequisites.ts";

/**
 * Makes the project's lock file from a stack's, where it has none yet and the provider came from the registry, which
 * tells the checksums for every platform; a mirror knows this one's only.
 *
 * @returns whether it was made
 */
export function recordProvider(stackDirectory: string, project = process.cwd()): boolean {
  const [made, lock] = [join(stackDirectory, LOCK_FILE), resolve(project, LOCK_FILE)];
  if (existsSync(lock) || !existsSync(made) || !readFileSync(made, "utf8").includes('"zh:')) return false;
  copyFileSync(made, lock);
  return true;
}

/** Arguments of `terraform init` that keep it to a directory's lock file; none where that does not name this tool's provider. */
export function lockArguments({ name }: Pick<Terraform, "name">, directory: string): string[] {
  const file = join(directory, LOCK_FILE);
  const provider = `provider "${providerAddress(name)}"`;
  return existsSync(file) && readFileSync(file, "utf8").includes(provider) ? ["-lockfile=readonly"] : [];
}

/** The AWS provider, as a tool names it. */
export function providerAddress(tool: Terraform["name"]): string {
  return tool === "OpenTofu" ? "registry.opentofu.org/hashicorp/aws" : "registry.terraform.io/hashicorp/aws";
}

import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Terraform } from "./prerequisites.ts";

/**
 * Terraform's own name for the record of what providers were chosen, with their checksums. The project's lies at its top
 * level, in git, so that a laptop and every job take the same provider.
 * Source: https://developer.hashicorp.com/terraform/language/files/dependency-lock
 */
export const LOCK_FILE = ".terraform.lock.hcl";

/** Puts the project's lock file where Terraform looks for one: beside a stack's configuration. */
export function lockProvider(stackDirectory: string, project = process.cwd()): void {
  const lock = resolve(project, LOCK_FILE);
  if (existsSync(lock)) copyFileSync(lock, join(stackDirectory, LOCK_FILE));
}

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

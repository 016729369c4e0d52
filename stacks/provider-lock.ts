import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

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

/** Version of the AWS provider that the project's lock file names, such as `5.100.0`; undefined where there is none. */
export function lockedVersion(project = process.cwd()): string | undefined {
  const lock = resolve(project, LOCK_FILE);
  if (!existsSync(lock)) return undefined;
  return readFileSync(lock, "utf8").match(/provider "[^"]+\/hashicorp\/aws" \{\s+version\s+= "([^"]+)"/)?.[1];
}

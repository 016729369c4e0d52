import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { InputError } from "@operation-app/preflight/input";
import { VERSION_CONSTRAINT } from "../../stacks/aws-provider.ts";
import { writeProviderArguments } from "../../stacks/provider-arguments.ts";
import { LOCK_FILE, lockedVersion } from "../../stacks/provider-lock.ts";
import type { Terraform } from "../lib/terraform/prerequisites.ts";
import { providerAddress } from "../lib/terraform/provider-lock.ts";
import { runTerraform } from "../lib/terraform/terraform.ts";
import { terraformEnvironment } from "../lib/terraform/terraform-environment.ts";
import { argumentsInSchema } from "./from-schema.ts";

/** The line of a lock file that says what was asked for, and the stacks' own, as Terraform writes it. */
const CONSTRAINTS = /^( +constraints +=).*$/m;
const RANGE = `$1 "${VERSION_CONSTRAINT.replaceAll(/\d+\.\d+/g, "$&.0")}"`;

/** What has been chosen, and what was before. */
export interface Choice {
  /** undefined where no version was locked. */
  readonly before: string | undefined;
  readonly version: string;
  /** It is locked with the checksums of every platform; a mirror on this machine knows only those of its own. */
  readonly isForEveryPlatform: boolean;
}

/**
 * Chooses a version of the AWS provider: has Terraform fetch it and say what it takes, and only then writes the project's
 * lock file and the list of arguments. Nothing is written where any of that fails.
 *
 * @param wanted a major, such as `6`, or as much of a version as is meant: `6.25`, `6.25.0`
 * @throws InputError where that is no version
 * @throws CommandError with what Terraform says where there is no such version
 */
export async function chooseProvider(terraform: Terraform, wanted: string, project = process.cwd()): Promise<Choice> {
  const before = lockedVersion(project);
  const directory = mkdtempSync(join(tmpdir(), "provider-"));
  try {
    const command = { command: terraform.command, env: terraformEnvironment(terraform, directory) };
    writeFileSync(join(directory, "main.tf.json"), requirement(`${VERSION_CONSTRAINT}, ${constraintOf(wanted)}`));
    await runTerraform(command, directory, ["init", "-backend=false", "-input=false"]);
    const version = lockedVersion(directory);
    if (version === undefined) throw new Error(`${terraform.name} did not lock a version of the AWS provider.`);
    const schema = JSON.parse(await runTerraform(command, directory, ["providers", "schema", "-json"]));
    writeProviderArguments(version, argumentsInSchema(schema, providerAddress(terraform.name)), project);
    const text = readFileSync(join(directory, LOCK_FILE), "utf8").replace(CONSTRAINTS, RANGE);
    writeFileSync(resolve(project, LOCK_FILE), text);
    return { before, version, isForEveryPlatform: text.includes('"zh:') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function constraintOf(wanted: string): string {
  const numbers = wanted.match(/^v?(\d+(?:\.\d+){0,2})$/)?.[1]?.split(".");
  if (!numbers)
    throw new InputError(
      `"${wanted}" is not a version of the provider. Write a major version or a version, such as 6 or 6.25.0.`,
    );
  if (numbers.length === 3) return `= ${numbers.join(".")}`;
  return `~> ${[...numbers, "0"].join(".")}`;
}

function requirement(version: string): string {
  return JSON.stringify({ terraform: { required_providers: { aws: { source: "hashicorp/aws", version } } } });
}

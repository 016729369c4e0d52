import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import type { Environment } from "../../environments/schema/index.ts";
import { CommandError } from "../lib/process/run-tool.ts";
import { interruptedWithUs, readable, type TerraformCommand } from "../lib/terraform/terraform.ts";
import { PLAN_FILE } from "./about.ts";
import { keepErroredState } from "./kept.ts";
import { explainingTerraformErrors } from "./terraform-errors.ts";

export interface ApplyOptions {
  readonly environment: Environment;
  /** Directory of a plan, in which Terraform was initialized. */
  readonly directory: string;
  readonly terraform: TerraformCommand;
  /** How long to wait for whoever has locked the state, as Terraform writes it. @default "30s" */
  readonly lockTimeout?: string;
}

/**
 * Applies exactly the plan file. What Terraform says is shown as it comes. An interruption is passed on to Terraform,
 * which ends what it has begun.
 *
 * @throws UserError where the state has moved on since, or somebody else has locked it; CommandError where it fails
 */
export async function applyPlan({
  environment,
  directory,
  terraform,
  lockTimeout = "30s",
}: ApplyOptions): Promise<void> {
  await explainingTerraformErrors(environment, async () => {
    const args = ["apply", "-input=false", "-no-color", `-lock-timeout=${lockTimeout}`, PLAN_FILE];
    const options = { cwd: directory, env: terraform.env, extendEnv: false, reject: false } as const;
    const start = () =>
      execa(terraform.command, args, { ...options, detached: true, stdin: "ignore", stdout: "inherit" });
    const { ended } = await interruptedWithUs(start);
    const { failed, stderr } = ended;
    if (failed)
      throw new CommandError(`terraform apply failed:\n${readable(stderr)}${await rescued(environment, directory)}`);
  });
}

/** What has become of a state that Terraform could not write to its bucket, and left in a file; a runner's files go away. */
async function rescued(environment: Environment, directory: string): Promise<string> {
  const file = join(directory, "errored.tfstate");
  if (!existsSync(file)) return "";
  const kept = await keepErroredState(environment, file).catch(() => undefined);
  const here = relative("", file);
  return [
    `\nThe state of what was applied could not be written. It is in ${here}${kept ? `, and in ${kept}` : " only: keep it"}.`,
    `Before anything else is applied, put it back: terraform -chdir=${relative("", directory)} state push errored.tfstate`,
  ].join("\n");
}

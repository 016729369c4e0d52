import { execa } from "execa";
import type { Environment } from "../environments/schema/index.ts";
import { CommandError } from "../toolchain/run-tool.ts";
import { interruptedWithUs, readable, type TerraformCommand } from "../toolchain/terraform.ts";
import { PLAN_FILE } from "./about.ts";
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
    const running = execa(terraform.command, args, { ...options, detached: true, stdin: "ignore", stdout: "inherit" });
    const { failed, stderr } = await interruptedWithUs(running);
    if (failed) throw new CommandError(`terraform apply failed:\n${readable(stderr)}`);
  });
}

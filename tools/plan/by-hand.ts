import { relative } from "node:path";
import type { Environment } from "../../environments/schema/index.ts";
import { shellQuoted } from "../lib/process/shell.ts";
import { stackDirectory } from "../lib/terraform/synthesized.ts";
import type { TerraformCommand } from "../lib/terraform/terraform.ts";

export interface PlanPlace {
  readonly environment: Environment;
  /** Directory of the plan, in which Terraform was initialized. */
  readonly directory: string;
  readonly terraform: Pick<TerraformCommand, "command">;
}

/** Whether this runs in a CI job, whose files go away with it. */
export function isOnRunner(): boolean {
  return Boolean(process.env.CI);
}

/**
 * Terraform, or OpenTofu, as one types it to go on after an apply: in the directory of the plan, or, after a CI job, in
 * the one that `preparation` names.
 */
export function terraformByHand({ environment, directory, terraform }: PlanPlace): string {
  const place = isOnRunner() ? stackDirectory("cdktf.out", environment.name) : relative("", directory);
  const { command } = terraform;
  return `${/^[\w./-]+$/.test(command) ? command : shellQuoted(command)} -chdir=${shellQuoted(place)}`;
}

/** What has to be run before `terraformByHand`; nothing on the machine that has made the plan. */
export function preparation(place: PlanPlace): string | undefined {
  return isOnRunner() ? `On your machine, first: bin/infra synth && ${terraformByHand(place)} init` : undefined;
}

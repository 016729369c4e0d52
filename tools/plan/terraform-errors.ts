import { UserError } from "@operation-app/preflight/input";
import { type Environment, statePlace } from "../../environments/schema/index.ts";
import { LOCK_FILE } from "../../stacks/provider-lock.ts";
import { removeLockCommand } from "../lib/aws/environment-lock.ts";
import { CommandError } from "../lib/process/run-tool.ts";
import { whyNotLocked } from "../lib/terraform/state-lock.ts";

/** Runs Terraform. @throws UserError with one line for what has a cause that is known; else what Terraform says */
export async function explainingTerraformErrors<T>(environment: Environment, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { name } = environment;
    const state = statePlace(environment);
    if (/acquiring the state lock/i.test(error.message))
      throw whyNotLocked(state, error.message, removeLockCommand(environment));
    if (/saved plan is stale/i.test(error.message)) {
      throw new UserError(
        `The state of ${name} has changed since this plan was made: there was another apply. Nothing was applied. Plan again, and have the plan reviewed again.`,
      );
    }
    const zone = zoneOf(environment);
    if (
      zone !== undefined &&
      /no matching Route ?53 ?(hosted)? ?zone|Route ?53 hosted zone .* not found/i.test(error.message)
    ) {
      throw new UserError(
        `This account has no public hosted zone ${zone}. Create it in Route 53 and delegate the domain to it, or change environments/${name}.ts: set domain.hostedZone.name to an existing zone, add create: true to it, or remove domain.`,
      );
    }
    if (
      /previously-selected version .+ is no longer available|any of the\s+checksums previously recorded/.test(
        error.message,
      )
    ) {
      throw new UserError(
        `${error.message}\n${LOCK_FILE} locks a version of the AWS provider that can't be downloaded here. Add that version to the mirror, or delete the file and plan again, which selects the newest matching version.`,
      );
    }
    throw error;
  }
}

function zoneOf({ domain }: Environment): string | undefined {
  return domain && !domain.hostedZone.create ? domain.hostedZone.name : undefined;
}

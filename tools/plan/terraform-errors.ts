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
        `The state of ${name} has moved on since this plan was made: another apply has changed it. Nothing was applied. Plan again, and have it reviewed again.`,
      );
    }
    const zone = zoneOf(environment);
    if (
      zone !== undefined &&
      /no matching Route ?53 ?(hosted)? ?zone|Route ?53 hosted zone .* not found/i.test(error.message)
    ) {
      throw new UserError(
        `This account has no public hosted zone ${zone}. Make it in Route 53 and let its domain lead there, or write in environments/${name}.ts: the zone that you have as domain.hostedZone.name, or create: true beside it, or no domain.`,
      );
    }
    if (
      /previously-selected version .+ is no longer available|any of the\s+checksums previously recorded/.test(
        error.message,
      )
    ) {
      throw new UserError(
        `${error.message}\n${LOCK_FILE} says which AWS provider this project takes, and it can't be had here. Put that version into the mirror, or delete the file and plan again: then the newest that fits is taken.`,
      );
    }
    throw error;
  }
}

function zoneOf({ domain }: Environment): string | undefined {
  return domain && !domain.hostedZone.create ? domain.hostedZone.name : undefined;
}

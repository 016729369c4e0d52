import { type Environment, statePlace } from "../environments/schema/index.ts";
import { CommandError } from "../toolchain/run-tool.ts";
import { whyNotLocked } from "../toolchain/state-lock.ts";
import { UserError } from "../toolchain/user-error.ts";

/** Runs Terraform. @throws UserError with one line for what has a cause that is known; else what Terraform says */
export async function explainingTerraformErrors<T>(environment: Environment, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { name } = environment;
    const state = statePlace(environment);
    if (/acquiring the state lock/i.test(error.message))
      throw whyNotLocked(state, error.message, `aws s3 rm ${state}.tflock`);
    if (/saved plan is stale/i.test(error.message)) {
      throw new UserError(
        `The state of ${name} has moved on since this plan was made: somebody has applied something. Nothing was applied. Plan again, and have it reviewed again.`,
      );
    }
    throw error;
  }
}

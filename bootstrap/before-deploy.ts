import type { Environment } from "../environments/schema/index.ts";
import { cdktfArguments } from "../toolchain/cdktf-command.ts";

/** Commands of cdktf that open the state. */
const OPENS_STATE = ["deploy", "apply", "diff", "plan", "destroy"];

/**
 * Stops `cdktf deploy` and `cdktf diff` where the bucket of the state is missing, and says what to run: Terraform itself
 * would only say that it does not exist. A synth asks AWS nothing.
 *
 * @throws AwsError when the bucket of an environment that is about to be deployed is not there
 */
export async function checkBeforeDeploy(environments: readonly Environment[]): Promise<void> {
  const [command = "", ...args] = cdktfArguments() ?? [];
  if (!OPENS_STATE.includes(command)) return;
  const named = environments.filter(({ name }) => args.includes(name));
  const { refuseMissingStateBucket } = await import("./index.ts");
  for (const environment of named.length > 0 ? named : environments) await refuseMissingStateBucket(environment);
}

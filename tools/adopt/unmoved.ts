import { UserError } from "@operation-app/preflight/input";
import { adoptionFile } from "../../environments/schema/adopted-cognito.ts";
import { type Environment, statePlace } from "../../environments/schema/index.ts";
import { readEnvironmentState } from "../lib/aws/environment-state.ts";
import { AwsError } from "../lib/aws/errors.ts";
import type { State } from "../lib/terraform/state-file.ts";
import { emptyState, unmoved } from "./states.ts";

/**
 * Stops where the environment takes over objects that are not in its state, under their new or their old address:
 * Terraform would make new ones, without the users. Where the state can't be read, Terraform has words of its own.
 *
 * @throws UserError with the objects that are missing, and what to run
 */
export async function refuseUnmovedObjects(environment: Environment): Promise<void> {
  const { name, adoptedCognito } = environment;
  if (!adoptedCognito) return;
  const place = statePlace(environment);
  let state: State;
  try {
    state = (await readEnvironmentState(environment)) ?? emptyState();
  } catch (error) {
    if (error instanceof AwsError) return;
    throw error;
  }
  const missing = unmoved(adoptedCognito, state).map(([address, { id }]) => `${address} (${id})`);
  if (missing.length === 0) return;
  throw new UserError(
    `${adoptionFile(name)} takes over objects that are not in ${place}: ${missing.join(", ")}. A deployment would create new ones, without the users. ` +
      `Move them first: bin/infra move --environment ${name} --state DIR|FILE.`,
  );
}

import type { ResourceChange } from "@operation-app/plan-review/plan";
import { adoptionFile } from "../../environments/schema/adopted-cognito.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { problemOf } from "./verify.ts";

/** What the gate of a review advises where a Cognito object that the environment takes over would be lost. */
export function adoptionAdvice({ name, adoptedCognito }: Environment): (change: ResourceChange) => string | undefined {
  return (change) => (adoptedCognito?.[change.address] ? problemOf(change, adoptionFile(name))?.fix : undefined);
}

import { existsSync } from "node:fs";
import { type Policy, parsePolicy, readPolicy } from "./gate-policy.ts";

/** Policy files that are taken from the working directory, the first that is there. */
const FILES = ["review-policy.ts", "review-policy.mjs", "review-policy.json"];

/** Of a project that has none: what keeps data is protected, as always, and nothing is excepted. */
export const DEFAULT_POLICY: Policy = parsePolicy({}, "the default policy");

/**
 * The policy of the working directory.
 *
 * @param file another one
 * @throws InputError with every mistake in it, one a line
 */
export async function policyHere(file: string | undefined): Promise<Policy> {
  const found = file ?? FILES.find((name) => existsSync(name));
  return found === undefined ? DEFAULT_POLICY : readPolicy(found);
}

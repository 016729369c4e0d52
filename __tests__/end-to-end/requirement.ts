import { checkPrerequisites } from "../../tools/lib/terraform/prerequisites.ts";
import { notRun } from "../support/not-run.ts";

/**
 * Whether this machine can run the end-to-end tests. Where it can't, the last lines of the run say so; with
 * `REQUIRE_END_TO_END` set, that is a failure.
 *
 * @param check throws when something is missing. @default Terraform and an emulator
 */
export async function endToEnd(check: () => unknown = () => checkPrerequisites()): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    return notRun(error instanceof Error ? error.message : String(error));
  }
}

import { checkPrerequisites } from "../../tools/lib/terraform/prerequisites.ts";

/**
 * Whether this machine can run the end-to-end tests. Where it can't, says so in one loud line; with
 * `REQUIRE_END_TO_END` set, that is a failure.
 *
 * @param check throws when something is missing. @default Terraform and an emulator
 */
export async function endToEnd(check: () => unknown = () => checkPrerequisites()): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, " ");
    if (process.env.REQUIRE_END_TO_END) throw new Error(`The end-to-end tests are required. ${reason}`);
    console.error(`\n!!!!! END-TO-END TESTS NOT RUN !!!!! ${reason}\n`);
    return false;
  }
}

import { createInterface } from "node:readline/promises";
import { InputError } from "../toolchain/user-error.ts";

/**
 * Asks before an apply. Only `yes` is one, as with Terraform.
 *
 * @throws InputError where nobody can be asked
 */
export async function askToApply(environment: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new InputError("There is no terminal to ask in. Write --yes to apply without a question.");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`Apply this to ${environment}? Only "yes" does it: `)).trim() === "yes";
  } finally {
    terminal.close();
  }
}

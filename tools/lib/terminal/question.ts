import { createInterface } from "node:readline/promises";
import { InputError } from "../../../packages/preflight/src/input/user-error.ts";

/** @throws InputError where nobody can be asked, so that it is said before the work and not after it */
export function refuseWithoutTerminal(): void {
  if (process.stdin.isTTY) return;
  throw new InputError("There is no terminal to ask in. Write --yes to apply without a question.");
}

/** Asks before an apply. Only `yes` is one, as with Terraform; an interruption is a no. */
export async function askToApply(
  environment: string,
  question = `Apply this to ${environment}? Only "yes" does it: `,
  signal?: AbortSignal,
): Promise<boolean> {
  if (signal?.aborted) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question, { signal })).trim() === "yes";
  } catch (error) {
    if ((error as Error).name === "AbortError") return false; // Ctrl-C, Ctrl-D
    throw error;
  } finally {
    terminal.close();
  }
}

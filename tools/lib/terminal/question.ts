import { createInterface } from "node:readline/promises";

/** Why no confirmation can be asked for, to be reported before the work and not after it. */
export function terminalProblem(yes: boolean, option = "--yes"): string | undefined {
  if (yes || process.stdin.isTTY) return undefined;
  return `There is no terminal to ask in. Write ${option} to apply without confirmation.`;
}

/**
 * Asks for a text, until it is one that can be used.
 *
 * @param proposal what an empty answer stands for @default an empty answer is asked for again
 * @param problemOf why an answer can't be used, which is said before it is asked for again
 * @returns undefined at an interruption
 */
export async function ask(
  question: string,
  proposal: string | undefined,
  problemOf: (answer: string) => string | undefined,
): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const written = await terminal.question(`${question}${proposal === undefined ? "" : ` [${proposal}]`}: `);
      const answer = written.trim() || proposal;
      if (answer === undefined) continue;
      const problem = problemOf(answer);
      if (problem === undefined) return answer;
      console.error(problem);
    }
  } catch (error) {
    return unlessInterrupted(error, undefined);
  } finally {
    terminal.close();
  }
}

/** Asks before an apply. Only `yes`, or another word, is one, as with Terraform; an interruption is a no. */
export async function askToApply(
  environment: string,
  question = `Apply this to ${environment}? Only "yes" is accepted: `,
  signal?: AbortSignal,
  yes = "yes",
): Promise<boolean> {
  if (signal?.aborted) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question, { signal })).trim() === yes;
  } catch (error) {
    return unlessInterrupted(error, false);
  } finally {
    terminal.close();
  }
}

/** @throws the error, but for Ctrl-C and Ctrl-D, which leave the cursor behind the question */
function unlessInterrupted<T>(error: unknown, answer: T): T {
  if ((error as Error).name !== "AbortError") throw error;
  console.log();
  return answer;
}

import { createInterface } from "node:readline/promises";

/** Why no confirmation can be asked for, to be reported before the work and not after it. */
export function terminalProblem(yes: boolean, option = "--yes"): string | undefined {
  if (yes || process.stdin.isTTY) return undefined;
  return `There is no terminal to ask in. Write ${option} to apply without a question.`;
}

/** Asks for a text. @param proposal what an empty answer stands for @default an empty answer is asked for again */
export async function ask(question: string, proposal?: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const answer = (await terminal.question(`${question}${proposal === undefined ? "" : ` [${proposal}]`}: `)).trim();
      if (answer !== "" || proposal !== undefined) return answer || (proposal ?? "");
    }
  } finally {
    terminal.close();
  }
}

/** Asks before an apply. Only `yes`, or another word, is one, as with Terraform; an interruption is a no. */
export async function askToApply(
  environment: string,
  question = `Apply this to ${environment}? Only "yes" does it: `,
  signal?: AbortSignal,
  yes = "yes",
): Promise<boolean> {
  if (signal?.aborted) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question, { signal })).trim() === yes;
  } catch (error) {
    if ((error as Error).name === "AbortError") return false; // Ctrl-C, Ctrl-D
    throw error;
  } finally {
    terminal.close();
  }
}

import type { UserConsoleLog } from "vitest";
import type { Reporter } from "vitest/node";

const MARK = "!!!!! NOT RUN !!!!!";

/**
 * Says that tests can't run on this machine; with `REQUIRE_END_TO_END` set, that is a failure.
 *
 * @param reason what is missing, and the command that installs it
 * @throws Error with it, where the tests are required
 */
export function notRun(reason: string): false {
  const line = reason.replaceAll(/\s*\n\s*/g, " ");
  if (process.env.REQUIRE_END_TO_END) throw new Error(`The end-to-end tests are required. ${line}`);
  console.error(`${MARK} ${line}`);
  return false;
}

/** Says again, as the last lines, what could not run: in the middle nobody sees it. */
export class NotRun implements Reporter {
  readonly #lines = new Set<string>();

  onUserConsoleLog({ content }: UserConsoleLog): void {
    for (const line of content.split("\n")) if (line.startsWith(MARK)) this.#lines.add(line);
  }

  onTestRunEnd(): void {
    // Vitest prints its summary in the same turn, before or after.
    setImmediate(() => {
      for (const line of this.#lines) console.error(line);
    });
  }
}

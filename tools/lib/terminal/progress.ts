import { printableInColor } from "@operation-app/preflight/input";
import { wrapped } from "@operation-app/preflight/terminal";
import colors from "picocolors";

/** Reports each step to the user, with the time since the start. */
export interface Progress {
  /** A step begins. */
  step(title: string): void;
  /** Something that was found out or done in this step. */
  fact(text: string): void;
  /** A line of a tool's own output. */
  output(line: string): void;
  /** Text of ours that stands by itself. */
  text(text: string): void;
}

/** A progress that writes to the terminal. */
export function terminalProgress(print: (text: string) => void = (text) => process.stdout.write(text)): Progress {
  const startedAt = Date.now();
  const write = (text: string) => print(printableInColor(text));
  const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  return {
    step: (title) => write(`${colors.dim(elapsed())}  ${colors.bold(title)}\n`),
    fact: (text) => write(`${colors.dim(elapsed())}    ${colors.green("✔")} ${text}\n`),
    output: (line) => write(colors.dim(`            │ ${line}`).concat("\n")),
    text: (text) => write(`${wrapped(text)}\n`),
  };
}

import { printable, printableInColor } from "@operation-app/preflight/input";
import { type Output, wrapped } from "@operation-app/preflight/terminal";
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
  /** What is going on, on one line that the next one replaces; where it is no terminal, every minute. */
  live(text: string): void;
}

/** Empties the line, and goes to its beginning. */
const CLEAR = "\r\u001b[2K";
/** Where nobody sees a line being replaced. */
const LIVE_EVERY_MS = 60_000;

/** A progress that writes to the terminal. */
export function terminalProgress(
  print: (text: string) => void = (text) => process.stdout.write(text),
  { isTTY = false, columns }: Output = process.stdout,
): Progress {
  const startedAt = Date.now();
  let isLive = false;
  let lastLive = startedAt;
  const write = (text: string) => {
    print(`${isLive ? CLEAR : ""}${printableInColor(text)}`);
    isLive = false;
  };
  const live = (text: string) => {
    if (isTTY) {
      print(`${CLEAR}${colors.dim(`            │ ${printable(text)}`.slice(0, (columns || 80) - 1))}`);
      isLive = true;
    } else if (Date.now() - lastLive > LIVE_EVERY_MS) {
      lastLive = Date.now();
      write(colors.dim(`            │ ${text}`).concat("\n"));
    }
  };
  const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  return {
    step: (title) => write(`${colors.dim(elapsed())}  ${colors.bold(title)}\n`),
    fact: (text) => write(`${colors.dim(elapsed())}    ${colors.green("✔")} ${text}\n`),
    output: (line) => write(colors.dim(`            │ ${line}`).concat("\n")),
    text: (text) => write(`${wrapped(text)}\n`),
    live,
  };
}

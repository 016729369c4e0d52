import wrapAnsi from "wrap-ansi";

/** Where a text goes, such as `process.stdout`. */
export interface Output {
  readonly isTTY?: boolean;
  /** Width in characters. */
  readonly columns?: number;
}

/** A number and what it counts: `1 file`, `2 files`. @param plural where it is not the singular with an s */
export function counted(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** What a reader copies: a command with its arguments, or a value in braces. It is not broken. */
const COPIED =
  /\{[^{}\n]*\}|\b(?:bin\/infra|terraform|tofu|npm|npx|aws|git|gh)(?: -\S+)*(?: [^\s-]\S*){1,2}(?: -\S+(?: [^\s-]\S*)?)*/g;

/** Lines of code, which reports indent this far, are shown as they are. */
const CODE = /^ {8}/;

/**
 * Breaks lines that are wider than the terminal, at spaces. Anything else than a terminal gets them whole, for logs and
 * grep.
 *
 * @param output where it is written. @default standard output
 */
export function wrapped(text: string, { isTTY = false, columns }: Output = process.stdout): string {
  if (!isTTY || columns === undefined || columns < 40) return text;
  return text
    .split("\n")
    .map((line) => (CODE.test(line) ? line : wrappedLine(line, columns)))
    .join("\n");
}

/** Goes on under the beginning of the line; where that is indented, a little further in. */
function wrappedLine(line: string, columns: number): string {
  const [start = ""] = line.match(/^[│ ]*/) ?? [];
  const hanging = start === "" || start.includes("│") ? start : `${start}  `;
  const whole = line.slice(start.length).replace(COPIED, (copied) => copied.replaceAll(" ", "\u00a0"));
  const rows = wrapAnsi(whole, columns - hanging.length)
    .replaceAll("\u00a0", " ")
    .split("\n");
  return start + rows.join(`\n${hanging}`);
}

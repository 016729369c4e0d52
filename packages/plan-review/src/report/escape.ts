import { escaped } from "../../../preflight/src/input/printable.ts";

/** What steers a terminal, hides in a text or turns its direction: Unicode's controls, formats and separators of lines. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text on one line, with everything in it to be seen: as `\u001b` where it would do something. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** The same JSON, in which nothing does something to a terminal. */
export function visibleJson(json: string): string {
  return json.replace(INVISIBLE, (character) => (character === "\n" ? character : escaped(character)));
}

/** What stands between backticks: nothing in it ends the code, or begins a tag or a comment. */
export function inCode(text: string): string {
  return visible(text)
    .replaceAll("`", "\\u0060")
    .replace(/<(?=[!/?a-z])/gi, "\\u003c");
}

/** What stands in a sentence of Markdown: nothing in it is markup, a link to somebody, or HTML. */
export function inProse(text: string): string {
  return visible(text)
    .replace(/[\\`*~[\]|#]|(?<!\w)_|_(?!\w)/g, "\\$&") // an underscore within a word marks nothing up
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@\u200b");
}

/** The beginning of a text that is too long, and how much is left out. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more characters)` : text;
}

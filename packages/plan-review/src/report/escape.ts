import { escaped } from "@operation-app/preflight/input";

/** Unicode's control and format characters and line separators: they steer a terminal, hide text or turn its direction. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text on one line; a character that is not visible is shown as its code, such as `\u001b`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** The same JSON, harmless to a terminal. */
export function visibleJson(json: string): string {
  return json.replace(INVISIBLE, (character) => (character === "\n" ? character : escaped(character)));
}

/** Text between backticks: it can't end the code, or begin a tag or a comment. */
export function inCode(text: string): string {
  return visible(text)
    .replaceAll("`", "\\u0060")
    .replace(/<(?=[!/?a-z])/gi, "\\u003c");
}

/** Text in a Markdown sentence, without markup, mentions or HTML. */
export function inProse(text: string): string {
  return visible(text)
    .replace(/[\\`*~[\]|#]|(?<!\w)_|_(?!\w)/g, "\\$&") // an underscore within a word marks nothing up
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@\u200b");
}

/** The beginning of a long text, with the number of characters left out. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more characters)` : text;
}

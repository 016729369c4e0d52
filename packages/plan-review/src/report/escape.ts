import { visible } from "@operation-app/preflight/input";

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

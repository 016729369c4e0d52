/**
 * Control and format characters, line separators and halves of characters: they steer a terminal, hide text or turn its
 * direction. Escape sequences begin with one of them.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text on one line; a character that is not visible is shown as its code, such as `\u001b`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** The same for text of several lines. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** Text for a terminal that has the reports' own colours in it. */
export function printableInColor(text: string): string {
  return text
    .split(OWN_COLOR)
    .map((part) => (OWN_COLOR.test(part) ? part : printable(part)))
    .join("");
}

/** What begins and ends red, green, yellow, bold and the like, kept by `split`: none hides text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what begins a colour
const OWN_COLOR = /(\u001b\[(?:[0-4]|2[2-4]|3[1-79]|9[0-7])m)/;

/** Every text in a value on one line, see `visible`. */
export function visibleIn<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleIn) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, visibleIn(inner)])) as T;
}

/** A value as JSON, indented, that a terminal shows as it is: in a text of it, `\u001b` stands for the character. */
export function printableJson(value: unknown): string {
  return printable(JSON.stringify(value, null, 2));
}

/** A character as JSON and Terraform write it where it is not to do anything: `\u001b`. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}

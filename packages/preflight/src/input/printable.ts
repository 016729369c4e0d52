/** The text without anything that a terminal would obey, such as colours or a way back over what it shows. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) =>
    character === "\n" ? character : escaped(character),
  );
}

/** A character as JSON and Terraform write it where it is not to do anything: `\u001b`. */
export function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}

import fc from "fast-check";

/** Sequences by which a name sets a title, copies, moves the cursor, hides or turns what a terminal shows. */
const SEQUENCES = [
  "\u001b]52;c;cm0gLXJm\u0007",
  "\u001b]0;title\u001b\\",
  "\u001b[2J",
  "\u001b[1A\u001b[2K",
  "\u001b[31m",
  "\u001b[8m",
  "\u009b2J",
  "\u009d52;c;eA==\u009c",
  "\r",
  "\b\b",
  "\n",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u00ad",
  "\u2028",
  "\u{e0041}",
  "\ud800",
];

/** Any, those without a meaning and halves of a pair included. `fc.string` would first make a table of all of them. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point));

/** Names that somebody may give to a resource, a file or a branch. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...SEQUENCES), fc.array(character, { maxLength: 4 })), { maxLength: 6 })
  .map((parts) => `a${parts.flat().join("")}z`);

/** What a terminal obeys in a text of several lines, or does not show; colours of our own are left out before. */
export const OBEYED = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

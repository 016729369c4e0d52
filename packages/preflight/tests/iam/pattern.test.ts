import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches, pattern } from "../../src/iam/pattern.ts";

/** Texts and names of holes. */
type Pieces = readonly (string | { readonly hole: string })[];

const hole = fc.constantFrom({ hole: "x" }, { hole: "y" });
const textOf = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 5 });
const wanted = fc.array(fc.oneof({ weight: 3, arbitrary: textOf("ab:*?") }, hole), { maxLength: 4 });
const found = fc.array(fc.oneof({ weight: 3, arbitrary: textOf("ab:") }, hole), { maxLength: 4 });
const fillings = fc.record({ x: textOf("ab"), y: textOf("ab") });

function filled(pieces: Pieces, holes: Readonly<Record<string, string>>): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : holes[piece.hole])).join("");
}

/** As IAM has it, of texts that are known. */
function holds(wildcards: string, text: string): boolean {
  return new RegExp(`^${wildcards.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
}

describe("whether a pattern of IAM holds a text", () => {
  it("is what its wildcards say, where all of both is known", () => {
    fc.assert(
      fc.property(textOf("ab:*?"), textOf("ab:"), (wildcards, text) => {
        expect(matches(pattern(wildcards), pattern(text))).toBe(holds(wildcards, text) ? "yes" : "no");
      }),
      { numRuns: 2000 },
    );
  });

  it("is known only where it is so whatever is in the holes", () => {
    fc.assert(
      fc.property(wanted, found, fillings, (wildcards, text, holes) => {
        const answer = matches(pattern(...wildcards), pattern(...text));
        if (answer !== "maybe") expect(holds(filled(wildcards, holes), filled(text, holes))).toBe(answer === "yes");
      }),
      { numRuns: 5000 },
    );
  });

  it("is not denied of a text that it holds where a piece of that is not known", () => {
    fc.assert(
      fc.property(textOf("ab*?"), fc.nat(5), fc.nat(5), (wildcards, from, length) => {
        const text = wildcards.replaceAll("*", "ba").replaceAll("?", "a");
        const pieces = [text.slice(0, from), { hole: "x" }, text.slice(from + length)];
        expect(matches(pattern(wildcards), pattern(...pieces))).not.toBe("no");
        expect(matches(pattern(...pieces), pattern(text))).not.toBe("no");
      }),
      { numRuns: 1000 },
    );
  });

  it("is known of whole ARNs by their names, and of what follows them", () => {
    const whole = (name: string) => ({ hole: name, whole: true });
    expect(matches(pattern(whole("a@arn"), "/*"), pattern(whole("a@arn"), "/", { hole: "x" }))).toBe("yes");
    expect(matches(pattern(whole("a@arn"), ":*"), pattern(whole("a@arn"), "/b"))).toBe("no");
    expect(matches(pattern(whole("a@arn")), pattern(whole("b@arn")))).toBe("no");
    expect(matches(pattern("arn:*"), pattern(whole("a@arn")))).toBe("no");
    expect(matches(pattern("*"), pattern(whole("a@arn")))).toBe("yes");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KnownSecrets } from "../src/known-secrets.ts";
import { change, reviewOf } from "./support/review.ts";

/** Of few letters, so that secrets overlap, repeat themselves and are parts of each other. */
const words = fc.string({ unit: fc.constantFrom("a", "b", "\u3042"), maxLength: 40 });

describe("known secrets", () => {
  it("are found wherever they stand in a text, as by looking for each of them", () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), fc.array(words, { maxLength: 8 }), (secrets, around) => {
        const text = around.flatMap((word, index) => [word, secrets[index] ?? ""]).join("");
        expect(new KnownSecrets(secrets).hidden(text)).toBe(hiddenOneByOne(text, secrets));
      }),
      { numRuns: 2000 },
    );
  });

  it("of fewer than six characters are too common to be looked for", () => {
    const secrets = new KnownSecrets(["12345", "123456"]);
    expect(secrets.hidden("12345 and 123456!")).toBe("12345 and (sensitive)!");
    expect([secrets.has("12345"), secrets.has("123456")]).toEqual([false, true]);
  });

  it("are masked where the name that says so stays as it is", async () => {
    const parameter = (value: string) => ({ name: "/app/db_password", type: "String", insecure_value: value });
    const { changes } = await reviewOf([change("aws_ssm_parameter.a", parameter("kitten"), parameter("puppy"))]);
    expect(changes[0]?.differences).toEqual([
      { path: "insecure_value", before: "(sensitive)", after: "(sensitive, changed)" },
    ]);
  });
});

function hiddenOneByOne(text: string, secrets: readonly string[]): string {
  const marks = Array.from(text, () => false);
  const starts = new Set<number>();
  for (const secret of secrets.filter(({ length }) => length >= 6)) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
      starts.add(at);
      marks.fill(true, at, at + secret.length);
    }
  }
  let left = "";
  let end = 0;
  for (let index = 0; index < text.length; index++) {
    if (!marks[index]) left += text[index];
    // Secrets that touch without overlapping are two.
    if (starts.has(index)) {
      if (index >= end) left += "(sensitive)";
      const longest = secrets.filter((one) => one.length >= 6 && text.startsWith(one, index));
      end = Math.max(end, index + Math.max(...longest.map(({ length }) => length)));
    }
  }
  return left;
}

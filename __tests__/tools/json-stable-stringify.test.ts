import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameworkOf } from "../../tools/lib/framework.ts";

type Stringify = (value: unknown, options: { space: number; collapseEmpty?: boolean }) => string;

const { resolve } = createRequire(import.meta.url);
/** CDK Terrain writes its JSON with another package. */
const isUsed = frameworkOf() === "cdktf";
const ofCdktf = (isUsed && createRequire(resolve(frameworkOf()))("json-stable-stringify")) as Stringify;
const ours: Stringify = createRequire(import.meta.url)("../../tools/cdktf/json-stable-stringify.cjs");

const valuesWith = (names: fc.Arbitrary<string>) =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(undefined, null, true, -1.5, new Date(0), { toJSON: () => "late" }),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("value")),
      fc.dictionary(names, tie("value"), { noNullPrototype: true }),
    ),
  })).value;

describe.runIf(isUsed)("JSON is written as cdktf's package writes it", () => {
  it("in the same order, and only what is empty on one line", () => {
    fc.assert(
      fc.property(valuesWith(fc.string().map((name) => `_${name}`)), (value) => {
        expect(ours(value, { space: 2 })).toBe(ofCdktf(value, { space: 2, collapseEmpty: true }));
      }),
    );
  });

  it("also with names that JavaScript puts first, or has a meaning for", () => {
    const names = fc.oneof(fc.nat().map(String), fc.string(), fc.constant("__proto__"));
    fc.assert(
      fc.property(valuesWith(names), (value) => {
        const [text, expected] = [ours, ofCdktf].map((stringify) => stringify(value, { space: 2 }));
        expect(text && JSON.parse(text)).toEqual(expected && JSON.parse(expected));
      }),
    );
  });
});

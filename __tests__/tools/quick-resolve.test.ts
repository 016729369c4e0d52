import { DefaultTokenResolver, Fn, Lazy, StringConcat, TerraformStack, Testing, Token } from "cdktf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quickResolve, resolve } from "../../tools/cdktf/quick-resolve.ts";

const scope = new TerraformStack(Testing.app(), "stack");

/** What comes of a value, or the error. */
function outcome(resolveAs: typeof resolve, value: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  try {
    return { value: resolveAs(value, { scope, preparing: false, resolver }) };
  } catch (error) {
    return { error: String(error) };
  }
}

const token = () => Lazy.stringValue({ produce: () => "late" });
const texts = fc.oneof(
  fc.string(),
  fc.constantFrom("1e5", "-2.5e+3x", "${a.b}", "${TfToken[none.1]}", '"\n', "a-e-b", "%{ if a }"),
  fc.constantFrom(...["a", "b"].map((name) => `x${Token.asString(Fn.upper(name))}`)),
  fc.constant(null).map(() => `${token()}-${Token.asNumber(Lazy.numberValue({ produce: () => 7 }))}`),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    texts,
    fc.constantFrom<unknown>(undefined, null, true, 0, -1.5, new Date(0), Token.asNumber(Fn.min([1, 2]))),
    fc.constantFrom<unknown>(
      Token.asList(Fn.split(",", "a,b")),
      Token.asStringMap({ a: "b" }),
      Lazy.anyValue({ produce: () => ({ a: [undefined, "b"], c: undefined }) }),
      Fn.tolist(["a"]),
      scope,
      () => 1,
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(texts, fc.string({ maxLength: 3 })), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe("values without tokens are passed over", () => {
  it("and come out as cdktf would resolve them, with what has tokens beside them", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(outcome(quickResolve, value)).toEqual(outcome(resolve, value));
      }),
      { numRuns: 500 },
    );
  });

  it("and those that never end are still refused", () => {
    const endless: Record<string, unknown> = {};
    endless.inner = { endless };
    expect(outcome(quickResolve, endless)).toEqual(outcome(resolve, endless));
    expect(outcome(quickResolve, endless)).toEqual({ error: expect.stringContaining("circular") });
  });
});

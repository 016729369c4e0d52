import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conditions, wildcards, word } from "../../../../tools/local/service/load-balancer/conditions.ts";

describe("wildcards of ELB", () => {
  const matches = (pattern: string, text: string) => new RegExp(`^${wildcards(pattern)}$`, "s").test(text);

  it.each([
    ["/img/*", "/img/a/b.png", true],
    ["/img/*", "/img/", true],
    ["/img/*", "/img", false],
    ["/img/*", "/IMG/a", false],
    ["/v?/users", "/v1/users", true],
    ["/v?/users", "/v/users", false],
    ["/a.b", "/aXb", false],
    ["/a+(b)", "/a+(b)", true],
    ["*", "", true],
    ["what\\?", "what?", true],
    ["what\\?", "whatx", false],
    ["\\*\\\\", "*\\", true],
  ])("%s against %s: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("match as a matcher does that tries every split", () => {
    const characters = fc.constantFrom(..."ab/.?*$");
    const text = fc.string({ unit: characters, maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, candidate) => {
        expect(matches(pattern, candidate)).toBe(reference(pattern, candidate));
      }),
      { numRuns: 2_000 },
    );
  });

  it("leave nothing to haproxy that it would read as more than a regular expression", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (pattern) => {
        expect(wildcards(pattern)).toMatch(/^([A-Za-z0-9]|\\x[0-9a-f]{2}|\.\*?)*$/);
      }),
    );
  });
});

it("a word of the configuration has no character that means something to haproxy, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
      const written = word(text);
      expect(written).toMatch(/^([\w./:=@-]|\\x[0-9a-f]{2})+$/);
      const bytes = written.replaceAll(/\\x(..)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
      expect(Buffer.from(bytes, "latin1").toString("utf8")).toBe(Buffer.from(text).toString("utf8"));
    }),
  );
});

describe("a rule's conditions", () => {
  it.each<[string, RuleCondition, string]>([
    ["path", { Field: "path-pattern", Values: ["/a*"] }, "{ path -m reg '^\\x2fa.*$' }"],
    [
      "paths, any of them",
      { Field: "path-pattern", PathPatternConfig: { Values: ["/a", "/b"] } },
      "{ path -m reg '^\\x2fa$' '^\\x2fb$' }",
    ],
    [
      "host, without its port and in any case",
      { Field: "host-header", HostHeaderConfig: { Values: ["*.a.jp"] } },
      "{ req.hdr(host),host_only -i -m reg '^.*\\x2ea\\x2ejp$' }",
    ],
    [
      "header, each of its lines and in any case",
      { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-A", Values: ["b?"] } },
      "{ req.fhdr(X-A) -i -m reg '^b.$' }",
    ],
    [
      "method",
      { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET", "PUT"] } },
      "{ method -m str GET PUT }",
    ],
    [
      "a parameter of the query, and the value of any",
      { Field: "query-string", QueryStringConfig: { Values: [{ Key: "a", Value: "b*" }, { Value: "c" }] } },
      "{ query -i -m reg '(^|&)a=b[^&]*(&|$)' '(^|&)([^&=]*=)?c(&|$)' }",
    ],
    [
      "source address",
      { Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8", "2001:db8::/32"] } },
      "{ src 10.0.0.0/8 2001:db8::/32 }",
    ],
  ])("%s", (_, condition, expected) => {
    expect(conditions([condition])).toBe(expected);
  });

  it("must all hold", () => {
    const method: RuleCondition = { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET"] } };
    expect(conditions([method, { Field: "path-pattern", Values: ["a"] }])).toBe(
      "{ method -m str GET } { path -m reg '^a$' }",
    );
  });

  it("of a kind that is not known are refused", () => {
    expect(() => conditions([{ Field: "moon-phase" }])).toThrow("The condition moon-phase has no stand-in here.");
  });
});

/** The obvious matcher: a star takes every possible number of characters. */
function reference(pattern: string, text: string): boolean {
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === undefined) return text === "";
  if (first === "*")
    return Array.from({ length: text.length + 1 }, (_, taken) => text.slice(taken)).some((left) =>
      reference(rest, left),
    );
  return text !== "" && (first === "?" || first === text[0]) && reference(rest, text.slice(1));
}

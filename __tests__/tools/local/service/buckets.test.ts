import { describe, expect, it } from "vitest";
import { readCall, scopeOf } from "../../../../tools/local/emulator/call.ts";
import { bucketsForBrowsers } from "../../../../tools/local/service/buckets.ts";
import { fakeMoto } from "../fake-moto.ts";

const SIGNED =
  "/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";
const HERE = "https://localhost:40123";
const DOMAIN = "https://app.example.com";

async function preflight(origin: string, allowed: (asked: string) => string) {
  const { moto } = fakeMoto(({ rawHeaders }) => ({
    status: 200,
    rawHeaders: ["Access-Control-Allow-Origin", allowed(rawHeaders[1] ?? "")],
    body: Buffer.alloc(0),
  }));
  const scope = scopeOf({}, SIGNED) ?? { service: "", region: "" };
  const request = { method: "OPTIONS", path: SIGNED, headers: {}, rawHeaders: ["Origin", origin] };
  const [gap] = bucketsForBrowsers((asked) => (asked === HERE ? DOMAIN : asked));
  return (await gap?.answer(readCall(request, scope, Buffer.alloc(0)), moto))?.rawHeaders[1];
}

describe("a signed URL of a file", () => {
  it("tells the service and the region as a signed header does", () => {
    expect(scopeOf({}, SIGNED)).toEqual({ service: "s3", region: "eu-west-1" });
    expect(scopeOf({}, "/key")).toBeUndefined();
  });

  it("is open to a page on localhost as to the domain's, whose it is", async () => {
    expect(await preflight(HERE, (asked) => asked)).toBe(HERE);
    expect(await preflight(HERE, () => "https://other.example.com")).toBe("https://other.example.com");
  });

  it("is as open to other pages as moto says", async () => {
    expect(await preflight("https://elsewhere.example.com", (asked) => asked)).toBe("https://elsewhere.example.com");
  });
});

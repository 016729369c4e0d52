import { describe, expect, it } from "vitest";
import { type Call, readCall } from "../../../../tools/local/emulator/call.ts";
import { buckets } from "../../../../tools/local/emulator/gaps/buckets.ts";
import { mail } from "../../../../tools/local/emulator/gaps/mail.ts";
import { jsonReply } from "../../../../tools/local/emulator/gaps/replies.ts";
import { routed } from "../../../../tools/local/emulator/gaps/rest.ts";
import { fakeMoto } from "../fake-moto.ts";

function call(method: string, path: string, body: object = {}): Call {
  const request = { method, path, headers: {}, rawHeaders: [] };
  return readCall(request, { service: "ses", region: "eu-west-1" }, Buffer.from(JSON.stringify(body)));
}

describe("a call that has its action in method and path", () => {
  const { moto } = fakeMoto(() => "moto");
  const answer = routed([
    ["PUT", /^\/things\/([^/]+)$/, ({ names, query, input }) => jsonReply([names[0], query.get("a"), input()])],
    ["GET", /^\/things\/([^/]+)$/, () => jsonReply("thing")],
  ]);
  const ask = async (...asked: Parameters<typeof call>) => String((await answer(call(...asked), moto)).body);

  it("is answered by the route of its method and whole path, with or without a last slash", async () => {
    expect(JSON.parse(await ask("PUT", "/things/one/?a=b", { c: 1 }))).toEqual(["one", "b", { c: 1 }]);
    expect(await ask("GET", "/things/one")).toBe('"thing"');
  });

  it("is moto's, where there is no such route", async () => {
    for (const path of ["/things", "/things/one/two", "/other/things/one"]) expect(await ask("GET", path)).toBe("moto");
    expect(await ask("DELETE", "/things/one")).toBe("moto");
  });
});

describe("an identity that sends mail", () => {
  it("has three keys of its own, its tags, and where its bounces go, and loses them when it is made again", async () => {
    const { moto } = fakeMoto(() => jsonReply({ DkimAttributes: { Status: "PENDING" } }));
    const [gap] = mail();
    const ask = async (...asked: Parameters<typeof call>) =>
      JSON.parse(String((await gap?.answer(call(...asked), moto))?.body));
    const create = { EmailIdentity: "example.com", Tags: [{ Key: "a", Value: "b" }] };
    const { DkimAttributes } = await ask("POST", "/v2/email/identities", create);
    expect(new Set(DkimAttributes.Tokens).size).toBe(3);
    await ask("PUT", "/v2/email/identities/example.com/mail-from", { MailFromDomain: "bounce.example.com" });
    expect(await ask("GET", "/v2/email/identities/example.com")).toMatchObject({
      DkimAttributes: { Tokens: DkimAttributes.Tokens },
      MailFromAttributes: { MailFromDomain: "bounce.example.com" },
    });
    expect(await ask("GET", "/v2/email/tags?ResourceArn=arn:aws:ses:eu-west-1:1:identity/example.com")).toEqual({
      Tags: create.Tags,
    });
    await ask("POST", "/v2/email/identities", { EmailIdentity: "example.com" });
    expect(await ask("GET", "/v2/email/identities/example.com")).not.toHaveProperty("MailFromAttributes");
  });
});

describe("a mail", () => {
  const text = "From: no-reply@example.com\r\nSubject: Hello\r\n\r\nText";
  const mailTo = (Destination: object) => ({
    Destination,
    Content: { Raw: { Data: Buffer.from(text).toString("base64") } },
  });
  const sentBy = async (status: number) => {
    const sent: object[] = [];
    const { moto } = fakeMoto(() => ({ status, rawHeaders: [], body: Buffer.from("{}") }));
    const [gap] = mail((message) => sent.push(message));
    const asked = mailTo({ ToAddresses: ["a@example.org"], BccAddresses: ["b@example.org"] });
    await gap?.answer(call("POST", "/v2/email/outbound-emails", asked), moto);
    return sent;
  };

  it("goes to each receiver once moto has taken it", async () => {
    const message = { subject: "Hello", text };
    expect(await sentBy(200)).toEqual([
      { to: "a@example.org", ...message },
      { to: "b@example.org", ...message },
    ]);
  });

  it("goes to nobody when moto refuses it", async () => {
    expect(await sentBy(400)).toEqual([]);
  });
});

describe("a file", () => {
  it("comes with the headers that its URL asks for, in the place of its own", async () => {
    const rawHeaders = ["Content-Type", "text/plain", "ETag", "1"];
    const { moto } = fakeMoto(() => ({ status: 200, rawHeaders, body: Buffer.alloc(0) }));
    const [gap] = buckets();
    const get = async (query: string) => (await gap?.answer(call("GET", `/key${query}`), moto))?.rawHeaders;
    expect(await get("")).toEqual(rawHeaders);
    expect(await get("?response-content-type=image%2Fpng&response-content-disposition=inline")).toEqual([
      "ETag",
      "1",
      "content-type",
      "image/png",
      "content-disposition",
      "inline",
    ]);
  });
});

describe("the policy of a bucket", () => {
  it("is shown as it was put until it or its bucket goes, and moto never applies it", async () => {
    const { moto, forwarded } = fakeMoto(() => "moto");
    const [gap] = buckets();
    const ask = async (...asked: Parameters<typeof call>) => String((await gap?.answer(call(...asked), moto))?.body);
    for (const gone of ["/files?policy", "/files"]) {
      await ask("PUT", "/files?policy", { Statement: [] });
      expect(await ask("GET", "/files?policy")).toBe('{"Statement":[]}');
      expect(await ask("GET", "/files?cors")).toBe("moto");
      await ask("DELETE", gone);
      expect(await ask("GET", "/files?policy")).toBe("moto");
    }
    expect(forwarded.map(({ method }) => method)).not.toContain("PUT");
    expect(await ask("PUT", "/files?cors")).toBe("moto");
  });
});

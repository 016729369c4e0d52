import { describe, expect, it } from "vitest";
import { type Call, readCall } from "../../../../tools/local/emulator/call.ts";
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

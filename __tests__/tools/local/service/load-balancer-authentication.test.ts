import { createServer } from "node:http";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { mockClient } from "aws-sdk-client-mock";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { silenceNodeVersionWarning } from "../../../../tools/lib/aws/sdk.ts";
import { listen } from "../../../../tools/lib/process/ports.ts";
import { Authentication, type SessionHeaders } from "../../../../tools/local/service/load-balancer/authentication.ts";
import { ask } from "../../../support/app-server.ts";
import { listening } from "../fake-moto.ts";

silenceNodeVersionWarning();

const BALANCER = "arn:aws:elasticloadbalancing:ap-northeast-1:1:loadbalancer/app/site/0123";
const settings = {
  loadBalancerArn: BALANCER,
  userPoolArn: "arn:aws:cognito-idp:ap-northeast-1:1:userpool/ap-northeast-1_a",
  clientId: "client",
  scope: "openid",
  parameters: { lang: "ja" },
  cookie: "AWSELBAuthSessionCookie",
  timeout: 60,
};
const fromRule = {
  Host: "app.example.com:8443",
  "X-Elb-Login": Buffer.from(JSON.stringify(settings)).toString("base64url"),
};

/** A load balancer's login in front of a provider that gives the tokens in turn, and then refuses. */
async function start(...tokens: object[]) {
  const asked: { path: string; authorization: string | undefined; form: Record<string, string> }[] = [];
  const provider = await listening(({ url: path = "", headers: { authorization } }, body) => {
    asked.push({ path, authorization, form: Object.fromEntries(new URLSearchParams(body.toString())) });
    if (path === "/oauth2/userInfo") return { body: Buffer.from(JSON.stringify({ sub: "123", username: "alice" })) };
    const given = tokens.shift();
    return given ? { body: Buffer.from(JSON.stringify(given)) } : { status: 400, body: Buffer.from("invalid_grant") };
  });
  mockClient(CognitoIdentityProviderClient)
    .on(DescribeUserPoolClientCommand, { UserPoolId: "ap-northeast-1_a", ClientId: "client" })
    .resolves({ UserPoolClient: { ClientId: "client", ClientSecret: "s3cret" } });
  const sessions = {
    put: vi.fn(async (_arn: string, _session: string, _headers: SessionHeaders) => {}),
    remove: vi.fn(async () => {}),
  };
  const hostedLogin = `http://127.0.0.1:${provider}`;
  const server = createServer();
  new Authentication(server, { cognito: new CognitoIdentityProviderClient({}), hostedLogin, sessions });
  onTestFinished(() => void server.close());
  const port = await listen(server);
  const begin = async () => {
    const { headers } = await ask(port, "/a?b=c", { headers: fromRule });
    const location = new URL(headers.location ?? "");
    const cookie = headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    return { location, cookie, state: location.searchParams.get("state") };
  };
  return { port, asked, sessions, begin };
}

describe("a load balancer's login", () => {
  it("sends a stranger to the provider, with what the rule says", async () => {
    const { begin } = await start();
    const { location, cookie, state } = await begin();
    expect(location.pathname).toBe("/oauth2/authorize");
    expect(Object.fromEntries(location.searchParams)).toEqual({
      client_id: "client",
      redirect_uri: "https://app.example.com/oauth2/idpresponse",
      response_type: "code",
      scope: "openid",
      lang: "ja",
      state,
    });
    expect(cookie).toBe(`AWSALBAuthNonce=${state}`);
  });

  it("takes the code for tokens, keeps a session, and leads back to what was asked for", async () => {
    const { port, asked, sessions, begin } = await start({ access_token: "access", expires_in: 3_600 });
    const { cookie, state } = await begin();
    const { status, headers } = await ask(port, `/oauth2/idpresponse?code=42&state=${state}`, {
      headers: { Host: "app.example.com", Cookie: `other=1; ${cookie}` },
    });
    expect({ status, location: headers.location }).toEqual({ status: 302, location: "/a?b=c" });
    expect(asked[0]).toEqual({
      path: "/oauth2/token",
      authorization: `Basic ${btoa("client:s3cret")}`,
      form: {
        grant_type: "authorization_code",
        code: "42",
        redirect_uri: "https://app.example.com/oauth2/idpresponse",
      },
    });
    expect(asked[1]).toMatchObject({ path: "/oauth2/userInfo", authorization: "Bearer access" });
    const [arn, session = "", sent] = sessions.put.mock.calls[0] ?? [];
    expect(arn).toBe(BALANCER);
    expect(headers["set-cookie"]?.[0]).toBe(
      `AWSELBAuthSessionCookie-0=${session}; Max-Age=60; Path=/; Secure; HttpOnly`,
    );
    expect(sent).toMatchObject({ "x-amzn-oidc-identity": "123", "x-amzn-oidc-accesstoken": "access" });
    const data = sent?.["x-amzn-oidc-data"] ?? "";
    const issuer = "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_a";
    expect(decodeJwt(data)).toMatchObject({ sub: "123", username: "alice", iss: issuer });
    expect(decodeProtectedHeader(data)).toMatchObject({
      alg: "ES256",
      signer: BALANCER,
      client: "client",
      iss: issuer,
    });
  });

  it("lets no other browser finish a login, and nobody twice", async () => {
    const { port, sessions, begin } = await start({ access_token: "access", expires_in: 3_600 });
    const { cookie, state } = await begin();
    const path = `/oauth2/idpresponse?code=42&state=${state}`;
    expect((await ask(port, path)).status).toBe(401);
    expect((await ask(port, path, { headers: { Cookie: cookie } })).status).toBe(302);
    expect((await ask(port, path, { headers: { Cookie: cookie } })).status).toBe(401);
    expect(sessions.put).toHaveBeenCalledTimes(1);
  });

  it("answers with 561 where the provider refuses", async () => {
    const { port, begin } = await start();
    const { cookie, state } = await begin();
    const { status, body } = await ask(port, `/oauth2/idpresponse?code=42&state=${state}`, {
      headers: { Cookie: cookie },
    });
    expect({ status, body: body.toString() }).toMatchObject({
      status: 561,
      body: expect.stringContaining("invalid_grant"),
    });
  });

  it("renews a session whose access token has ended, until the provider refuses", async () => {
    const first = { access_token: "first", refresh_token: "refresh", expires_in: 0 };
    const { port, asked, sessions, begin } = await start(first, { access_token: "second", expires_in: 0 });
    const { cookie, state } = await begin();
    await ask(port, `/oauth2/idpresponse?code=42&state=${state}`, { headers: { Cookie: cookie } });
    await expect.poll(() => sessions.remove.mock.calls.length).toBe(1);
    expect(sessions.put.mock.calls.map(([, , headers]) => headers["x-amzn-oidc-accesstoken"])).toEqual([
      "first",
      "second",
    ]);
    expect(asked.filter(({ path }) => path === "/oauth2/token").map(({ form }) => form.refresh_token)).toEqual([
      undefined,
      "refresh",
      "refresh",
    ]);
  });
});

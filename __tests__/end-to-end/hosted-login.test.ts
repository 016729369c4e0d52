import { createHash, randomBytes } from "node:crypto";
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserPools } from "../support/user-pools.ts";
import { endToEnd } from "./requirement.ts";

const PASSWORD = "Correct-horse-7";
const CALLBACK = "https://app.example.com/oauth2/idpresponse";

describe.runIf(await endToEnd())("the login pages of a user pool's domain", () => {
  let pools: UserPools;

  beforeAll(async () => {
    pools = await UserPools.start();
  });
  afterAll(() => pools.end());

  /** A pool with a user, and a client as the load balancer has it: it lists no auth flow. */
  async function deploy({ mfa = "ON" as "ON" | "OFF", client = {} as Partial<CreateUserPoolClientCommandInput> } = {}) {
    const UserPoolId = await pools.create({ mfa });
    const { UserPoolClient } = await pools.cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "test",
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid"],
        CallbackURLs: [CALLBACK],
        LogoutURLs: ["https://app.example.com/"],
        ...client,
      }),
    );
    const username = `user-${randomBytes(4).toString("hex")}`;
    const user = { UserPoolId, Username: username };
    const UserAttributes = [{ Name: "email", Value: "taro@example.com" }];
    await pools.cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: "SUPPRESS", UserAttributes }));
    await pools.cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }));
    return new Visit(username, UserPoolClient?.ClientId as string, UserPoolClient?.ClientSecret as string);
  }

  /** A browser, and the client that it comes from. */
  class Visit {
    readonly username: string;
    readonly clientId: string;
    readonly secret: string;
    private cookie = "";

    constructor(username: string, clientId: string, secret: string) {
      this.username = username;
      this.clientId = clientId;
      this.secret = secret;
    }

    query(other: Record<string, string> = {}): URLSearchParams {
      const usual = { response_type: "code", client_id: this.clientId, redirect_uri: CALLBACK, scope: "openid" };
      return new URLSearchParams({ ...usual, state: "the state", ...other });
    }

    async get(path: string) {
      return this.answered(
        await fetch(`${pools.emulator.hostedLogin}${path}`, { redirect: "manual", headers: { Cookie: this.cookie } }),
      );
    }

    async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
      const body = new URLSearchParams(fields);
      return this.answered(
        await fetch(`${pools.emulator.hostedLogin}${path}`, { method: "POST", redirect: "manual", body, headers }),
      );
    }

    private async answered(response: Response) {
      this.cookie = response.headers.get("set-cookie")?.split(";")[0] ?? this.cookie;
      const location = response.headers.get("location") ?? "";
      return { status: response.status, location, text: await response.text() };
    }

    authorize = (other: Record<string, string> = {}) => this.get(`/oauth2/authorize?${this.query(other)}`);

    logIn = (fields: Record<string, string> = {}, query = this.query()) =>
      this.post(`/login?${query}`, { username: this.username, password: PASSWORD, ...fields });

    /** The authorization code of a user who has just logged in. */
    async code(query = this.query()): Promise<string> {
      return new URL((await this.logIn({}, query)).location).searchParams.get("code") as string;
    }

    async tokens(fields: Record<string, string>, by: "basic" | "post" = "basic", secret = this.secret) {
      const basic = `Basic ${btoa(`${this.clientId}:${secret}`)}`;
      const credentials: Record<string, string> =
        by === "post" ? { client_id: this.clientId, client_secret: secret } : {};
      const headers: Record<string, string> = by === "basic" ? { Authorization: basic } : {};
      const usual = { grant_type: "authorization_code", redirect_uri: CALLBACK };
      const { status, text } = await this.post("/oauth2/token", { ...usual, ...credentials, ...fields }, headers);
      return { status, ...JSON.parse(text) };
    }
  }

  const hiddenIn = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );

  it("register an authenticator app, and send a user back who has given one of its codes", async () => {
    const visit = await deploy();
    const { location } = await visit.authorize();
    expect(location).toBe(`/login?${visit.query()}`);
    expect((await visit.get(location)).text).toContain('name="password"');

    const registration = (await visit.logIn()).text;
    const [, key = ""] = /id="key">([A-Z2-7]{52})</.exec(registration) ?? [];
    const totp = new TOTP({ secret: Secret.fromBase32(key) });
    const wrong = (await visit.logIn({ ...hiddenIn(registration), code: "wrong" })).text;
    expect(wrong).toContain("Code mismatch and fail enable Software Token MFA");
    expect(wrong).toContain(key);
    const registered = await visit.logIn({ ...hiddenIn(wrong), code: totp.generate() });
    expect(registered.location).toMatch(
      /^https:\/\/app\.example\.com\/oauth2\/idpresponse\?code=[\w-]+&state=the\+state$/,
    );

    const next = (await visit.logIn()).text;
    expect(next).toContain("Enter the code");
    const used = (await visit.logIn({ ...hiddenIn(next), code: totp.generate() })).text;
    expect(used).toMatch(/already been used once|Enter the code/);
    const done = await visit.logIn({ ...hiddenIn(next), code: totp.generate({ timestamp: Date.now() + 30_000 }) });
    expect(done.status).toBe(302);
  });

  it("refuse a wrong password in Cognito's words, and tell nothing else", async () => {
    const visit = await deploy({ client: { PreventUserExistenceErrors: "ENABLED" } });
    for (const wrong of ["password", "username"]) {
      const { status, text } = await visit.logIn({ [wrong]: "nobody's" });
      expect([status, text.match(/role="alert">([^<]*)/)?.[1]]).toEqual([200, "Incorrect username or password."]);
    }
  });

  it("show what a user has typed as text, not as HTML", async () => {
    const visit = await deploy();
    const { text } = await visit.logIn({ step: "SOFTWARE_TOKEN_MFA", session: '"><script>', username: "<b>" });
    expect(text).not.toMatch(/<script>|<b>/);
  });

  it.each([
    ["another callback", { redirect_uri: "https://evil.example.com/" }, "redirect_mismatch"],
    ["a client that is not there", { client_id: "nobody" }, "Client does not exist"],
  ])("send nobody to %s", async (_, query, problem) => {
    const visit = await deploy();
    for (const { status, text } of [await visit.authorize(query), await visit.logIn({}, visit.query(query))]) {
      expect(status).toBe(400);
      expect(text).toContain(problem);
    }
  });

  it.each([
    ["another grant", { response_type: "token" }, {}, "invalid_request"],
    ["a scope that the client does not have", { scope: "openid email" }, {}, "invalid_scope"],
    ["PKCE without a hash", { code_challenge: "plain", code_challenge_method: "plain" }, {}, "invalid_request"],
    ["a client without OAuth", {}, { AllowedOAuthFlowsUserPoolClient: false }, "unauthorized_client"],
  ])("tell the client what is wrong: %s", async (_, query, client, error) => {
    const visit = await deploy({ client });
    const { location } = await visit.authorize(query as Record<string, string>);
    expect(location).toBe(`${CALLBACK}?error=${error}&state=the+state`);
  });

  it("remember the user, until the user logs out", async () => {
    const visit = await deploy({ mfa: "OFF" });
    await visit.logIn();
    expect((await visit.authorize()).location).toMatch(/\?code=/);
    const logout = (to: string) => visit.get(`/logout?client_id=${visit.clientId}&logout_uri=${to}`);
    expect((await logout("https://evil.example.com/")).status).toBe(400);
    expect((await logout("https://app.example.com/")).location).toBe("https://app.example.com/");
    expect((await visit.authorize()).location).toMatch(/^\/login\?/);
  });

  describe("give tokens", () => {
    it.each(["basic", "post"] as const)("for a code, once, to the client that proves itself by %s", async (by) => {
      const visit = await deploy({ mfa: "OFF" });
      const code = await visit.code();
      expect(await visit.tokens({ code }, by, "wrong")).toEqual({ status: 400, error: "invalid_client" });
      const { id_token, access_token, ...rest } = await visit.tokens({ code }, by);
      expect(rest).toMatchObject({ status: 200, token_type: "Bearer", expires_in: 3600 });
      expect([id_token, access_token].every((token) => token.split(".").length === 3)).toBe(true);
      expect(await visit.tokens({ code }, by)).toEqual({ status: 400, error: "invalid_grant" });
    });

    it("with which the user's attributes are read, and with no others", async () => {
      const visit = await deploy({ mfa: "OFF" });
      const { access_token, refresh_token } = await visit.tokens({ code: await visit.code() });
      const userInfo = async (token: string) => {
        const headers = { Authorization: `Bearer ${token}` };
        const response = await fetch(`${pools.emulator.hostedLogin}/oauth2/userInfo`, { headers });
        return { status: response.status, ...((await response.json()) as object) };
      };
      expect(await userInfo(access_token)).toMatchObject({
        status: 200,
        sub: expect.any(String),
        email: "taro@example.com",
        username: visit.username,
      });
      expect(await userInfo("invented")).toEqual({ status: 401, error: "invalid_token" });
      const renewed = await visit.tokens({ grant_type: "refresh_token", refresh_token });
      expect(await userInfo(renewed.access_token)).toMatchObject({ status: 200 });
    });

    it("for a code of the same callback only", async () => {
      const visit = await deploy({ mfa: "OFF" });
      const elsewhere = { code: await visit.code(), redirect_uri: "https://evil.example.com/" };
      expect(await visit.tokens(elsewhere)).toEqual({ status: 400, error: "invalid_grant" });
    });

    it("to whoever has the verifier of PKCE's challenge", async () => {
      const visit = await deploy({ mfa: "OFF" });
      const verifier = "a-verifier-that-only-the-client-knows-and-nobody-else";
      const code_challenge = createHash("sha256").update(verifier).digest("base64url");
      const query = visit.query({ code_challenge, code_challenge_method: "S256" });
      expect(await visit.tokens({ code: await visit.code(query) })).toMatchObject({ error: "invalid_grant" });
      const proven = { code: await visit.code(query), code_verifier: verifier };
      expect(await visit.tokens(proven)).toMatchObject({ status: 200 });
    });
  });
});

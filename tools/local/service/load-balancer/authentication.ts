import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { SignJWT } from "jose";
import { LOGIN_HEADER, LOGIN_RETURN_PATH, type LoginSettings, type SESSION_HEADERS } from "./names.ts";

/** What a session adds to each request. */
export type SessionHeaders = Readonly<Record<(typeof SESSION_HEADERS)[number], string>>;

/** Where sessions are kept: in haproxy. */
export interface Sessions {
  put(loadBalancerArn: string, session: string, headers: SessionHeaders): Promise<void>;
  remove(loadBalancerArn: string, session: string): Promise<void>;
}

export interface AuthenticationOptions {
  readonly cognito: CognitoIdentityProviderClient;
  /** Where the login pages and the OAuth 2.0 endpoints of all user pools are. */
  readonly hostedLogin: string;
  readonly sessions: Sessions;
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in?: number;
}

/** A user pool, and the client that the load balancer is there. */
interface Provider {
  readonly authorize: string;
  readonly token: string;
  readonly userInfo: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly secret: string;
}

/** A login that has begun in a browser. */
interface Begun {
  readonly settings: LoginSettings;
  readonly redirectUri: string;
  readonly url: string;
}

/** A timer of Node's can't be longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const NONCE_COOKIE = "AWSALBAuthNonce";

/**
 * Stands in for what a load balancer does for `authenticate-cognito`: haproxy sends requests without
 * a session here, and those that come back from a login.
 *
 * The key of `x-amzn-oidc-data` is not to be had under the address that AWS has for it.
 */
export class Authentication {
  private readonly options: AuthenticationOptions;
  private readonly begun = new Map<string, Begun>();
  private readonly live = new Set<string>();
  private readonly key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  private readonly keyId = randomBytes(16).toString("hex");

  constructor(server: Server, options: AuthenticationOptions) {
    this.options = options;
    server.on("request", (request, response) => {
      // ELB answers with 561 where the identity provider answers with an error, or not at all.
      this.answer(request, response).catch((cause) => response.writeHead(561).end(`${cause}\n`));
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "https://host");
    if (url.pathname === LOGIN_RETURN_PATH) return this.finish(url.searchParams, request.headers, response);
    return this.begin(request, response);
  }

  private async begin({ headers, url = "/" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const settings: LoginSettings = JSON.parse(Buffer.from(String(headers[LOGIN_HEADER]), "base64url").toString());
    const { authorize, clientId } = await this.providerOf(settings);
    const state = randomBytes(16).toString("base64url");
    const redirectUri = returnTo(headers.host ?? "");
    this.begun.set(state, { settings, redirectUri, url });
    const question = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: settings.scope,
      state,
      ...settings.parameters,
    });
    redirect(response, `${authorize}?${question}`, `${NONCE_COOKIE}=${state}; Path=/; Secure; HttpOnly; SameSite=Lax`);
  }

  private async finish(parameters: URLSearchParams, headers: IncomingHttpHeaders, response: ServerResponse) {
    const state = parameters.get("state") ?? "";
    const begun = this.begun.get(state);
    const isSameBrowser = (headers.cookie ?? "").split("; ").includes(`${NONCE_COOKIE}=${state}`);
    if (!begun || !isSameBrowser) return void response.writeHead(401).end();
    this.begun.delete(state);
    const { settings, redirectUri, url } = begun;
    const provider = await this.providerOf(settings);
    const code = { grant_type: "authorization_code", code: parameters.get("code") ?? "", redirect_uri: redirectUri };
    const session = randomBytes(32).toString("base64url");
    this.live.add(session);
    await this.keep(session, settings, provider, await askForTokens(provider, code));
    const { cookie, timeout } = settings;
    setTimeout(() => this.end(session, settings), Math.min(timeout * 1000, LONGEST_TIMER_MS)).unref();
    redirect(response, url, `${cookie}-0=${session}; Max-Age=${timeout}; Path=/; Secure; HttpOnly`);
  }

  /** Keeps a session, and renews it when its access token ends, as long as the provider lets it. */
  private async keep(session: string, settings: LoginSettings, provider: Provider, tokens: Tokens): Promise<void> {
    const { loadBalancerArn } = settings;
    const seconds = tokens.expires_in ?? 3_600;
    const claims = await ask(provider.userInfo, { Authorization: `Bearer ${tokens.access_token}` });
    const exp = Math.floor(Date.now() / 1000) + seconds;
    const { issuer: iss, clientId: client } = provider;
    const data = await new SignJWT({ ...claims, exp, iss })
      .setProtectedHeader({ typ: "JWT", kid: this.keyId, alg: "ES256", iss, client, signer: loadBalancerArn, exp })
      .sign(this.key);
    await this.options.sessions.put(loadBalancerArn, session, {
      "x-amzn-oidc-data": data,
      "x-amzn-oidc-identity": String(claims.sub),
      "x-amzn-oidc-accesstoken": tokens.access_token,
    });
    setTimeout(async () => {
      if (!this.live.has(session)) return;
      try {
        const { refresh_token } = tokens;
        if (!refresh_token) throw new Error("the provider has given no refresh token");
        const renewed = await askForTokens(provider, { grant_type: "refresh_token", refresh_token });
        await this.keep(session, settings, provider, { refresh_token, ...renewed });
      } catch {
        await this.end(session, settings);
      }
    }, seconds * 1000).unref();
  }

  private async end(session: string, { loadBalancerArn }: LoginSettings): Promise<void> {
    this.live.delete(session);
    await this.options.sessions.remove(loadBalancerArn, session).catch(() => {});
  }

  private async providerOf({ userPoolArn, clientId }: LoginSettings): Promise<Provider> {
    const { cognito, hostedLogin: base } = this.options;
    const [, UserPoolId = ""] = userPoolArn.split("/");
    const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId: clientId });
    const { UserPoolClient } = await cognito.send(command);
    return {
      authorize: `${base}/oauth2/authorize`,
      token: `${base}/oauth2/token`,
      userInfo: `${base}/oauth2/userInfo`,
      issuer: `https://cognito-idp.${userPoolArn.split(":")[3]}.amazonaws.com/${UserPoolId}`,
      clientId,
      secret: UserPoolClient?.ClientSecret ?? "",
    };
  }
}

/** The callback that the client has to have; it is deployed without the port of this machine. */
const returnTo = (host: string) => `https://${host.replace(/:\d+$/, "")}${LOGIN_RETURN_PATH}`;

function redirect(response: ServerResponse, Location: string, cookie: string): void {
  response.writeHead(302, { Location, "Set-Cookie": cookie, "Cache-Control": "no-store" }).end();
}

/** @throws Error with what the provider says */
async function askForTokens({ token, clientId, secret }: Provider, form: Record<string, string>): Promise<Tokens> {
  const basic = Buffer.from([clientId, secret].map(encodeURIComponent).join(":")).toString("base64");
  return (await ask(token, { Authorization: `Basic ${basic}` }, new URLSearchParams(form))) as unknown as Tokens;
}

async function ask(url: string, headers: Record<string, string>, body?: URLSearchParams) {
  const answer = await fetch(url, { method: body ? "POST" : "GET", headers, body });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

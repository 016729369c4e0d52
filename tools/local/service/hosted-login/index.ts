import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { claimsOf, cognitoOf, type Fields, Refusal, regionOf } from "../../emulator/gaps/cognito/backend.ts";
import type { Client } from "../../emulator/gaps/cognito/clients.ts";
import type { Cognito } from "../../emulator/gaps/cognito/index.ts";
import type { Moto } from "../../emulator/gaps/gap.ts";
import { type Grant, Grants } from "./grants.ts";
import { errorPage, Html, isStep, type Step, stepPage } from "./pages.ts";

// Stands in for the login pages and the OAuth 2.0 endpoints of a user pool's domain, for all pools of an emulator at once:
// the client names the pool. Only the grant by authorization code and refreshing are there; no other identity providers, no
// sign-up page, no protection against forged requests. Tokens are moto's: `nonce` is not in them, nor are the scopes.

export interface HostedLoginOptions {
  readonly cognito: Pick<Cognito, "clients" | "login" | "softwareToken">;
  readonly moto: Moto;
  /** Told at every request, so that an idle emulator can end itself. */
  readonly onRequest?: () => void;
  /** Where a client's URL is reached on this machine. @default there */
  readonly here?: (url: string) => string;
}

const COOKIE = "cognito";
const COOKIE_SECONDS = 3_600;

/** Makes the server; it speaks plain HTTP. */
export function createHostedLogin(options: HostedLoginOptions): Server {
  const pages = new HostedLogin(options);
  return createServer((request, response) => {
    options.onRequest?.();
    pages.answer(request).then(
      (answer) => send(answer, response),
      (cause) => send(answerTo(cause), response),
    );
  });
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Html | object;
}

/** What is wrong with a request, where it can't be sent back to the client. */
class OAuthError extends Error {
  readonly status: number;
  readonly isPage: boolean;

  constructor(error: string, { status = 400, isPage = false } = {}) {
    super(error);
    this.status = status;
    this.isPage = isPage;
  }
}

class HostedLogin {
  private readonly cognito: HostedLoginOptions["cognito"];
  private readonly moto: Moto;
  private readonly here: (url: string) => string;
  private readonly grants = new Grants();
  /** Access tokens that were given here: `userInfo` takes no others. */
  private readonly given = new Set<string>();
  /** Who is logged in, by cookie. */
  private readonly loggedIn = new Map<string, { clientId: string; tokens: object; endsAt: number }>();

  constructor({ cognito, moto, here = (url) => url }: HostedLoginOptions) {
    this.here = here;
    this.cognito = cognito;
    this.moto = moto;
  }

  async answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    switch (`${request.method} ${pathname}`) {
      case "GET /oauth2/authorize":
        return this.authorize(searchParams, request);
      case "GET /login":
        await this.readRequest(searchParams);
        return show(stepPage("PASSWORD"));
      case "POST /login":
        return this.logIn(searchParams, await formOf(request));
      case "POST /oauth2/token":
        return this.giveTokens(await formOf(request), request);
      case "GET /oauth2/userInfo":
      case "POST /oauth2/userInfo":
        return this.userInfo(request);
      case "GET /logout":
        return this.logOut(searchParams, request);
      default:
        throw new OAuthError("not_found", { status: 404, isPage: true });
    }
  }

  private async authorize(parameters: URLSearchParams, request: IncomingMessage): Promise<Answer> {
    const asked = await this.readRequest(parameters);
    if (asked.error) return this.sendTo(withParameters(asked.redirectUri, { error: asked.error, state: asked.state }));
    const session = this.loggedIn.get(cookieOf(request) ?? "");
    if (session && session.clientId === asked.client.id && Date.now() < session.endsAt) {
      return this.sendBack(asked, session.tokens);
    }
    return redirect(`/login?${parameters}`);
  }

  /** What a client asks for. @throws {OAuthError} where it can't be sent back to the client */
  private async readRequest(parameters: URLSearchParams) {
    const client = await this.clientOf(parameters.get("client_id") ?? "");
    const redirectUri = parameters.get("redirect_uri") ?? "";
    if (!client) throw new OAuthError("Client does not exist", { isPage: true });
    if (!client.settings.CallbackURLs?.includes(redirectUri))
      throw new OAuthError("redirect_mismatch", { isPage: true });
    const state = parameters.get("state") ?? undefined;
    const challenge = parameters.get("code_challenge") ?? undefined;
    return { client, redirectUri, state, challenge, error: problemOf(client.settings, parameters) };
  }

  /** One step: a password, a new password, or a code. */
  private async logIn(parameters: URLSearchParams, form: Fields): Promise<Answer> {
    const asked = await this.readRequest(parameters);
    if (asked.error) throw new OAuthError(asked.error, { isPage: true });
    const { username = "", session = "", key = "" } = form;
    const step = isStep(form.step) ? form.step : "PASSWORD";
    try {
      const outcome = await this.takeStep(asked.client, step, form);
      if (outcome.AuthenticationResult) return this.sendBack(asked, outcome.AuthenticationResult);
      return show(await this.nextPage(outcome, username));
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      const mustBeginAgain = cause.code === "NotAuthorizedException" || step === "PASSWORD";
      if (mustBeginAgain) return show(stepPage("PASSWORD", {}, cause.message));
      return show(stepPage(step, { username, session, step, key }, cause.message));
    }
  }

  private async takeStep(client: Client, step: Step, form: Fields): Promise<Fields> {
    const { login, softwareToken } = this.cognito;
    const { username: USERNAME = "", session, code = "" } = form;
    if (step === "PASSWORD") return login.withPassword(client, USERNAME, form.password ?? "");
    const verified = step === "MFA_SETUP" ? await softwareToken.verify(session, code) : { Session: session };
    const answer = { USERNAME, SOFTWARE_TOKEN_MFA_CODE: code, NEW_PASSWORD: form.newPassword };
    return login.respond(client, step, verified.Session, answer);
  }

  private async nextPage({ ChallengeName: step, Session: session }: Fields, username: string): Promise<Html> {
    if (!isStep(step)) throw new Error(`there is no page for the challenge ${step}`);
    if (step !== "MFA_SETUP") return stepPage(step, { username, step, session });
    const offered = await this.cognito.softwareToken.associate(session);
    return stepPage(step, { username, step, session: offered.Session, key: offered.SecretCode });
  }

  private sendBack({ client, redirectUri, state, challenge }: Asked, tokens: object): Answer {
    const grant: Grant = { clientId: client.id, redirectUri, challenge, tokens };
    const cookie = randomUUID();
    this.loggedIn.set(cookie, { clientId: client.id, tokens, endsAt: Date.now() + COOKIE_SECONDS * 1_000 });
    const to = withParameters(redirectUri, { code: this.grants.give(grant), state });
    return this.sendTo(to, `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${COOKIE_SECONDS}`);
  }

  private async giveTokens(form: Fields, request: IncomingMessage): Promise<Answer> {
    const client = await this.authenticate(form, request);
    const tokens: Fields | undefined = await this.tokensFor(client, form);
    if (!tokens) throw new OAuthError("invalid_grant");
    this.given.add(tokens.AccessToken);
    const { IdToken: id_token, AccessToken: access_token, RefreshToken: refresh_token, ExpiresIn: expires_in } = tokens;
    return show({ id_token, access_token, refresh_token, expires_in, token_type: "Bearer" });
  }

  private async tokensFor(client: Client, form: Fields): Promise<Fields | undefined> {
    if (form.grant_type === "authorization_code") {
      return this.grants.take(form.code ?? "", client.id, form.redirect_uri ?? "", form.code_verifier);
    }
    if (form.grant_type !== "refresh_token") throw new OAuthError("unsupported_grant_type");
    try {
      return (await this.cognito.login.renew(client, form.refresh_token)).AuthenticationResult;
    } catch {
      return undefined;
    }
  }

  /** By `client_secret_basic` or `client_secret_post`. @throws {OAuthError} when the client is not who it says it is */
  private async authenticate(form: Fields, { headers }: IncomingMessage): Promise<Client> {
    const [, basic] = /^Basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
    const [id, secret] = basic
      ? Buffer.from(basic, "base64").toString("utf8").split(":").map(decodeURIComponent)
      : [form.client_id, form.client_secret];
    const client = await this.clientOf(id ?? "");
    if (!client || client.secret !== secret) throw new OAuthError("invalid_client");
    return client;
  }

  private async userInfo({ headers }: IncomingMessage): Promise<Answer> {
    const [, token = ""] = /^Bearer (.+)$/i.exec(headers.authorization ?? "") ?? [];
    if (!this.given.has(token)) throw new OAuthError("invalid_token", { status: 401 });
    const { userPoolId } = claimsOf(token);
    const ask = cognitoOf(this.moto, regionOf(userPoolId));
    const user = await ask("GetUser", { AccessToken: token }).catch(() => {
      throw new OAuthError("invalid_token", { status: 401 });
    });
    const attributes = user.UserAttributes.map(({ Name, Value }: Fields) => [Name, Value]);
    return show({ ...Object.fromEntries(attributes), username: user.Username });
  }

  private async logOut(parameters: URLSearchParams, request: IncomingMessage): Promise<Answer> {
    const client = await this.clientOf(parameters.get("client_id") ?? "");
    if (!client) throw new OAuthError("Client does not exist", { isPage: true });
    this.loggedIn.delete(cookieOf(request) ?? "");
    const ended = `${COOKIE}=; Path=/; Max-Age=0`;
    const to = parameters.get("logout_uri");
    if (to === null) return redirect(`/login?${parameters}`, ended);
    if (!client.settings.LogoutURLs?.includes(to)) throw new OAuthError("redirect_mismatch", { isPage: true });
    return this.sendTo(to, ended);
  }

  private sendTo(client: string, cookie?: string): Answer {
    return redirect(this.here(client), cookie);
  }

  private clientOf(id: string): Promise<Client | undefined> {
    return this.cognito.clients.find(id, this.moto).catch((cause) => {
      if (cause instanceof Refusal) return undefined;
      throw cause;
    });
  }
}

type Asked = Pick<Grant, "redirectUri" | "challenge"> & { readonly client: Client; readonly state: string | undefined };

/** Why the client may not have what it asks for; nothing where it may. */
function problemOf(settings: Fields, parameters: URLSearchParams): string | undefined {
  const isAllowed = settings.AllowedOAuthFlowsUserPoolClient && settings.AllowedOAuthFlows?.includes("code");
  if (!isAllowed) return "unauthorized_client";
  if (parameters.get("response_type") !== "code") return "invalid_request";
  const isChallenged = parameters.has("code_challenge") || parameters.has("code_challenge_method");
  if (isChallenged && parameters.get("code_challenge_method") !== "S256") return "invalid_request";
  const scopes = (parameters.get("scope") ?? "").split(" ").filter(Boolean);
  return scopes.every((scope) => settings.AllowedOAuthScopes?.includes(scope)) ? undefined : "invalid_scope";
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(headers.cookie ?? "")?.[1];
}

const LONGEST_FORM = 65_536;

async function formOf(request: IncomingMessage): Promise<Fields> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LONGEST_FORM) throw new OAuthError("invalid_request", { status: 413 });
  }
  return Object.fromEntries(new URLSearchParams(text));
}

function withParameters(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const to = new URL(url);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) to.searchParams.set(name, value);
  return to.href;
}

const show = (body: Html | object): Answer => ({ status: 200, body });

const redirect = (location: string, cookie?: string): Answer => ({
  status: 302,
  headers: { Location: location, ...(cookie && { "Set-Cookie": cookie }) },
});

function answerTo(cause: unknown): Answer {
  if (!(cause instanceof OAuthError)) return { status: 500, body: errorPage(String(cause)) };
  const { status, message, isPage } = cause;
  return { status, body: isPage ? errorPage(message) : { error: message } };
}

function send({ status, headers, body }: Answer, response: ServerResponse): void {
  const isPage = body instanceof Html;
  const type = isPage ? "text/html; charset=utf-8" : "application/json";
  response.writeHead(status, { "Cache-Control": "no-store", ...(body && { "Content-Type": type }), ...headers });
  response.end(body && (isPage ? body.text : JSON.stringify(body)));
}

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { claimsOf, cognitoOf, type Fields, Refusal, regionOf } from "../../emulator/gaps/cognito/backend.ts";
import type { Client } from "../../emulator/gaps/cognito/clients.ts";
import type { Cognito } from "../../emulator/gaps/cognito/index.ts";
import type { Moto } from "../../emulator/gaps/gap.ts";
import { type Grant, Grants } from "./grants.ts";
import { errorPage, type Html, isStep, type Step, stepPage } from "./pages.ts";

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
  return createServer(async (request, response) => {
    options.onRequest?.();
    const answer = await pages.answer(request).catch((cause) => {
      return cause instanceof Response ? cause : show(errorPage(String(cause)), 500);
    });
    response.writeHead(answer.status, { "Cache-Control": "no-store", ...Object.fromEntries(answer.headers) });
    response.end(await answer.text());
  });
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

  /** @throws {Response} what is wrong with a request, where it can't be sent back to the client */
  async answer(request: IncomingMessage): Promise<Response> {
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
        throw show(errorPage("not_found"), 404);
    }
  }

  private async authorize(parameters: URLSearchParams, request: IncomingMessage): Promise<Response> {
    const asked = await this.readRequest(parameters);
    if (asked.error) return this.sendTo(withParameters(asked.redirectUri, { error: asked.error, state: asked.state }));
    const session = this.loggedIn.get(cookieOf(request) ?? "");
    if (session && session.clientId === asked.client.id && Date.now() < session.endsAt) {
      return this.sendBack(asked, session.tokens);
    }
    return redirect(`/login?${parameters}`);
  }

  /** What a client asks for. @throws {Response} where it can't be sent back to the client */
  private async readRequest(parameters: URLSearchParams) {
    const client = await this.clientOf(parameters.get("client_id") ?? "");
    const redirectUri = parameters.get("redirect_uri") ?? "";
    if (!client) throw show(errorPage("Client does not exist"), 400);
    if (!client.settings.CallbackURLs?.includes(redirectUri)) throw show(errorPage("redirect_mismatch"), 400);
    const state = parameters.get("state") ?? undefined;
    const challenge = parameters.get("code_challenge") ?? undefined;
    return { client, redirectUri, state, challenge, error: problemOf(client.settings, parameters) };
  }

  /** One step: a password, a new password, or a code. */
  private async logIn(parameters: URLSearchParams, form: Fields): Promise<Response> {
    const asked = await this.readRequest(parameters);
    if (asked.error) throw show(errorPage(asked.error), 400);
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

  private sendBack({ client, redirectUri, state, challenge }: Asked, tokens: object): Response {
    const grant: Grant = { clientId: client.id, redirectUri, challenge, tokens };
    const cookie = randomUUID();
    this.loggedIn.set(cookie, { clientId: client.id, tokens, endsAt: Date.now() + COOKIE_SECONDS * 1_000 });
    const to = withParameters(redirectUri, { code: this.grants.give(grant), state });
    return this.sendTo(to, `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${COOKIE_SECONDS}`);
  }

  private async giveTokens(form: Fields, request: IncomingMessage): Promise<Response> {
    const client = await this.authenticate(form, request);
    const tokens: Fields | undefined = await this.tokensFor(client, form);
    if (!tokens) throw refusal("invalid_grant");
    this.given.add(tokens.AccessToken);
    const { IdToken: id_token, AccessToken: access_token, RefreshToken: refresh_token, ExpiresIn: expires_in } = tokens;
    return Response.json({ id_token, access_token, refresh_token, expires_in, token_type: "Bearer" });
  }

  private async tokensFor(client: Client, form: Fields): Promise<Fields | undefined> {
    if (form.grant_type === "authorization_code") {
      return this.grants.take(form.code ?? "", client.id, form.redirect_uri ?? "", form.code_verifier);
    }
    if (form.grant_type !== "refresh_token") throw refusal("unsupported_grant_type");
    try {
      return (await this.cognito.login.renew(client, form.refresh_token)).AuthenticationResult;
    } catch {
      return undefined;
    }
  }

  /** By `client_secret_basic` or `client_secret_post`. @throws {Response} when the client is not who it says it is */
  private async authenticate(form: Fields, { headers }: IncomingMessage): Promise<Client> {
    const [, basic] = /^Basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
    const [id, secret] = basic
      ? Buffer.from(basic, "base64").toString("utf8").split(":").map(decodeURIComponent)
      : [form.client_id, form.client_secret];
    const client = await this.clientOf(id ?? "");
    if (!client || client.secret !== secret) throw refusal("invalid_client");
    return client;
  }

  private async userInfo({ headers }: IncomingMessage): Promise<Response> {
    const [, token = ""] = /^Bearer (.+)$/i.exec(headers.authorization ?? "") ?? [];
    if (!this.given.has(token)) throw refusal("invalid_token", 401);
    const { userPoolId } = claimsOf(token);
    const ask = cognitoOf(this.moto, regionOf(userPoolId));
    const user = await ask("GetUser", { AccessToken: token }).catch(() => {
      throw refusal("invalid_token", 401);
    });
    const attributes = user.UserAttributes.map(({ Name, Value }: Fields) => [Name, Value]);
    return Response.json({ ...Object.fromEntries(attributes), username: user.Username });
  }

  private async logOut(parameters: URLSearchParams, request: IncomingMessage): Promise<Response> {
    const client = await this.clientOf(parameters.get("client_id") ?? "");
    if (!client) throw show(errorPage("Client does not exist"), 400);
    this.loggedIn.delete(cookieOf(request) ?? "");
    const ended = `${COOKIE}=; Path=/; Max-Age=0`;
    const to = parameters.get("logout_uri");
    if (to === null) return redirect(`/login?${parameters}`, ended);
    if (!client.settings.LogoutURLs?.includes(to)) throw show(errorPage("redirect_mismatch"), 400);
    return this.sendTo(to, ended);
  }

  private sendTo(client: string, cookie?: string): Response {
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
    if (text.length > LONGEST_FORM) throw refusal("invalid_request", 413);
  }
  return Object.fromEntries(new URLSearchParams(text));
}

function withParameters(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const to = new URL(url);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) to.searchParams.set(name, value);
  return to.href;
}

const show = ({ text }: Html, status = 200) =>
  new Response(text, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });

const refusal = (error: string, status = 400) => Response.json({ error }, { status });

const redirect = (Location: string, cookie?: string) =>
  new Response(null, { status: 302, headers: { Location, ...(cookie && { "Set-Cookie": cookie }) } });

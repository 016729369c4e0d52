import { createHmac, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  type AuthFlowType,
  type ChallengeNameType,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SignUpCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { Secret, TOTP } from "otpauth";
import { emulatorClient } from "./aws-environment.ts";

export interface JourneyOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly clientId: string;
  /** Told each thing that was seen to work, as it is seen. */
  readonly onSeen: (fact: string) => void;
}

/** What this journey cannot tell, because the emulator does not do as Cognito does. */
export const notVerified = [
  "wrong passwords and codes never lock a user out",
  "access tokens do not expire",
  "user names are case-sensitive",
  "mails are written into files and not sent",
];

/** A user of a pool, with what they and the app know. */
export interface User {
  /** Logs in with the password, and with a code where the pool asks for one; gives the ID token. @throws where that fails */
  logIn(): Promise<string>;
}

/**
 * Walks the way of a new user through the deployed pool and client: sign up, log in, register TOTP, log in again with
 * password and code. At each step, what Cognito must refuse is tried first.
 *
 * @throws at the first step that does not go as it must.
 */
export async function walkSignInJourney({ onSeen, ...options }: JourneyOptions): Promise<void> {
  const server = await AppServer.of(options);
  onSeen("the app client has a secret and lets users in by user name and password");
  const { username, password } = newUser();

  await mustBeRefused("a sign-up without the client's secret", "NotAuthorizedException", () =>
    server.signUp(username, password, null),
  );
  await mustBeRefused("a weak password", "InvalidPasswordException", () => server.signUp(username, "password"));
  onSeen("a client that does not know the app client's secret is refused, and so is a weak password");

  await server.signUp(username, password);
  await mustBeRefused("an invented code", "ExpiredCodeException", () => server.confirm(username, "123456"));
  await mustBeRefused("an unconfirmed user", "UserNotConfirmedException", () => server.logIn(username, password));
  await server.confirmAsAdministrator(username);
  onSeen("a user signs up with user name and password, and is let in only when an administrator has confirmed them");

  await mustBeRefused("a wrong password", "NotAuthorizedException", () => server.logIn(username, `${password}x`));
  await mustBeRefused("another auth flow", "InvalidParameterException", () =>
    server.logIn(username, password, "USER_SRP_AUTH"),
  );
  onSeen("a wrong password is refused, and so is an auth flow that the client does not list");

  await mustBeRefused("a user who registers no authenticator app", "InvalidParameterException", async () =>
    server.respond(username, "MFA_SETUP", (await server.challenge(username, password, "MFA_SETUP")).Session),
  );
  const app = await server.enrol(username, password, async (session, { wrongCode }) => {
    await mustBeRefused("a wrong code", "EnableSoftwareTokenMFAException", async () =>
      server.verify({ Session: session }, await wrongCode()),
    );
  });
  onSeen("the user must register an authenticator app before anything else, with one of its codes");

  const { Session } = await server.challenge(username, password, "SOFTWARE_TOKEN_MFA");
  const answer = (code: string) =>
    server.respond(username, "SOFTWARE_TOKEN_MFA", Session, { SOFTWARE_TOKEN_MFA_CODE: code });
  await mustBeRefused("a wrong code", "CodeMismatchException", async () => answer(await app.wrongCode()));
  await mustBeRefused("a code used before", "ExpiredCodeException", async () => answer(app.lastCode()));
  onSeen("from now on the password alone does not do; a wrong code is refused, and so is one used before");

  const code = await app.code();
  const { AuthenticationResult } = await answer(code);
  if (!AuthenticationResult?.IdToken) throw new Error("Password and code were accepted, but no tokens came back");
  await mustBeRefused("a session used before", "NotAuthorizedException", () => answer(code));
  onSeen("password and code together log the user in, once");
}

/**
 * Makes a user who has registered an authenticator app, unless the pool has no second factor.
 *
 * @throws at the first step that does not go as it must.
 */
export async function signUp(options: Omit<JourneyOptions, "onSeen">): Promise<User> {
  const server = await AppServer.of(options);
  const { username, password } = newUser();
  await server.createUser(username, password);
  const app = (await server.secondFactor()) === "OFF" ? undefined : await server.enrol(username, password);
  return {
    async logIn() {
      const { AuthenticationResult } = app
        ? await server.logInWith(username, password, await app.code())
        : await server.logIn(username, password);
      if (!AuthenticationResult?.IdToken) throw new Error("The login was accepted, but no tokens came back");
      return AuthenticationResult.IdToken;
    },
  };
}

function newUser() {
  return {
    // A pool whose users go by their e-mail address takes nothing else.
    username: `local-${randomBytes(4).toString("hex")}@example.com`,
    password: `Aa1!${randomBytes(12).toString("base64url")}`,
  };
}

/** What Rails does: it holds the client's secret. */
class AppServer {
  private readonly cognito: CognitoIdentityProviderClient;
  private readonly options: Omit<JourneyOptions, "onSeen">;
  private readonly secret: string;

  static async of(options: Omit<JourneyOptions, "onSeen">): Promise<AppServer> {
    const cognito = new CognitoIdentityProviderClient(emulatorClient(options));
    return new AppServer(cognito, options, await secretOf(cognito, options.userPoolId, options.clientId));
  }

  private constructor(cognito: CognitoIdentityProviderClient, options: Omit<JourneyOptions, "onSeen">, secret: string) {
    this.cognito = cognito;
    this.options = options;
    this.secret = secret;
  }

  /** @param hash `null` sends none */
  signUp(Username: string, Password: string, hash: string | null = this.secretHash(Username)) {
    const UserAttributes = [{ Name: "email", Value: Username }];
    const SecretHash = hash ?? undefined;
    return this.cognito.send(new SignUpCommand({ ...this.client, Username, Password, SecretHash, UserAttributes }));
  }

  confirm(Username: string, ConfirmationCode: string) {
    const SecretHash = this.secretHash(Username);
    return this.cognito.send(new ConfirmSignUpCommand({ ...this.client, Username, ConfirmationCode, SecretHash }));
  }

  confirmAsAdministrator(Username: string) {
    return this.cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: this.UserPoolId, Username }));
  }

  /** By signing up, or where the pool does not let users do that, by an administrator. */
  async createUser(Username: string, Password: string): Promise<void> {
    const { UserPoolId } = this;
    const { UserPool } = await this.cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
    if (UserPool?.AdminCreateUserConfig?.AllowAdminCreateUserOnly) {
      await this.cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: "SUPPRESS" }));
      await this.cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
    } else {
      await this.signUp(Username, Password);
      await this.confirmAsAdministrator(Username);
    }
  }

  async secondFactor() {
    const { UserPoolId } = this;
    return (await this.cognito.send(new GetUserPoolMfaConfigCommand({ UserPoolId }))).MfaConfiguration;
  }

  /** With password and code. */
  async logInWith(username: string, password: string, code: string) {
    const { Session } = await this.challenge(username, password, "SOFTWARE_TOKEN_MFA");
    return this.respond(username, "SOFTWARE_TOKEN_MFA", Session, { SOFTWARE_TOKEN_MFA_CODE: code });
  }

  logIn(USERNAME: string, PASSWORD: string, AuthFlow: AuthFlowType = "USER_PASSWORD_AUTH") {
    const AuthParameters = { USERNAME, PASSWORD, SECRET_HASH: this.secretHash(USERNAME) };
    return this.cognito.send(new InitiateAuthCommand({ ...this.client, AuthFlow, AuthParameters }));
  }

  /** Logs in with a password. @throws Error where that gives anything but the challenge */
  async challenge(username: string, password: string, expected: ChallengeNameType) {
    const answer = await this.logIn(username, password);
    if (answer.ChallengeName === expected) return answer;
    throw new Error(`The login must give the challenge ${expected}, but it gave ${describe(answer)}`);
  }

  respond(USERNAME: string, ChallengeName: ChallengeNameType, Session?: string, answer: Record<string, string> = {}) {
    const ChallengeResponses = { USERNAME, SECRET_HASH: this.secretHash(USERNAME), ...answer };
    return this.cognito.send(
      new RespondToAuthChallengeCommand({ ...this.client, ChallengeName, Session, ChallengeResponses }),
    );
  }

  verify(by: { Session?: string; AccessToken?: string }, UserCode: string) {
    return this.cognito.send(new VerifySoftwareTokenCommand({ ...by, UserCode }));
  }

  /**
   * Logs in for the first time and registers an authenticator app: because the pool demands it, or because the user wants it.
   *
   * @param before called with the session, before a code of the app is given
   */
  async enrol(
    username: string,
    password: string,
    before?: (session: string | undefined, app: AuthenticatorApp) => Promise<void>,
  ): Promise<AuthenticatorApp> {
    const first = await this.logIn(username, password);
    const AccessToken = first.AuthenticationResult?.AccessToken;
    if (!AccessToken && first.ChallengeName !== "MFA_SETUP") throw new Error(`The first login gave ${describe(first)}`);

    const by = AccessToken ? { AccessToken } : { Session: first.Session };
    const { SecretCode, Session } = await this.cognito.send(new AssociateSoftwareTokenCommand(by));
    if (!SecretCode) throw new Error("AssociateSoftwareToken gave no secret");
    const app = authenticatorApp(SecretCode);
    await before?.(Session, app);
    const verified = await this.verify(AccessToken ? by : { Session }, await app.code());
    if (verified.Status !== "SUCCESS") throw new Error(`VerifySoftwareToken answered ${verified.Status}`);

    if (AccessToken) {
      const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
      await this.cognito.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings }));
    } else {
      const { AuthenticationResult } = await this.respond(username, "MFA_SETUP", verified.Session);
      if (!AuthenticationResult?.AccessToken)
        throw new Error("The authenticator app is registered, but no tokens came");
    }
    return app;
  }

  private get UserPoolId() {
    return this.options.userPoolId;
  }

  private get client() {
    return { ClientId: this.options.clientId };
  }

  private secretHash(username: string): string {
    return createHmac("sha256", this.secret).update(`${username}${this.options.clientId}`).digest("base64");
  }
}

async function secretOf(cognito: CognitoIdentityProviderClient, userPoolId: string, clientId: string): Promise<string> {
  const { UserPoolClient: client } = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }),
  );
  if (!client?.ClientSecret) throw new Error(`The app client ${clientId} has no secret`);
  if (!client.ExplicitAuthFlows?.includes("ALLOW_USER_PASSWORD_AUTH")) {
    throw new Error(`The app client ${clientId} does not allow ALLOW_USER_PASSWORD_AUTH`);
  }
  return client.ClientSecret;
}

/** What the user's phone does. */
interface AuthenticatorApp {
  /** A code that was not asked for before. */
  code(): Promise<string>;
  /** The code that was asked for last. */
  lastCode(): string;
  wrongCode(): Promise<string>;
}

const periodMs = 30_000;

function authenticatorApp(secret: string): AuthenticatorApp {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  let last = 0;
  return {
    async code() {
      // A code on the verge of its end could be stale when it arrives.
      const leftMs = periodMs - (Date.now() % periodMs);
      if (leftMs < 3_000) await sleep(leftMs);
      // Each code is good once. The next one is accepted already, as if this clock were half a minute fast.
      while (totp.counter() < last) await sleep(500);
      last = Math.max(totp.counter(), last + 1);
      return this.lastCode();
    },
    lastCode: () => totp.generate({ timestamp: last * periodMs }),
    async wrongCode() {
      const near = [-1, 0, 1].map((periods) => totp.generate({ timestamp: Date.now() + periods * periodMs }));
      const wrong = ["000000", "111111", "222222", "333333"].find((code) => !near.includes(code));
      return wrong ?? "444444";
    },
  };
}

async function mustBeRefused(what: string, error: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
  } catch (cause) {
    if (cause instanceof Error && cause.name === error) return;
    throw cause;
  }
  throw new Error(`Cognito accepted ${what}`);
}

const describe = ({ ChallengeName }: InitiateAuthCommandOutput) =>
  ChallengeName ? `the challenge ${ChallengeName}` : "tokens and no challenge";

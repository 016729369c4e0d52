import { createHmac, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AdminConfirmSignUpCommand,
  AssociateSoftwareTokenCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeCommandOutput,
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
  "that a new user must register TOTP: the emulator lets a user without it in, though the pool demands it",
  "that only the client's auth flows are allowed: the emulator takes any (the flow used here is on the client's list)",
  "that every user gets a TOTP secret of their own, and that a code is accepted only once: the emulator has one secret for all",
  "that the client's secret is needed for every call: the emulator looks at it only where a code is answered",
  "that mails arrive: the emulator sends none, so an administrator confirms the user",
];

/** A user of a pool, with what they and the app know. */
export interface User {
  readonly username: string;
  readonly password: string;
  readonly app: AuthenticatorApp;
  /** Logs in with user name and password. */
  logIn(password?: string): Promise<InitiateAuthCommandOutput>;
  /** Logs in, and answers with a code. @throws where the password alone does, or the answer is not accepted */
  logInWith(code: string, secretHash?: string): Promise<RespondToAuthChallengeCommandOutput>;
}

/**
 * Walks the way of a new user through the deployed pool and client: sign up, log in, register TOTP, log in again with
 * password and code.
 *
 * @throws at the first step that does not go as it must.
 */
export async function walkSignInJourney(options: JourneyOptions): Promise<void> {
  const { onSeen } = options;
  const { logIn, logInWith, app, password } = await signUp(options);

  await mustBeRefused("a wrong password", "NotAuthorizedException", () => logIn(`${password}x`));
  onSeen("a wrong password is refused");

  const wrongCode = await app.wrongCode();
  await mustBeRefused("a wrong code", "CodeMismatchException", () => logInWith(wrongCode));
  onSeen("from now on the password alone does not do, and a wrong code is refused");

  const code = await app.code();
  await mustBeRefused("a wrong secret hash", "NotAuthorizedException", () => logInWith(code, "bm90IGl0"));
  onSeen("a client that does not know the app client's secret is refused");

  const last = await logInWith(await app.code());
  if (!last.AuthenticationResult?.IdToken) throw new Error("Password and code were accepted, but no tokens came back");
  onSeen("password and code together log the user in");
}

/**
 * Makes a user who has registered an authenticator app.
 *
 * @throws at the first step that does not go as it must.
 */
export async function signUp({ endpoint, region, userPoolId, clientId, onSeen }: JourneyOptions): Promise<User> {
  const cognito = new CognitoIdentityProviderClient(emulatorClient({ endpoint, region }));
  // A pool whose users go by their e-mail address takes nothing else.
  const username = `local-${randomBytes(4).toString("hex")}@example.com`;
  const password = `Aa1!${randomBytes(12).toString("base64url")}`;

  const clientSecret = await secretOf(cognito, userPoolId, clientId);
  onSeen("the app client has a secret and lets users in by user name and password");
  const secretHash = createHmac("sha256", clientSecret).update(`${username}${clientId}`).digest("base64");
  const logIn = (PASSWORD = password) =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: username, PASSWORD, SECRET_HASH: secretHash },
      }),
    );
  const logInWith = async (code: string, SECRET_HASH = secretHash) => {
    const challenge = await logIn();
    if (challenge.ChallengeName !== "SOFTWARE_TOKEN_MFA") {
      throw new Error(`The password alone must not do, but the login gave ${describe(challenge)}`);
    }
    return cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        Session: challenge.Session,
        ChallengeResponses: { USERNAME: username, SECRET_HASH, SOFTWARE_TOKEN_MFA_CODE: code },
      }),
    );
  };

  await cognito.send(
    new SignUpCommand({
      ClientId: clientId,
      SecretHash: secretHash,
      Username: username,
      Password: password,
      UserAttributes: [{ Name: "email", Value: username }],
    }),
  );
  await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: userPoolId, Username: username }));
  onSeen("a user signs up with user name and password");

  const first = await logIn();
  const accessToken = first.AuthenticationResult?.AccessToken;
  if (!accessToken) throw new Error(`The first login gave no access token but ${describe(first)}`);
  const app = await registerTotp(cognito, accessToken);
  onSeen("the user registers an authenticator app");
  return { username, password, app, logIn, logInWith };
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

async function registerTotp(cognito: CognitoIdentityProviderClient, accessToken: string) {
  const { SecretCode } = await cognito.send(new AssociateSoftwareTokenCommand({ AccessToken: accessToken }));
  if (!SecretCode) throw new Error("AssociateSoftwareToken gave no secret");
  const totp = authenticatorApp(SecretCode);
  const { Status } = await cognito.send(
    new VerifySoftwareTokenCommand({ AccessToken: accessToken, UserCode: await totp.code() }),
  );
  if (Status !== "SUCCESS") throw new Error(`VerifySoftwareToken answered ${Status}`);
  await cognito.send(
    new SetUserMFAPreferenceCommand({
      AccessToken: accessToken,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    }),
  );
  return totp;
}

/** What the user's phone does. */
interface AuthenticatorApp {
  code(): Promise<string>;
  wrongCode(): Promise<string>;
}

function authenticatorApp(secret: string): AuthenticatorApp {
  const periodMs = 30_000;
  const totp = new TOTP({ secret: Secret.fromBase32(secret.toUpperCase()), digits: 6, period: periodMs / 1000 });
  return {
    async code(): Promise<string> {
      // A code on the verge of its end could be stale when it arrives.
      const leftMs = periodMs - (Date.now() % periodMs);
      if (leftMs < 3_000) await sleep(leftMs);
      return totp.generate();
    },
    async wrongCode(): Promise<string> {
      const right = Number(await this.code());
      return String((right + 1) % 1_000_000).padStart(6, "0");
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

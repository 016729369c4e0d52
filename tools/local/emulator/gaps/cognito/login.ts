import type { Gap } from "../gap.ts";
import type { Authenticators } from "./authenticators.ts";
import { cognitoCall, type Fields, type Give, invalid, notAuthorized, Refusal } from "./backend.ts";
import { type Client, type Clients, checkFlow, checkSecretHash, secretHash } from "./clients.ts";
import { checkPassword } from "./password-policy.ts";
import type { Begun, Sessions } from "./sessions.ts";
import { findUser, hidesUsers, type User } from "./users.ts";

/** Logging in: with a password, and with what the user's second factor asks for after it. */
export class Login {
  private readonly sessions: Sessions;
  private readonly authenticators: Authenticators;
  /** Who got a refresh token, and by which client. */
  private readonly refreshable = new Map<string, { readonly user: User; readonly clientId: string }>();

  constructor(sessions: Sessions, authenticators: Authenticators) {
    this.sessions = sessions;
    this.authenticators = authenticators;
  }

  /** Whatever the client's flows are. @throws {Refusal} when the user may not log in */
  async withPassword(client: Client, loginName: string, password: string): Promise<Fields> {
    const answer = await askForPassword(client, loginName, password);
    const user = await findUser(client, loginName);
    if (!user) throw wrongPassword();
    if (user.status === "UNCONFIRMED") throw new Refusal("UserNotConfirmedException", "User is not confirmed.");
    if (user.status === "RESET_REQUIRED") {
      throw new Refusal("PasswordResetRequiredException", "Password reset required for the user");
    }
    if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED") {
      const { sub, ...attributes } = user.attributes;
      return this.challenge(
        { client, user, next: "NEW_PASSWORD_REQUIRED", motoSession: answer.Session },
        { requiredAttributes: "[]", userAttributes: JSON.stringify(attributes) },
      );
    }
    return this.afterPassword(client, user, answer);
  }

  /** @throws {Refusal} when the session or what the user answers is not right */
  async respond(client: Client, challenge: string, session: string, responses: Fields): Promise<Fields> {
    const begun = this.sessions.find(session, ...nextOf(challenge));
    const { user, tokens, motoSession } = begun;
    const names = [user.loginName, user.username, user.sub];
    if (begun.client.id !== client.id || !names.includes(responses.USERNAME)) {
      throw notAuthorized("Invalid session for the user.");
    }
    if (begun.next === "MFA_SETUP") throw invalid("User has not verified software token mfa");
    if (begun.next === "NEW_PASSWORD_REQUIRED") {
      const password = required(responses, "NEW_PASSWORD");
      checkPassword(client.pool, password);
      const answer = await client.ask("RespondToAuthChallenge", {
        ClientId: client.id,
        ChallengeName: challenge,
        Session: motoSession,
        ChallengeResponses: { USERNAME: user.loginName, NEW_PASSWORD: password },
      });
      this.sessions.end(session);
      return this.afterPassword(client, user, answer);
    }
    if (begun.next === "SOFTWARE_TOKEN_MFA") {
      this.authenticators.check(user.sub, required(responses, "SOFTWARE_TOKEN_MFA_CODE"));
    }
    this.sessions.end(session);
    return this.handOut(client, user, tokens ?? {});
  }

  /** @throws {Refusal} when the token is invalid or another client's, or the secret hash is wrong */
  async refresh(client: Client, { REFRESH_TOKEN: token, SECRET_HASH: hash }: Fields): Promise<Fields> {
    if (client.secret === undefined || hash === undefined) {
      checkSecretHash(client, "", hash);
      return this.renew(client, token);
    }
    const { loginName, username, sub } = this.ownerOf(token, client);
    const hashes = [loginName, username, sub].map((name) => secretHash(client, name));
    if (!hashes.includes(hash)) throw notAuthorized(`SecretHash does not match for the client: ${client.id}`);
    return this.renew(client, token);
  }

  /** New tokens, for a client that is authenticated. @throws {Refusal} when the token is invalid or another client's */
  async renew(client: Client, token: string): Promise<Fields> {
    const { loginName } = this.ownerOf(token, client);
    return client.ask("InitiateAuth", {
      ClientId: client.id,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: token, SECRET_HASH: secretHash(client, loginName) },
    });
  }

  private ownerOf(token: string, { id }: Client): User {
    const owner = this.refreshable.get(token);
    if (owner?.clientId !== id) throw notAuthorized("Invalid Refresh Token");
    return owner.user;
  }

  /** The password was right: the second factor, which the pool demands or the user has switched on, or tokens. */
  private async afterPassword(client: Client, user: User, answer: Fields): Promise<Fields> {
    const mfa = await client.ask("GetUserPoolMfaConfig", { UserPoolId: client.poolId });
    const isDemanded = mfa.MfaConfiguration === "ON";
    if (answer.ChallengeName === "SMS_MFA" || (isDemanded && !mfa.SoftwareTokenMfaConfiguration?.Enabled)) {
      throw invalid("The emulator knows no second factor but an authenticator app");
    }
    const tokens = await tokensBehind(client, user, answer);
    const isRegistered = this.authenticators.has(user.sub);
    if (isRegistered && (isDemanded || user.secondFactors.includes("SOFTWARE_TOKEN_MFA"))) {
      return this.challenge({ client, user, next: "SOFTWARE_TOKEN_MFA", tokens });
    }
    if (isDemanded) {
      const MFAS_CAN_SETUP = JSON.stringify(["SOFTWARE_TOKEN_MFA"]);
      return this.challenge({ client, user, next: "MFA_SETUP", tokens }, { MFAS_CAN_SETUP });
    }
    return this.handOut(client, user, tokens);
  }

  private challenge(begun: Begun, parameters: object = {}): Fields {
    return {
      ChallengeName: begun.next,
      ChallengeParameters: { USER_ID_FOR_SRP: begun.user.username, ...parameters },
      Session: this.sessions.begin(begun),
    };
  }

  private handOut({ id: clientId }: Client, user: User, tokens: Fields): Fields {
    this.refreshable.set(tokens.RefreshToken, { user, clientId });
    return { ChallengeParameters: {}, AuthenticationResult: tokens };
  }
}

/** The calls that log a user in. */
export function loginCalls(clients: Clients, login: Login): Gap[] {
  const initiate: Give = async ({ ClientId, AuthFlow: flow, AuthParameters: parameters = {} }, moto) => {
    const client = await clients.find(ClientId, moto);
    checkFlow(client, flow);
    if (flow.startsWith("REFRESH_TOKEN")) return login.refresh(client, parameters);
    if (!/PASSWORD_AUTH$|^ADMIN_NO_SRP_AUTH$/.test(flow)) {
      throw invalid(`The emulator can't log users in by ${flow}: it could not tell a right password from a wrong one`);
    }
    const username = required(parameters, "USERNAME");
    checkSecretHash(client, username, parameters.SECRET_HASH);
    return login.withPassword(client, username, required(parameters, "PASSWORD"));
  };
  const respond: Give = async ({ ClientId, ChallengeName, Session, ChallengeResponses: responses = {} }, moto) => {
    const client = await clients.find(ClientId, moto);
    checkSecretHash(client, required(responses, "USERNAME"), responses.SECRET_HASH);
    return login.respond(client, ChallengeName, Session, responses);
  };

  const standIn = "checks that, and asks moto for the password and the tokens";
  const whyInitiate =
    "moto lets a user without a second factor in where the pool demands one, takes any auth flow, and asks for no secret";
  const whyRespond = "moto has one TOTP secret for all users, takes a code twice, and its sessions never end";
  return [
    cognitoCall("InitiateAuth", whyInitiate, standIn, initiate),
    cognitoCall("AdminInitiateAuth", whyInitiate, standIn, initiate),
    cognitoCall("RespondToAuthChallenge", whyRespond, standIn, respond),
    cognitoCall("AdminRespondToAuthChallenge", whyRespond, standIn, respond),
  ];
}

/** Moto's answer to the password, whatever the client's flows and the calling API. */
async function askForPassword(client: Client, USERNAME: string, PASSWORD: string): Promise<Fields> {
  try {
    return await client.ask("InitiateAuth", {
      ClientId: client.id,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD },
    });
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === "UserNotFoundException" && hidesUsers(client)) throw wrongPassword();
    throw cause;
  }
}

/** Moto's tokens, behind the challenges that it has itself: this checks them in its place. */
async function tokensBehind(client: Client, { loginName }: User, answer: Fields): Promise<Fields> {
  if (answer.AuthenticationResult) return answer.AuthenticationResult;
  const SECRET_HASH = secretHash(client, loginName);
  const next = await client.ask("RespondToAuthChallenge", {
    ClientId: client.id,
    ChallengeName: answer.ChallengeName,
    Session: answer.Session,
    ChallengeResponses: { USERNAME: loginName, SOFTWARE_TOKEN_MFA_CODE: "000000", SECRET_HASH },
  });
  return next.AuthenticationResult;
}

function nextOf(challenge: string): Begun["next"][] {
  if (challenge === "MFA_SETUP") return ["MFA_SETUP", "REGISTERED"];
  return challenge === "SOFTWARE_TOKEN_MFA" || challenge === "NEW_PASSWORD_REQUIRED" ? [challenge] : [];
}

function required(fields: Fields, name: string): string {
  if (typeof fields[name] !== "string") throw invalid(`Missing required parameter ${name}`);
  return fields[name];
}

const wrongPassword = () => notAuthorized("Incorrect username or password.");

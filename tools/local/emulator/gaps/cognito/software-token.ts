import type { Gap, Moto } from "../gap.ts";
import type { Authenticators } from "./authenticators.ts";
import {
  type AskMoto,
  claimsOf,
  cognitoCall,
  cognitoOf,
  type Fields,
  notAuthorized,
  Refusal,
  regionOf,
} from "./backend.ts";
import type { Sessions } from "./sessions.ts";

/** Registering an authenticator app: with the session of an `MFA_SETUP` challenge, or when logged in. */
export class SoftwareToken {
  private readonly sessions: Sessions;
  private readonly authenticators: Authenticators;

  constructor(sessions: Sessions, authenticators: Authenticators) {
    this.sessions = sessions;
    this.authenticators = authenticators;
  }

  /** @throws {Refusal} when the session has ended */
  async associate(session: string): Promise<Fields> {
    const begun = this.sessions.find(session, "MFA_SETUP");
    this.sessions.end(session);
    return { SecretCode: this.authenticators.offer(begun.user.sub), Session: this.sessions.begin(begun) };
  }

  /** @throws {Refusal} when the session has ended, or the code is wrong */
  async verify(session: string, code: string): Promise<Fields> {
    const begun = this.sessions.find(session, "MFA_SETUP");
    this.authenticators.register(begun.user.sub, code);
    this.sessions.end(session);
    const { ask } = begun.client;
    const { AccessToken }: Fields = begun.tokens ?? {};
    await ask("VerifySoftwareToken", { AccessToken, UserCode: code });
    // Whoever is asked to register has the second factor from then on.
    await ask("SetUserMFAPreference", { AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
    return { Status: "SUCCESS", Session: this.sessions.begin({ ...begun, next: "REGISTERED" }) };
  }

  /** @throws {Refusal} when the token is invalid, or the pool has no software token */
  async associateLoggedIn(token: string, moto: Moto): Promise<Fields> {
    const { ask, sub, userPoolId } = loggedIn(token, moto);
    await ask("AssociateSoftwareToken", { AccessToken: token }).catch(invalidToken);
    const mfa = await ask("GetUserPoolMfaConfig", { UserPoolId: userPoolId });
    if (!mfa.SoftwareTokenMfaConfiguration?.Enabled) {
      const message = "Software Token MFA has not been enabled by the userPool.";
      throw new Refusal("SoftwareTokenMFANotFoundException", message);
    }
    return { SecretCode: this.authenticators.offer(sub) };
  }

  /** @throws {Refusal} when the token is invalid, or the code is wrong */
  async verifyLoggedIn(token: string, code: string, moto: Moto): Promise<Fields> {
    const { ask, sub } = loggedIn(token, moto);
    await ask("GetUser", { AccessToken: token }).catch(invalidToken);
    this.authenticators.register(sub, code);
    await ask("VerifySoftwareToken", { AccessToken: token, UserCode: code });
    return { Status: "SUCCESS" };
  }
}

/** The calls that register an authenticator app. */
export function softwareTokenCalls(token: SoftwareToken): Gap[] {
  const why = "moto has one secret for all users";
  return [
    cognitoCall(
      "AssociateSoftwareToken",
      why,
      "a secret of the user's own, once moto knows the session or the token",
      async ({ Session, AccessToken }, moto) =>
        Session ? token.associate(Session) : token.associateLoggedIn(AccessToken, moto),
    ),
    cognitoCall(
      "VerifySoftwareToken",
      why,
      "checks the code, and lets moto know that the user has an authenticator app",
      async ({ Session, AccessToken, UserCode }, moto) =>
        Session ? token.verify(Session, UserCode) : token.verifyLoggedIn(AccessToken, UserCode, moto),
    ),
  ];
}

function loggedIn(token: string, moto: Moto): { ask: AskMoto; sub: string; userPoolId: string } {
  const { sub, userPoolId } = claimsOf(token);
  return { ask: cognitoOf(moto, regionOf(userPoolId)), sub, userPoolId };
}

function invalidToken(): never {
  throw notAuthorized("Invalid Access Token");
}

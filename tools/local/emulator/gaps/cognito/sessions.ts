import { randomBytes } from "node:crypto";
import { notAuthorized } from "./backend.ts";
import type { Client } from "./clients.ts";
import type { User } from "./users.ts";

/** How far a user has come who has begun to log in. */
export interface Begun {
  readonly client: Client;
  readonly user: User;
  /** What the user must do next. `REGISTERED`: has done what `MFA_SETUP` asks for. */
  readonly next: "SOFTWARE_TOKEN_MFA" | "MFA_SETUP" | "REGISTERED" | "NEW_PASSWORD_REQUIRED";
  /** The tokens that moto has given for the password, kept until the user has done it. */
  readonly tokens?: object;
  /** Moto's own session, where it has one of its own. */
  readonly motoSession?: string;
}

/** The sessions of challenges. Each ends when its challenge is met, or with the client's `AuthSessionValidity`. */
export class Sessions {
  private readonly begun = new Map<string, Begun & { endsAt: number; isUsed: boolean }>();

  begin(begun: Begun): string {
    const session = randomBytes(96).toString("base64url");
    const minutes: number = begun.client.settings.AuthSessionValidity ?? 3;
    this.begun.set(session, { ...begun, endsAt: Date.now() + minutes * 60_000, isUsed: false });
    return session;
  }

  /** @throws {Refusal} when it has ended, or is for something else */
  find(session: string | undefined, ...expected: Begun["next"][]): Begun {
    const found = this.begun.get(session ?? "");
    if (found?.isUsed) throw notAuthorized("Invalid session for the user, session can only be used once.");
    if (found && Date.now() > found.endsAt) throw notAuthorized("Invalid session for the user, session is expired.");
    if (!found || !expected.includes(found.next)) throw notAuthorized("Invalid session for the user.");
    return found;
  }

  end(session: string): void {
    const found = this.begun.get(session);
    if (found) found.isUsed = true;
  }
}

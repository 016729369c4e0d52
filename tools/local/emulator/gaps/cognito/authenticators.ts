import { Secret, TOTP } from "otpauth";
import { Refusal } from "./backend.ts";

interface Authenticator {
  readonly totp: TOTP;
  /** The periods of 30 seconds whose codes were accepted. */
  readonly used: Set<number>;
}

/** Codes of the period before and of the one after are accepted too: clocks differ, and people type slowly. */
const WINDOW = 1;

/** The authenticator apps of users, by the users' `sub`: each has a secret of its own. */
export class Authenticators {
  private readonly registered = new Map<string, Authenticator>();
  private readonly offered = new Map<string, Authenticator>();

  /** Makes a new secret; the old one stays until a code of the new one is given. */
  offer(sub: string): string {
    const secret = new Secret({ size: 32 });
    this.offered.set(sub, { totp: new TOTP({ secret }), used: new Set() });
    return secret.base32;
  }

  /** Registers what was offered. @throws {Refusal} when the code is not one of its codes */
  register(sub: string, code: string): void {
    const authenticator = this.offered.get(sub);
    if (!authenticator || accept(authenticator, code) !== "right") {
      throw new Refusal("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA");
    }
    this.offered.delete(sub);
    this.registered.set(sub, authenticator);
  }

  has(sub: string): boolean {
    return this.registered.has(sub);
  }

  /** @throws {Refusal} when the code is wrong, or was accepted before */
  check(sub: string, code: string): void {
    const authenticator = this.registered.get(sub);
    const outcome = authenticator ? accept(authenticator, code) : "wrong";
    if (outcome === "used") {
      throw new Refusal("ExpiredCodeException", "Your software token has already been used once.");
    }
    if (outcome === "wrong") throw new Refusal("CodeMismatchException", "Invalid code received for user");
  }
}

function accept({ totp, used }: Authenticator, code: string): "right" | "wrong" | "used" {
  const delta = totp.validate({ token: code, window: WINDOW });
  if (delta === null) return "wrong";
  const period = totp.counter() + delta;
  if (used.has(period)) return "used";
  used.add(period);
  return "right";
}

import { createHash, randomUUID } from "node:crypto";

/** What a user has agreed to by logging in, until a client asks for the tokens. */
export interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  /** PKCE's challenge by S256, where the client sent one. */
  readonly challenge: string | undefined;
  readonly tokens: object;
}

const VALID_MS = 5 * 60_000;

/** Authorization codes: each is good once, for five minutes. */
export class Grants {
  private readonly grants = new Map<string, Grant & { endsAt: number }>();

  give(grant: Grant): string {
    const code = randomUUID();
    this.grants.set(code, { ...grant, endsAt: Date.now() + VALID_MS });
    return code;
  }

  /** The tokens; nothing where the code is not this client's, was taken before or has ended. */
  take(code: string, clientId: string, redirectUri: string, verifier: string | undefined): object | undefined {
    const grant = this.grants.get(code);
    if (grant?.clientId !== clientId) return undefined;
    this.grants.delete(code);
    const isProven = grant.challenge === undefined || (verifier !== undefined && grant.challenge === s256(verifier));
    const isGood = Date.now() <= grant.endsAt && grant.redirectUri === redirectUri && isProven;
    return isGood ? grant.tokens : undefined;
  }
}

const s256 = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");

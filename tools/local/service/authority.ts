import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";

/** A certificate with its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const SETTINGS = { keyType: "ec", algorithm: "sha256" } as const;

/**
 * Stands in for the authorities that have signed AWS's certificates: one of this run alone, which its containers trust and
 * nobody else.
 */
export class Authority {
  /** Its own certificate, as PEM. */
  readonly file: string;
  private readonly own: Certificate;

  private constructor(file: string, own: Certificate) {
    this.file = file;
    this.own = own;
  }

  /** @param directory in which its certificate is kept */
  static async create(directory: string): Promise<Authority> {
    const { cert, private: key } = await generate([{ name: "commonName", value: "Local run" }], {
      ...SETTINGS,
      extensions: [
        { name: "basicConstraints", cA: true, critical: true },
        { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = join(directory, "authority.pem");
    writeFileSync(file, cert);
    return new Authority(file, { cert, key });
  }

  /** A certificate for names of hosts. */
  async issue(names: readonly string[]): Promise<Certificate> {
    const { cert, private: key } = await generate([{ name: "commonName", value: names[0]?.slice(0, 64) }], {
      ...SETTINGS,
      ca: this.own,
      extensions: [
        { name: "basicConstraints", cA: false, critical: true },
        {
          name: "subjectAltName",
          altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7 as const, ip: "127.0.0.1" }],
        },
      ],
    });
    return { cert, key };
  }
}

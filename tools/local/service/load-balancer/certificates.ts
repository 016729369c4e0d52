import { generate } from "selfsigned";

/**
 * A certificate that nobody has signed, with its key, for names that ACM would have one for.
 *
 * @returns PEM, as haproxy takes it
 */
export async function selfSigned(domainNames: readonly string[]): Promise<string> {
  const names = [...domainNames, "localhost"];
  const { private: key, cert } = await generate([{ name: "commonName", value: names[0] }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7 as const, ip: "127.0.0.1" }],
      },
    ],
  });
  return `${cert.trim()}\n${key.trim()}\n`;
}

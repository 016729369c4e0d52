import type { DeployedListener } from "./configuration.ts";

/** How a browser on this machine names it. */
const HERE = "{ var(txn.browser) -m found }";

export interface Browser {
  /** Lines before the rules. */
  readonly requests: readonly string[];
  /** Lines for every answer. */
  readonly answers: readonly string[];
}

/** Of those on a certificate, the one that a browser has the app by. */
export const ownName = (domainNames: readonly string[]) => domainNames.find((name) => !name.includes("*"));

/**
 * Stands in for the domain's DNS record: what a browser sends to `localhost` arrives as if it had been sent to the domain, and
 * answers that lead to the domain lead back to `localhost`, so that the app needs no other setting than in production. HSTS is
 * taken out: a browser would keep it for everything on `localhost`.
 *
 * @param published port on this machine, by the listener's
 */
export function browserOnThisMachine(
  { domainNames, Protocol = "HTTP", Port }: DeployedListener,
  published: Readonly<Record<number, number>>,
): Browser {
  const domain = ownName(domainNames);
  if (!domain) return { requests: [], answers: [] };
  const escaped = domain.replaceAll(".", "[.]");
  const local = "https?://(localhost|127[.]0[.]0[.]1)(:[0-9]+)?";
  const own = `${Protocol.toLowerCase()}://${domain}`;
  return {
    requests: [
      "http-request set-var(txn.browser) req.hdr(host),host_only if { req.hdr(host),host_only -m str localhost 127.0.0.1 }",
      `http-request set-header Host ${domain} if ${HERE}`,
      `http-request replace-header Origin ^${local}$ ${own} if ${HERE}`,
      `http-request replace-header Referer ^${local}(/.*)?$ ${own}\\3 if ${HERE}`,
    ],
    answers: [
      `http-after-response replace-header Location ^(https?)://${escaped}(:[0-9]+)(.*)$ \\1://%[var(txn.browser)]\\2\\3 if ${HERE}`,
      `http-after-response replace-header Location ^(https?)://${escaped}(/.*)?$ \\1://%[var(txn.browser)]:${published[Port]}\\2 if ${HERE}`,
      `http-after-response del-header Strict-Transport-Security if ${HERE}`,
    ],
  };
}

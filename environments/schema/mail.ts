import * as z from "zod";
import { domainName, oneOf, text } from "./values.ts";

/** Mail by SES, from a domain that shows that it is yours. 0.10 USD per 1,000 mails in all regions. */
export const mail = z.strictObject({
  /** Address that mail is from where a mailer says no other. The app may send from any address of its domain. */
  from: text(
    /^[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'is not a sender address. Write one such as "no-reply@example.com", with the domain in lower case.',
  ),
  /** The Route 53 zone that the address's domain is in, and that exists. @default the zone of `domain.name` */
  hostedZone: domainName.optional(),
  /**
   * What receivers are told to do with mail that only pretends to be from the domain (DMARC): nothing, put it aside, refuse it. Begin with
   * "none", and go on once all mail of the domain, other senders' too, has SPF or DKIM. `existing`: the zone has a record. @default "none"
   */
  dmarc: oneOf(["none", "quarantine", "reject", "existing"] as const).default("none"),
});

import type { Condition } from "../iam-policy.ts";

/** What Action Mailer calls by the gem `aws-actionmailer-ses`: the second one is that of its older API. */
export const SEND_ACTIONS = ["ses:SendEmail", "ses:SendRawEmail"];

/** Where what can't be delivered goes. */
export function bounceDomain(domain: string): string {
  return `bounce.${domain}`;
}

/** From an address of the domain itself, and of no other that its identity stands for, such as one below it. */
export function senderCondition(domain: string): Condition {
  return { StringLike: { "ses:FromAddress": `*@${domain}` } };
}

/** Names of the records that the domain needs, and of no others in its zone. An asterisk is any label. */
export function recordNames(domain: string): string[] {
  return [`*._domainkey.${domain}`, bounceDomain(domain), `_dmarc.${domain}`];
}

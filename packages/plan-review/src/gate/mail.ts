import { listOf } from "../plan.ts";
import { type ChangedObject, isGoing } from "./changed-objects.ts";
import type { Found } from "./stop.ts";

const RECORD = "aws_route53_record";
const IDENTITY = /^aws_(ses_domain_identity|ses_domain_dkim|sesv2_email_identity)$/;

/** What receivers do by DMARC, strictest first. */
const STRICTNESS = ["reject", "quarantine", "none"];

/** Records of DKIM that would go while their domain goes on to send: its mail would be unsigned, and soon refused by SES. */
export function unsignedMail(objects: readonly ChangedObject[]): Found[] {
  // With the identity, its records have to go; and that is stopped by itself.
  if (objects.some((object) => IDENTITY.test(object.type) && isGoing(object))) return [];
  const gone = objects.filter((object) => object.type === RECORD && isGoing(object) && isKey(object.before.name));
  return gone.map(({ address }) => ({
    address,
    action: "guard-off",
    message: "would be deleted: mail of its domain would no longer be signed, and SES stops sending for it.",
    fix: "Put it back into the configuration.",
  }));
}

/** A DMARC record that would ask less of receivers, or go. */
export function weakerDmarc({ address, type, before, after }: ChangedObject): Found[] {
  if (type !== RECORD || !/^_dmarc\b/.test(String(before.name))) return [];
  const [old, planned] = [strictnessOf(before.records), strictnessOf(after.records)];
  if (old < 0 || planned <= old) return [];
  return [
    {
      address,
      action: "guard-off",
      message: `would change p=${STRICTNESS[old]} to p=${STRICTNESS[planned]}: receivers would accept more mail that only pretends to be from the domain.`,
      fix: `Keep p=${STRICTNESS[old]}.`,
    },
  ];
}

function isKey(name: unknown): boolean {
  return /\._domainkey(\.|$)/.test(String(name));
}

/** Place in `STRICTNESS`; -1 where the record says nothing that is known. */
function strictnessOf(records: unknown): number {
  const [, policy = ""] = /\bp\s*=\s*(\w+)/.exec(listOf(records).map(String).join(" ")) ?? [];
  return STRICTNESS.indexOf(policy.toLowerCase());
}

import type { Rule } from "../../rule.ts";
import { IDENTITY_RULES } from "./identities.ts";
import { MAIL_RECORD_RULES } from "./records.ts";
import { SENDING_RULES } from "./sending.ts";
import { SMTP_RULES } from "./smtp.ts";

/** Mail by SES: whose domain it is, what receivers read in DNS, and who may send. */
export const MAIL_RULES: readonly Rule[] = [...IDENTITY_RULES, ...MAIL_RECORD_RULES, ...SENDING_RULES, ...SMTP_RULES];

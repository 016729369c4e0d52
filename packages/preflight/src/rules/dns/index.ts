import type { Rule } from "../../rule.ts";
import { CERTIFICATE_RULES } from "./certificates.ts";
import { RECORD_RULES } from "./records.ts";
import { VALUE_RULES } from "./values.ts";

/** Route 53, ACM, and HTTPS at a load balancer. */
export const DNS_RULES: readonly Rule[] = [...RECORD_RULES, ...CERTIFICATE_RULES, ...VALUE_RULES];

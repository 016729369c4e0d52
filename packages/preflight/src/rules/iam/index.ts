import type { Rule } from "../../rule.ts";
import { KEY_RULES } from "./keys.ts";
import { POLICY_RULES } from "./policies.ts";
import { ROLE_RULES } from "./roles.ts";

export const IAM_RULES: readonly Rule[] = [...ROLE_RULES, ...POLICY_RULES, ...KEY_RULES];

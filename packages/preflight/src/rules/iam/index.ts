import type { Rule } from "../../rule.ts";
import { KEY_POLICY_RULES } from "./key-policies.ts";
import { KEY_RULES } from "./keys.ts";
import { IAM_NAME_RULES } from "./names.ts";
import { POLICY_RULES } from "./policies.ts";
import { ROLE_RULES } from "./roles.ts";
import { SERVICE_ROLE_RULES } from "./service-roles.ts";
import { SIZE_RULES } from "./sizes.ts";
import { STATEMENT_RULES } from "./statements.ts";

export const IAM_RULES: readonly Rule[] = [
  ...ROLE_RULES,
  ...POLICY_RULES,
  ...KEY_RULES,
  ...KEY_POLICY_RULES,
  ...STATEMENT_RULES,
  ...SIZE_RULES,
  ...IAM_NAME_RULES,
  ...SERVICE_ROLE_RULES,
];

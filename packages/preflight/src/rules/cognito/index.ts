import type { Rule } from "../../rule.ts";
import { CLIENT_RULES } from "./client.ts";
import { DOMAIN_RULES } from "./domain.ts";
import { INTEGRATION_RULES } from "./integrations.ts";
import { LIFE_RULES } from "./life.ts";
import { LOGIN_RULES } from "./login.ts";
import { POOL_RULES } from "./pool.ts";

/** User pools, their clients and domains, the log-in at a load balancer, and what a plan does to them. */
export const COGNITO_RULES: readonly Rule[] = [
  ...POOL_RULES,
  ...INTEGRATION_RULES,
  ...DOMAIN_RULES,
  ...CLIENT_RULES,
  ...LOGIN_RULES,
  ...LIFE_RULES,
];

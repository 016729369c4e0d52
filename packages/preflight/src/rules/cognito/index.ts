import type { Rule } from "../../rule.ts";
import { ATTRIBUTE_RULES } from "./attributes.ts";
import { CLIENT_RULES } from "./client.ts";
import { CUSTOM_DOMAIN_RULES } from "./custom-domain.ts";
import { DOMAIN_RULES } from "./domain.ts";
import { INTEGRATION_RULES } from "./integrations.ts";
import { LIFE_RULES } from "./life.ts";
import { LOGIN_RULES } from "./login.ts";
import { POOL_RULES } from "./pool.ts";
import { POOL_SETTING_RULES } from "./pool-settings.ts";
import { PROVIDER_RULES } from "./providers.ts";
import { SCOPE_RULES } from "./scopes.ts";
import { TIER_RULES } from "./tier.ts";

/** User pools, their clients and domains, the log-in at a load balancer, and what a plan does to them. */
export const COGNITO_RULES: readonly Rule[] = [
  ...POOL_RULES,
  ...POOL_SETTING_RULES,
  ...TIER_RULES,
  ...INTEGRATION_RULES,
  ...DOMAIN_RULES,
  ...CUSTOM_DOMAIN_RULES,
  ...CLIENT_RULES,
  ...SCOPE_RULES,
  ...ATTRIBUTE_RULES,
  ...PROVIDER_RULES,
  ...LOGIN_RULES,
  ...LIFE_RULES,
];

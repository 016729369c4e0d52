import type { Rule } from "../../rule.ts";
import { DISTRIBUTION_ORIGIN_RULES } from "./origins.ts";
import { DISTRIBUTION_SETTING_RULES } from "./settings.ts";

export const DISTRIBUTION_RULES: readonly Rule[] = [...DISTRIBUTION_SETTING_RULES, ...DISTRIBUTION_ORIGIN_RULES];

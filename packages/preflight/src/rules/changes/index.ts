import type { Rule } from "../../rule.ts";
import { IN_USE_RULES } from "./in-use.ts";
import { NAME_RULES } from "./names.ts";
import { PROTECTION_RULES } from "./protection.ts";
import { UPGRADE_RULES } from "./upgrades.ts";

/** What a plan does to what exists already, and AWS refuses. */
export const CHANGE_RULES: readonly Rule[] = [...IN_USE_RULES, ...NAME_RULES, ...PROTECTION_RULES, ...UPGRADE_RULES];

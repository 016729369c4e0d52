import type { Rule } from "../../rule.ts";
import { BUDGET_RULES } from "./budgets.ts";
import { EVENT_RULES } from "./events.ts";
import { MEASURING_RULES } from "./measuring.ts";
import { TELLING_RULES } from "./telling.ts";

/** Alarms that can't go off, or that nobody hears of. */
export const ALARM_RULES: readonly Rule[] = [...MEASURING_RULES, ...TELLING_RULES, ...EVENT_RULES, ...BUDGET_RULES];

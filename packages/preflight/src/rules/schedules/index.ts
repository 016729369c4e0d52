import type { Rule } from "../../rule.ts";
import { EXPRESSION_RULES } from "./expressions.ts";
import { PERMISSION_RULES } from "./permissions.ts";
import { SCALING_RULES } from "./scaling.ts";
import { TARGET_RULES } from "./targets.ts";

/** EventBridge, its Scheduler, and Application Auto Scaling. */
export const SCHEDULE_RULES: readonly Rule[] = [
  ...EXPRESSION_RULES,
  ...TARGET_RULES,
  ...PERMISSION_RULES,
  ...SCALING_RULES,
];

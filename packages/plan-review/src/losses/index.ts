import type { Rule } from "@operation-app/preflight";
import { ADDRESS_RULES } from "./addresses.ts";
import { COGNITO_LOSS_RULES } from "./cognito.ts";
import { DATA_LOSS_RULES } from "./data.ts";

/** Rules on what a change would lose. They look at plans, beside the rules of preflight. */
export const LOSS_RULES: readonly Rule[] = [...COGNITO_LOSS_RULES, ...DATA_LOSS_RULES, ...ADDRESS_RULES];

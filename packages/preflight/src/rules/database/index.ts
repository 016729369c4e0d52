import type { Rule } from "../../rule.ts";
import { DATABASE_ENGINE_RULES } from "./engine.ts";
import { DATABASE_LIFE_RULES } from "./life.ts";
import { DATABASE_LOGIN_RULES } from "./login.ts";
import { DATABASE_LOG_RULES } from "./logs.ts";
import { DATABASE_OFFER_RULES } from "./offer-rules.ts";
import { DATABASE_SETTING_RULES } from "./settings.ts";

/** What RDS refuses, in the order of the ids. */
export const DATABASE_RULES: readonly Rule[] = [
  ...DATABASE_LOGIN_RULES,
  ...DATABASE_ENGINE_RULES,
  ...DATABASE_LIFE_RULES,
  ...DATABASE_OFFER_RULES,
  ...DATABASE_LOG_RULES,
  ...DATABASE_SETTING_RULES,
].sort((a, b) => (a.id < b.id ? -1 : 1));

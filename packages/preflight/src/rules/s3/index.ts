import type { Rule } from "../../rule.ts";
import { ACCESS_RULES } from "./access.ts";
import { CORS_RULES } from "./cors.ts";
import { LIFECYCLE_RULES } from "./lifecycle.ts";
import { BUCKET_NAME_RULES } from "./names.ts";
import { BUCKET_POLICY_RULES } from "./policies.ts";
import { SETTING_RULES } from "./settings.ts";
import { TRAIL_RULES } from "./trails.ts";

/** Buckets: their names, who may reach them, how long things are kept, and what they tell. */
export const BUCKET_RULES: readonly Rule[] = [
  ...BUCKET_NAME_RULES,
  ...ACCESS_RULES,
  ...LIFECYCLE_RULES,
  ...BUCKET_POLICY_RULES,
  ...SETTING_RULES,
  ...CORS_RULES,
  ...TRAIL_RULES,
];

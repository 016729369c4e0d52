import type { Rule } from "../../rule.ts";
import { BUCKET_NAME_RULES } from "./names.ts";

/** Buckets. */
export const BUCKET_RULES: readonly Rule[] = [...BUCKET_NAME_RULES];

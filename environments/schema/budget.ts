import * as z from "zod";
import { emails } from "./alarms.ts";
import { oneOf } from "./values.ts";

const NO_BUDGET = { error: 'is not a budget. Write whole USD a month from 1 to 1,000,000, or "estimated".' };

/** Who is told by mail when a month is going to cost more than expected. */
export const budget = z.strictObject({
  /**
   * USD a month. "estimated": the upper end of what `bin/infra cost` says of this environment, in whole dollars.
   * @default "estimated"
   */
  monthlyUsd: z
    .union([z.literal("estimated"), z.number()], NO_BUDGET)
    .refine((usd) => usd === "estimated" || (Number.isInteger(usd) && usd >= 1 && usd <= 1_000_000), NO_BUDGET)
    .default("estimated"),
  /**
   * `environment`: what has the tag `Application` of this app. AWS counts nothing by it before it is activated in the account
   * that pays: modules/budget/README.md has the command. `account`: everything in the account. @default "environment"
   */
  counts: oneOf(["environment", "account"] as const).default("environment"),
  /** One address, or a list of at most ten. @default alarms.emails */
  emails: emails
    .refine((list) => list.length <= 10, "has more than ten addresses, the most that AWS accepts.")
    .optional(),
});

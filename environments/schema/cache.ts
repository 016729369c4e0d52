import * as z from "zod";
import { INSTANCE_SIZE, oneOf, text, wholeNumber } from "./values.ts";

/** Valkey or Redis in ElastiCache. */
export const cache = z.strictObject({
  /** `valkey` speaks Redis's protocol and costs a fifth less. */
  engine: oneOf(["valkey", "redis"] as const),
  /** ElastiCache node type, such as "cache.t4g.micro" (about 15 USD a month and node in Tokyo). */
  nodeType: text(
    new RegExp(`^cache\\.[a-z0-9-]+\\.${INSTANCE_SIZE}$`),
    'is not an ElastiCache node type. Write one such as "cache.t4g.micro".',
  ),
  /** One node, or more in other zones that take over when one fails. */
  nodes: wholeNumber(1, 6, "nodes"),
  /**
   * Days for which a daily snapshot is kept, 0 to 35; 0 takes none. What is in memory only, such as Sidekiq's jobs, is back from
   * it at most a day old. The first is free, each further day costs 0.085 USD a month and GB in use. @default 0
   */
  snapshotRetentionDays: wholeNumber(0, 35, "days").default(0),
});

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
});

/** What a check beside the rules asks a graph: its values, the statements of its policies, its blocks of addresses. */
export { sizeOf } from "./ecs/containers.ts";
export type { Graph, PlannedChange, Resource } from "./graph/graph.ts";
export { linked } from "./graph/links.ts";
export { type PlanJson, planBefore } from "./graph/plan-before.ts";
export { ReadBack } from "./graph/read-back.ts";
export {
  type Block,
  block,
  blocks,
  flag,
  GAP,
  isAbsent,
  isBlock,
  items,
  type Json,
  number,
  text,
  textWithGaps,
  type Value,
} from "./graph/value.ts";
export { matches, pattern } from "./iam/pattern.ts";
export { readPolicy, type Statement } from "./iam/policy.ts";
export { PRIVATE_BLOCKS } from "./network/addresses.ts";

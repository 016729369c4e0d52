/** Says what a plan does, and what in it must not be applied. */
export { DEFAULT_POLICY } from "./default-policy.ts";
export { type Difference, differencesOf, forcingOf } from "./differences.ts";
export {
  defineReviewPolicy,
  POLICY_FILE,
  type Policy,
  type PolicyInput,
  parsePolicy,
  readPolicy,
  type Stop,
} from "./gate-policy.ts";
export { LOSS_RULES } from "./losses/index.ts";
export { type PathChange, type PathComparison, pathChanges } from "./path-changes.ts";
export { assertWhole, type Plan, parsePlan, type ResourceChange, readPlanFile } from "./plan.ts";
export { protectedTypesTable } from "./protected-types.ts";
export { jsonReview } from "./report/json.ts";
export { markdownDrift, markdownReview } from "./report/markdown.ts";
export { textDrift, textReview } from "./report/text.ts";
export {
  isDeployed,
  type Review,
  type ReviewedChange,
  type ReviewedOutput,
  type ReviewOptions,
  review,
  reviewDrift,
} from "./review.ts";
export { version } from "./version.ts";

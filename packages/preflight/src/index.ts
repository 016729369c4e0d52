/** Finds what would fail, in any Terraform: a graph is loaded, preflight says what is wrong with it, a report prints it. */
export { type Acknowledgement, UNUSED_ACKNOWLEDGEMENT, withoutAcknowledged } from "./acknowledgements.ts";
export { THOROUGH_RULE } from "./cloudformation.ts";
export type { Graph, Resource } from "./graph/graph.ts";
export { load, loadFile, loadSource, loadText } from "./graph/load.ts";
export { answerPathQuestion } from "./path-question.ts";
export { type Finding, type LocatedFinding, preflight } from "./preflight.ts";
export {
  type Arguments,
  type ProviderArguments,
  type ProviderRuleOptions,
  providerRule,
  unknownProviderRule,
} from "./provider-arguments.ts";
export { jsonPath, jsonReport } from "./report/json.ts";
export { sarifReport } from "./report/sarif.ts";
export { pathReport, textReport } from "./report/text.ts";
export { defineRule, type Failure, type Problem, type Rule, type Severity, type When } from "./rule.ts";
export { RULE_GROUPS, RULES, type RuleGroup } from "./rules/index.ts";
export { sentenceOf, type Unjudged, type Unknown, unjudged } from "./unjudged.ts";
export { version } from "./version.ts";

import { listOf, objectOf } from "../plan.ts";
import { type ChangedObject, isUnknownAt, valueAt } from "./changed-objects.ts";
import type { Found } from "./stop.ts";

/** Firewalls (AWS WAF) that would stop less. */
export function weakerFirewall({ address, type, before, after, unknown }: ChangedObject): Found[] {
  if (type !== "aws_wafv2_web_acl" || isUnknownAt(unknown, "rule")) return [];
  const rules = new Map(listOf(after.rule).map((rule) => [objectOf(rule).name, rule]));
  const weaker = listOf(before.rule).filter((rule) => stops(rule) && !stops(rules.get(objectOf(rule).name)));
  const lets = has(before.default_action, "block") && has(after.default_action, "allow");
  const words = [
    ...weaker.map((rule) => `its rule ${String(objectOf(rule).name)} would no longer stop anything`),
    ...(lets ? ["requests that match no rule would be allowed"] : []),
  ];
  if (words.length === 0) return [];
  const fix = "Keep the rule, with an action that stops.";
  return [{ address, action: "login-weakened", message: `would stop less: ${words.join("; ")}.`, fix }];
}

/** Firewalls that would let more through although their rules stay, for whoever reads the review. */
export function loosenedFirewall({ address, type, before, after, unknown }: ChangedObject): string[] {
  if (type !== "aws_wafv2_web_acl" || isUnknownAt(unknown, "rule")) return [];
  const rules = new Map(listOf(after.rule).map((rule) => [objectOf(rule).name, rule]));
  return listOf(before.rule).flatMap((rule) => {
    const planned = rules.get(objectOf(rule).name);
    if (!stops(rule) || !stops(planned)) return [];
    const before = countedIn(rule);
    const counted = [...countedIn(planned)].filter((name) => !before.has(name));
    const [was, is] = [limitOf(rule), limitOf(planned)];
    return [
      ...(counted.length > 0 ? [`${address} would count what ${counted.join(", ")} stopped so far.`] : []),
      ...(was && is && is > was
        ? [`${address} would let ${is} requests of an address through instead of ${was}.`]
        : []),
    ];
  });
}

/** Rules of a managed group that only count. */
function countedIn(rule: unknown): ReadonlySet<unknown> {
  const overrides = listOf(valueAt(rule, "statement.0.managed_rule_group_statement.0.rule_action_override"));
  return new Set(overrides.filter((one) => has(objectOf(one).action_to_use, "count")).map((one) => objectOf(one).name));
}

function limitOf(rule: unknown): number | undefined {
  const limit = valueAt(rule, "statement.0.rate_based_statement.0.limit");
  return typeof limit === "number" ? limit : undefined;
}

/** A rule that stops something, or a group of such rules. */
function stops(rule: unknown): boolean {
  const { action, override_action: override } = objectOf(rule);
  return ["block", "captcha", "challenge"].some((name) => has(action, name)) || has(override, "none");
}

function has(action: unknown, name: string): boolean {
  return listOf(valueAt(action, `0.${name}`)).length > 0;
}

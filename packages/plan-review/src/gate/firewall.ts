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

/** A rule that stops something, or a group of such rules. */
function stops(rule: unknown): boolean {
  const { action, override_action: override } = objectOf(rule);
  return ["block", "captcha", "challenge"].some((name) => has(action, name)) || has(override, "none");
}

function has(action: unknown, name: string): boolean {
  return listOf(valueAt(action, `0.${name}`)).length > 0;
}

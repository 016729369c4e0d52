import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { text } from "../../graph/value.ts";

/**
 * Whether a service is allowed to call a function, or may be.
 *
 * @param service principal of an `aws_lambda_permission`, such as "events.amazonaws.com"
 */
export function callableBy(graph: Graph, service: string): (called: Resource) => boolean {
  const functions = new Set<Resource>();
  const names = new Set<string>();
  for (const permission of graph.ofType("aws_lambda_permission")) {
    const principal = text(permission.get("principal"));
    if (principal !== undefined && principal !== "*" && withoutRegion(principal) !== service) continue;
    const named = linked(permission.get("function_name"), "aws_lambda_function");
    if (named.resources.length === 0 && named.literal === undefined) return () => true;
    for (const one of named.resources) functions.add(one);
    if (named.literal !== undefined) names.add(named.literal.replace(/^arn:.*:function:/, "").replace(/:.*$/, ""));
  }
  return (called) => functions.has(called) || names.has(text(called.get("function_name")) ?? "");
}

/** CloudWatch Logs is named with a region, too: `logs.eu-west-1.amazonaws.com`. */
const withoutRegion = (principal: string) => principal.replace(/\.[a-z]{2}(?:-[a-z]+)+-\d+(?=\.amazonaws\.com)/, "");

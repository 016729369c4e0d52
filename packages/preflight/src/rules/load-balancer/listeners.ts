import type { Resource } from "../../graph/graph.ts";
import { blocks, items, linked, number } from "../../graph/value.ts";
import { LISTENER_RULE_TYPES, LISTENER_TYPES, lbOf } from "../../network/load-balancers.ts";
import type { Rule } from "../../rule.ts";
import { repeats } from "../shared/attributes.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

const CONDITION_KINDS = [
  "host_header",
  "path_pattern",
  "http_header",
  "http_request_method",
  "query_string",
  "source_ip",
];

const MOST_CONDITION_VALUES = 5;

/** Values that the conditions of a listener rule have together; undefined where they can't be counted. */
function conditionValues(rule: Resource): number | undefined {
  const conditions = blocks(rule.get("condition"));
  if (!conditions.complete) return undefined;
  let count = 0;
  for (const inner of conditions.blocks.flatMap((condition) =>
    CONDITION_KINDS.flatMap((kind) => blocks(condition[kind]).blocks),
  )) {
    const values = items(inner.values);
    if (!values.complete) return undefined;
    count += Math.max(values.items.length, 1);
  }
  return count;
}

const HIGHEST_PRIORITY = 50_000;

export const LISTENER_RULES: readonly Rule[] = [
  {
    id: "LB-007",
    severity: "error",
    title: "Rules of a listener have priorities of their own",
    when: "apply",
    prevents: "PriorityInUse: Priority '10' is currently in use",
    cause: "A listener asks its rules in the order of their priorities.",
    reference: `${ELB}/listener-rules.html`,
    *check(graph) {
      const keyOf = (rule: Resource) => {
        const { resources, certain } = linked(rule.get("listener_arn"), ...LISTENER_TYPES);
        const priority = number(rule.get("priority"));
        const isSure = certain && resources.length === 1 && priority !== undefined && !rule.many;
        return isSure ? `${resources[0]?.address} ${priority}` : undefined;
      };
      for (const { one, earlier } of repeats(graph.ofType(...LISTENER_RULE_TYPES), keyOf)) {
        yield {
          at: one,
          message: `has priority ${number(one.get("priority"))}, as ${earlier.address} of the same listener has.`,
          fix: "Give each rule another priority.",
          attribute: "priority",
        };
      }
    },
  },
  {
    id: "LB-008",
    severity: "error",
    title: "A load balancer listens once on a port",
    when: "apply",
    prevents: "DuplicateListener: A listener already exists on this port for this load balancer",
    cause: "A port belongs to one listener.",
    reference: `${ELB}/load-balancer-listeners.html`,
    *check(graph) {
      const keyOf = (listener: Resource) => {
        const [lb, port] = [lbOf(listener), number(listener.get("port"))];
        return lb && port !== undefined && !listener.many ? `${port} of ${lb.address}` : undefined;
      };
      for (const { one, earlier } of repeats(graph.ofType(...LISTENER_TYPES), keyOf)) {
        yield {
          at: one,
          message: `listens on ${keyOf(one)}, as ${earlier.address} does.`,
          fix: "Keep one of the two listeners.",
          attribute: "port",
        };
      }
    },
  },
  {
    id: "LB-012",
    severity: "error",
    title: "A listener rule has at most five condition values",
    when: "apply",
    prevents: "TooManyValues / ValidationError: A rule can only have '5' condition values",
    cause: "All conditions of a rule together may have five values.",
    reference: `${ELB}/load-balancer-limits.html`,
    *check(graph) {
      for (const rule of graph.ofType(...LISTENER_RULE_TYPES)) {
        const count = conditionValues(rule);
        if (count === undefined || count <= MOST_CONDITION_VALUES) continue;
        yield {
          at: rule,
          message: `has ${count} condition values.`,
          fix: "Split it into rules of five values or fewer.",
          attribute: "condition",
        };
      }
    },
  },
  {
    id: "LB-017",
    severity: "error",
    title: "A listener rule has a condition, and a priority up to 50000",
    when: "apply",
    prevents: "ValidationError: A condition must be specified; expected priority to be in the range (1 - 50000)",
    cause: "What has no condition is the listener's default action.",
    reference: `${ELB}/listener-rules.html`,
    *check(graph) {
      for (const rule of graph.ofType(...LISTENER_RULE_TYPES)) {
        const conditions = blocks(rule.get("condition"));
        if (conditions.complete && conditions.blocks.length === 0) {
          yield {
            at: rule,
            message: "has no condition.",
            fix: "Add a condition, such as path_pattern.",
            attribute: "condition",
          };
        }
        const priority = number(rule.get("priority"));
        if (priority === undefined || (priority >= 1 && priority <= HIGHEST_PRIORITY)) continue;
        yield {
          at: rule,
          message: `has the priority ${priority}.`,
          fix: `Write one from 1 to ${HIGHEST_PRIORITY}.`,
          attribute: "priority",
        };
      }
    },
  },
];

import { Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, items, number } from "../../graph/value.ts";
import { LISTENER_RULE_TYPES, LISTENER_TYPES, lbOf } from "../../network/load-balancers.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { between } from "../shared/attribute-rule.ts";
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

const MAX_CONDITION_VALUES = 5;

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

/**
 * What is written of a listener beside its tags.
 * Source: the API page of CreateListener: with the same settings each call succeeds.
 */
function settingsOf({ values }: Resource): string {
  const settings = Object.entries(values).filter(([name]) => !BESIDE.has(name));
  return JSON.stringify(settings.sort(), (_, value) => (value instanceof Resource ? value.address : value));
}

const BESIDE = new Set(["tags", "tags_all", "id", "arn"]);

export const LISTENER_RULES: readonly Rule[] = [
  {
    id: "LB-007",
    severity: "error",
    title: "Rules of a listener have different priorities",
    when: "apply",
    prevents: "PriorityInUse: Priority '10' is currently in use",
    cause: "A listener evaluates its rules in the order of their priorities.",
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
          message: `has priority = ${number(one.get("priority"))}, like ${earlier.address} of the same listener.`,
          fix: "Give each rule a different priority.",
          attribute: "priority",
        };
      }
    },
  },
  defineRule({
    id: "LB-008",
    severity: "error",
    title: "A load balancer has one listener on a port",
    reference: `${ELB}/load-balancer-listeners.html`,
    problems: {
      other: {
        when: "apply",
        prevents: "DuplicateListener: A listener already exists on this port for this load balancer",
        cause: "A port belongs to one listener.",
      },
      same: {
        when: "apply",
        severity: "warning",
        prevents: "no error: both are one listener, which is gone when either is deleted",
        cause: "A listener that is created with the settings of one that is there is that one.",
      },
    },
    *check(graph) {
      const keyOf = (listener: Resource) => {
        const [lb, port] = [lbOf(listener), number(listener.get("port"))];
        return lb && port !== undefined && !listener.many ? `${port} of ${lb.address}` : undefined;
      };
      for (const { one, earlier } of repeats(graph.ofType(...LISTENER_TYPES), keyOf)) {
        const isSame = settingsOf(one) === settingsOf(earlier);
        yield {
          kind: isSame ? "same" : "other",
          at: one,
          message: `listens on port ${keyOf(one)}, like ${earlier.address}${isSame ? ", with the same settings" : ""}.`,
          fix: "Keep one of the two listeners.",
          attribute: "port",
        };
      }
    },
  }),
  {
    id: "LB-012",
    severity: "error",
    title: "A listener rule has at most five condition values",
    when: "apply",
    prevents: "ValidationError: A rule can only have '5' condition values",
    cause: "All conditions of a rule together have at most five values.",
    reference: `${ELB}/load-balancer-limits.html`,
    *check(graph) {
      for (const rule of graph.ofType(...LISTENER_RULE_TYPES)) {
        const count = conditionValues(rule);
        if (count === undefined || count <= MAX_CONDITION_VALUES) continue;
        yield {
          at: rule,
          message: `has ${count} condition values.`,
          fix: "Split it into rules of five values or fewer.",
          attribute: "condition",
        };
      }
    },
  },
  defineRule({
    id: "LB-017",
    severity: "error",
    title: "A listener rule has a condition, and a priority up to 50000",
    reference: `${ELB}/listener-rules.html`,
    problems: {
      condition: {
        when: "apply",
        prevents: "ValidationError: A condition must be specified",
        cause: "What applies without a condition is the listener's default action.",
      },
      priority: {
        when: "plan",
        prevents: "expected priority to be in the range (1 - 50000)",
        cause: "Priorities are limited.",
      },
    },
    *check(graph) {
      for (const rule of graph.ofType(...LISTENER_RULE_TYPES)) {
        const conditions = blocks(rule.get("condition"));
        if (conditions.complete && conditions.blocks.length === 0) {
          yield {
            kind: "condition",
            at: rule,
            message: "has no condition.",
            fix: "Add a condition, such as path_pattern.",
            attribute: "condition",
          };
        }
        const wrong = between(1, 50_000)("priority", rule.get("priority"), rule.values);
        if (wrong) yield { kind: "priority", at: rule, ...wrong, attribute: "priority" };
      }
    },
  }),
];

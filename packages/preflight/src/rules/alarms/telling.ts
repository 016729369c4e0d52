import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { blocks, flag, isAbsent, isEmpty, items, referencesIn, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { keyOf, keyServes } from "../iam/keys.ts";
import { admissionOf } from "../shared/receivers.ts";
import { ALARMS } from "./measured.ts";

const TOPIC = "aws_sns_topic";
const ACTIONS = ["alarm_actions", "ok_actions", "insufficient_data_actions"];
const UNHEARD = 'no error: the alarm goes off, and nobody is notified. Its history has "Failed to execute action"';

/** Services that write to topics, and where one says which. */
const CLOUDWATCH = "cloudwatch.amazonaws.com";
const EVENTS = "events.amazonaws.com";
const BUDGETS = "budgets.amazonaws.com";

/** Whether somebody hears of an alarm. */
export const TELLING_RULES: readonly Rule[] = [
  defineRule({
    id: "ALM-008",
    severity: "warning",
    title: "An alarm does something",
    reference: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html",
    problems: {
      none: {
        when: "runtime",
        prevents: "no error: the alarm goes off, and nobody is notified",
        cause: "An alarm without actions only changes its colour in the console.",
      },
      off: {
        when: "runtime",
        prevents: "no error: the alarm goes off, and nobody is notified",
        cause: "With actions_enabled = false an alarm does nothing of what its actions say.",
      },
    },
    *check(graph) {
      const used = graph.once(usedAlarms);
      for (const alarm of graph.ofType(...ALARMS).filter(({ isPlanned }) => isPlanned)) {
        if (used.has(alarm) || graph.isHandedOn(alarm)) continue;
        if (ACTIONS.every((actions) => isLeftEmpty(alarm, actions)))
          yield {
            kind: "none",
            at: alarm,
            message: "has no alarm_actions.",
            fix: "Write the ARN of an aws_sns_topic into alarm_actions.",
            attribute: "alarm_actions",
          };
        else if (flag(alarm.get("actions_enabled"), true) === false)
          yield {
            kind: "off",
            at: alarm,
            message: "has actions_enabled = false.",
            fix: "Remove actions_enabled.",
            attribute: "actions_enabled",
          };
      }
    },
  }),
  {
    id: "ALM-009",
    severity: "error",
    title: "CloudWatch and Budgets may write to their topic",
    when: "runtime",
    prevents: UNHEARD,
    cause:
      "A policy of the topic's own replaces the one that lets its account in, and with it services that write for it.",
    reference: "https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger",
    *check(graph) {
      for (const [topic, tellers] of tellersOf(graph)) {
        for (const [service, by] of tellers) {
          if (service === EVENTS) continue; // SCH-013
          const admission = admissionOf(graph, topic, service);
          if (!admission || admission.isIn || (!admission.hasPolicy && service === CLOUDWATCH)) continue;
          yield {
            at: admission.by ?? topic,
            message: `${admission.hasPolicy ? "does not name" : "has no policy that names"} ${service}, and ${by.address} writes to ${topic.address}.`,
            fix: `Let the service ${service} call sns:Publish.`,
            attribute: "policy",
          };
        }
      }
    },
  },
  defineRule({
    id: "ALM-010",
    severity: "error",
    title: "Whoever writes to an encrypted topic may use its key",
    reference: "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services",
    problems: {
      managed: {
        when: "runtime",
        prevents: `${UNHEARD}: CloudWatch Alarms does not have authorization to access the SNS topic encryption key.`,
        cause: "The policy of AWS's own key alias/aws/sns can't be changed, and lets no other service use it.",
      },
      own: {
        when: "runtime",
        prevents: `${UNHEARD}: CloudWatch Alarms does not have authorization to access the SNS topic encryption key.`,
        cause: "A service writes to an encrypted topic with the topic's key, whose policy has to name it.",
      },
    },
    *check(graph) {
      for (const [topic, tellers] of tellersOf(graph)) {
        const isManaged = isAwsKey(topic.get("kms_master_key_id"));
        const key = isManaged ? undefined : keyOfTopic(topic);
        for (const [service, by] of tellers) {
          if (isManaged) {
            yield {
              kind: "managed",
              at: topic,
              message: `is encrypted with alias/aws/sns, and ${by.address} writes to it by ${service}.`,
              fix: "Use an aws_kms_key whose policy lets the service use it, or remove kms_master_key_id.",
              attribute: "kms_master_key_id",
            };
          } else if (key?.isMade && !key.many && !graph.isHandedOn(key) && !keyServes(graph, key, exactly(service))) {
            yield {
              kind: "own",
              at: topic,
              message: `is encrypted with ${key.address}, whose policy does not name ${service}, by which ${by.address} writes to it.`,
              fix: `Let the service ${service} call kms:GenerateDataKey* and kms:Decrypt in the policy of ${key.address}.`,
              attribute: "kms_master_key_id",
            };
          }
        }
      }
    },
  }),
];

/** Nothing is there, and not because a variable that the user sets has nothing by default: only a plan knows that. */
function isLeftEmpty(alarm: Resource, attribute: string): boolean {
  return isEmpty(alarm.get(attribute)) && (alarm.change !== undefined || !alarm.writes(attribute));
}

function exactly(service: string): RegExp {
  return new RegExp(`^${service.replaceAll(".", "\\.")}$`);
}

/** Whether a topic is encrypted with the key that AWS has for SNS. */
export function isAwsKey(value: Value | undefined): boolean {
  const found = linkedResource(value, "data.aws_kms_alias", "data.aws_kms_key", "aws_kms_alias");
  const written = text(value) ?? (found?.isData ? (text(found.get("name")) ?? text(found.get("key_id"))) : undefined);
  return written !== undefined && /(^|:)alias\/aws\/sns$/.test(written);
}

function keyOfTopic(topic: Resource): Resource | undefined {
  const written = topic.get("kms_master_key_id");
  if (isAbsent(written)) return undefined;
  const alias = linkedResource(written, "aws_kms_alias");
  return alias
    ? linkedResource(alias.get("target_key_id"), "aws_kms_key")
    : (keyOf(topic) ?? linkedResource(written, "aws_kms_key"));
}

type Tellers = ReadonlyMap<string, Resource>;

/** Who writes to a topic: services, and the first thing of each that does. */
function tellersOf(graph: Graph): ReadonlyMap<Resource, Tellers> {
  return graph.once(collectTellers);
}

function collectTellers(graph: Graph): ReadonlyMap<Resource, Tellers> {
  const found = new Map<Resource, Map<string, Resource>>();
  const add = (value: Value | undefined, service: string, by: Resource) => {
    for (const one of items(value).items) {
      const topic = linkedResource(one, TOPIC);
      if (!topic) continue;
      const tellers = found.get(topic) ?? new Map<string, Resource>();
      found.set(topic, tellers);
      if (!tellers.has(service)) tellers.set(service, by);
    }
  };
  for (const alarm of graph.ofType(...ALARMS))
    for (const actions of ACTIONS) add(alarm.get(actions), CLOUDWATCH, alarm);
  for (const target of graph.ofType("aws_cloudwatch_event_target")) add(target.get("arn"), EVENTS, target);
  for (const budget of graph.ofType("aws_budgets_budget"))
    for (const one of blocks(budget.get("notification")).blocks) add(one.subscriber_sns_topic_arns, BUDGETS, budget);
  return found;
}

/** What looks at alarms by itself: these need no action of their own. */
const LOOKING = [
  "aws_cloudwatch_composite_alarm",
  "aws_codedeploy_deployment_group",
  "aws_ecs_service",
  "aws_route53_health_check",
  "aws_appconfig_environment",
  "aws_autoscaling_group",
];

/** For `graph.once`. */
function usedAlarms(graph: Graph): ReadonlySet<Resource> {
  const alarms = new Set(graph.ofType(...ALARMS));
  if (alarms.size === 0) return new Set<Resource>();
  const looking = graph.ofType(...LOOKING);
  const referred = looking.flatMap((one) => referencesIn(one.values).flatMap(({ resources }) => resources));
  return new Set(referred.filter((one) => alarms.has(one)));
}

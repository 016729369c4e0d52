import { describeRule, type Json } from "../../support/rules.ts";
import { AT, errors, set, TOPIC, withAlarms } from "./stack.ts";

const topic = (stack: Json) => stack.resource.aws_sns_topic.alarms;

const policy = (...services: string[]) =>
  JSON.stringify({
    Statement: services.map((Service) => ({
      Effect: "Allow",
      Principal: { Service },
      Action: "sns:Publish",
      Resource: TOPIC,
    })),
  });

const named =
  (...services: string[]) =>
  (stack: Json) => {
    stack.resource.aws_sns_topic_policy = { alarms: { arn: TOPIC, policy: policy(...services) } };
  };

const withBudget = (stack: Json) => {
  stack.resource.aws_budgets_budget = { month: { notification: [{ subscriber_sns_topic_arns: [TOPIC] }] } };
};

const ownKey = (service: string) => (stack: Json) => {
  topic(stack).kms_master_key_id = "${aws_kms_key.alarms.arn}";
  const use = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
  };
  stack.resource.aws_kms_key = { alarms: { policy: JSON.stringify({ Statement: [use] }) } };
};

describeRule(
  "ALM-008",
  {
    "an alarm that does nothing": {
      bad: (stack) => {
        delete errors(stack).alarm_actions;
      },
      good: (stack) => {
        delete errors(stack).alarm_actions;
        stack.resource.aws_cloudwatch_composite_alarm = {
          any: { alarm_rule: "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})", alarm_actions: [TOPIC] },
        };
      },
      says: `${AT} has no alarm_actions. Write the ARN of an aws_sns_topic into alarm_actions.`,
    },
    "actions that are switched off": {
      bad: set({ actions_enabled: false }),
      good: set({ actions_enabled: true, ok_actions: [TOPIC] }),
      says: `${AT} has actions_enabled = false. Remove actions_enabled.`,
    },
  },
  withAlarms,
);

describeRule(
  "ALM-009",
  {
    "a policy that lets only EventBridge in": {
      bad: named("events.amazonaws.com"),
      good: named("events.amazonaws.com", "cloudwatch.amazonaws.com"),
      says: "aws_sns_topic_policy.alarms does not name cloudwatch.amazonaws.com, and aws_cloudwatch_metric_alarm.errors writes to aws_sns_topic.alarms. Let the service cloudwatch.amazonaws.com call sns:Publish.",
    },
    "a budget and a topic without a policy": {
      bad: withBudget,
      good: (stack) => {
        withBudget(stack);
        named("cloudwatch.amazonaws.com", "budgets.amazonaws.com")(stack);
      },
      says: "aws_sns_topic.alarms has no policy that names budgets.amazonaws.com, and aws_budgets_budget.month writes to aws_sns_topic.alarms. Let the service budgets.amazonaws.com call sns:Publish.",
    },
  },
  withAlarms,
);

describeRule(
  "ALM-010",
  {
    "AWS's own key": {
      bad: (stack) => {
        topic(stack).kms_master_key_id = "alias/aws/sns";
      },
      says: "aws_sns_topic.alarms is encrypted with alias/aws/sns, and aws_cloudwatch_metric_alarm.errors writes to it by cloudwatch.amazonaws.com. Use an aws_kms_key whose policy lets the service use it, or remove kms_master_key_id.",
    },
    "a key for another service": {
      bad: ownKey("s3.amazonaws.com"),
      good: ownKey("cloudwatch.amazonaws.com"),
      says: "aws_sns_topic.alarms is encrypted with aws_kms_key.alarms, whose policy does not name cloudwatch.amazonaws.com, by which aws_cloudwatch_metric_alarm.errors writes to it. Let the service cloudwatch.amazonaws.com call kms:GenerateDataKey* and kms:Decrypt in the policy of aws_kms_key.alarms.",
    },
  },
  withAlarms,
);

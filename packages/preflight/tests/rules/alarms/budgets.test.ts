import { describeRule, type Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";

const budget = (stack: Json) => stack.resource.aws_budgets_budget.month;

const withMonthlyBudget = (): Json => {
  const stack = workingStack();
  stack.resource.aws_budgets_budget = {
    month: {
      name: "month",
      budget_type: "COST",
      limit_amount: "100",
      limit_unit: "USD",
      time_unit: "MONTHLY",
      cost_filter: [{ name: "TagKeyValue", values: ["user:Application$shop"] }],
      notification: [
        {
          comparison_operator: "GREATER_THAN",
          threshold: 80,
          threshold_type: "PERCENTAGE",
          notification_type: "FORECASTED",
          subscriber_email_addresses: ["me@example.com"],
        },
      ],
    },
  };
  return stack;
};

const SUBSCRIBE =
  "Write from one to ten subscriber_email_addresses, or an aws_sns_topic into subscriber_sns_topic_arns.";

describeRule(
  "ALM-012",
  {
    "a tag without its beginning": {
      bad: (stack) => {
        budget(stack).cost_filter[0].values = ["Application$shop"];
      },
      good: (stack) => {
        budget(stack).cost_filter = [{ name: "Service", values: ["Amazon Relational Database Service"] }];
      },
      says: 'aws_budgets_budget.month counts by the tag "Application$shop", which nothing has. Write "user:" before the key, and "$" between key and value, such as "user:Application$shop".',
    },
    "a tag with an equals sign": {
      bad: (stack) => {
        budget(stack).cost_filter[0].values = ["user:Application=shop"];
      },
      says: 'aws_budgets_budget.month counts by the tag "user:Application=shop", which nothing has. Write "user:" before the key, and "$" between key and value, such as "user:Application$shop".',
    },
    "a notification for nobody": {
      bad: (stack) => {
        budget(stack).notification[0].subscriber_email_addresses = [];
      },
      good: (stack) => {
        budget(stack).notification[0].subscriber_email_addresses = [];
        budget(stack).notification[0].subscriber_sns_topic_arns = ["arn:aws:sns:eu-west-1:1:a"];
      },
      says: `aws_budgets_budget.month has a notification without subscribers. ${SUBSCRIBE}`,
    },
    "a notification for a crowd": {
      bad: (stack) => {
        budget(stack).notification[0].subscriber_email_addresses = Array.from(
          { length: 11 },
          (_, i) => `p${i}@example.com`,
        );
      },
      says: `aws_budgets_budget.month has a notification for 11 addresses. ${SUBSCRIBE}`,
    },
    "no notification": {
      bad: (stack) => {
        budget(stack).notification = undefined;
      },
      says: "aws_budgets_budget.month has no notification. Add a notification with subscriber_email_addresses.",
    },
  },
  withMonthlyBudget,
);

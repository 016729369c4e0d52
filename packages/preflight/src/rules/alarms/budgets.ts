import type { Resource } from "../../graph/graph.ts";
import { type Block, blocks, isAbsent, isEmpty, items, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";

const NOTIFICATIONS =
  "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateNotification.html";
/** Lists of a notification, in one of which somebody has to be. */
const SUBSCRIBERS = ["subscriber_email_addresses", "subscriber_sns_topic_arns"];
const MAX_EMAILS = 10;
/** `user:Application$shop`, or `aws:createdBy$…`. */
const TAG = /^(?:user|aws):[^$]+\$/;

/** Whether a budget counts something, and whether somebody hears of it. */
export const BUDGET_RULES: readonly Rule[] = [
  defineRule({
    id: "ALM-012",
    severity: "error",
    title: "A budget counts costs, and notifies somebody",
    reference: NOTIFICATIONS,
    problems: {
      tag: {
        when: "runtime",
        prevents: "no error: the budget stays at 0 USD, and nobody is ever notified",
        cause: "A budget finds a tag that users write by user:, the key, a dollar sign and the value.",
      },
      nobody: {
        when: "apply",
        prevents:
          "InvalidParameterException: Notification must have at least 1 subscribers and less than 11 subscribers",
        cause: "A notification of a budget has from one to ten addresses, or a topic.",
      },
      silent: {
        when: "runtime",
        prevents: "no error: the money is spent, and nobody is notified",
        cause: "A budget without a notification is a number in the console.",
      },
    },
    *check(graph) {
      for (const at of graph.ofType("aws_budgets_budget").filter(({ isPlanned }) => isPlanned)) {
        for (const problem of [...wrongTags(at), ...unheard(at)]) yield { ...problem, at };
      }
    },
  }),
];

type Found = Omit<KindOfProblem<"tag" | "nobody" | "silent">, "at">;

function* wrongTags(budget: Resource): Generator<Found> {
  for (const value of tagsOf(blocks(budget.get("cost_filter")).blocks)) {
    if (TAG.test(value)) continue;
    yield {
      kind: "tag",
      message: `counts by the tag "${value}", which nothing has.`,
      fix: 'Write "user:" before the key, and "$" between key and value, such as "user:Application$shop".',
      attribute: "cost_filter",
    };
  }
}

function* unheard(budget: Resource): Generator<Found> {
  const told = blocks(budget.get("notification"));
  if (told.complete && told.blocks.length === 0 && isAbsent(budget.get("auto_adjust_data")))
    yield {
      kind: "silent",
      message: "has no notification.",
      fix: "Add a notification with subscriber_email_addresses.",
    };
  for (const notification of told.blocks) {
    const emails = items(notification.subscriber_email_addresses);
    const isNobody = SUBSCRIBERS.every((list) => isEmpty(notification[list]));
    if (!isNobody && !(emails.complete && emails.items.length > MAX_EMAILS)) continue;
    yield {
      kind: "nobody",
      message: isNobody
        ? "has a notification without subscribers."
        : `has a notification for ${emails.items.length} addresses.`,
      fix: "Write from one to ten subscriber_email_addresses, or an aws_sns_topic into subscriber_sns_topic_arns.",
      attribute: "notification",
    };
  }
}

/** Tags by which a budget counts, as far as they are known. */
function tagsOf(filters: readonly Block[]): string[] {
  return filters
    .filter(({ name }) => text(name) === "TagKeyValue")
    .flatMap(({ values }) => items(values).items.flatMap((value) => text(value) ?? []));
}

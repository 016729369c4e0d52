import type { Gap } from "./gap.ts";
import { jsonError, jsonReply } from "./replies.ts";

interface Budget {
  readonly BudgetName: string;
}
interface Tag {
  readonly Key: string;
}
interface Kept {
  budget: Budget;
  /** Subscribers by what they are told of. */
  readonly notifications: Map<string, unknown>;
  tags: readonly Tag[];
}
interface Input {
  readonly BudgetName?: string;
  readonly Budget?: Budget;
  readonly NewBudget?: Budget;
  readonly Notification?: Readonly<Record<string, unknown>>;
  readonly Subscribers?: unknown;
  readonly ResourceARN?: string;
  readonly ResourceTags?: readonly Tag[];
  readonly ResourceTagKeys?: readonly string[];
}

/** Budgets: all of it, as far as the provider asks. Nothing is counted, and nobody is told. */
export function budgets(): Gap[] {
  const kept = new Map<string, Kept>();
  const gap = (action: string, standIn: string, answer: (input: Input, of: Kept) => object): Gap => ({
    service: "budgets",
    action,
    why: "moto keeps budgets, and knows neither who is told nor tags: it answers with 500, which the provider asks again for minutes",
    standIn,
    async answer({ body }) {
      const input = JSON.parse(body.toString("utf8")) as Input;
      const name = input.BudgetName ?? input.NewBudget?.BudgetName ?? input.ResourceARN?.split("/").at(-1) ?? "";
      const of = input.Budget ? { budget: input.Budget, notifications: new Map(), tags: [] } : kept.get(name);
      return of ? jsonReply(answer(input, of)) : jsonError("NotFoundException", `There is no budget ${name}.`);
    },
  });
  return [
    gap("CreateBudget", "it is kept, and read back as it was written", ({ ResourceTags = [] }, of) => {
      kept.set(of.budget.BudgetName, { ...of, tags: ResourceTags });
      return {};
    }),
    gap("UpdateBudget", "it is kept, and read back as it was written", ({ NewBudget }, of) => {
      of.budget = NewBudget ?? of.budget;
      return {};
    }),
    gap("DescribeBudget", "what was kept", (_, { budget }) => ({ Budget: budget })),
    gap("DeleteBudget", "it is gone, and a reader is told so", (_, { budget }) => {
      kept.delete(budget.BudgetName);
      return {};
    }),
    gap(
      "CreateNotification",
      "it is kept, and read back as it was written",
      ({ Notification, Subscribers }, { notifications }) => {
        notifications.set(keyOf(Notification), Subscribers);
        return {};
      },
    ),
    gap("DeleteNotification", "it is gone, and a reader is told so", ({ Notification }, { notifications }) => {
      notifications.delete(keyOf(Notification));
      return {};
    }),
    gap("DescribeNotificationsForBudget", "what was kept", (_, { notifications }) => ({
      Notifications: [...notifications.keys()].map((key) => JSON.parse(key)),
    })),
    gap("DescribeSubscribersForNotification", "what was kept", ({ Notification }, { notifications }) => ({
      Subscribers: notifications.get(keyOf(Notification)) ?? [],
    })),
    gap("ListTagsForResource", "what was kept", (_, { tags }) => ({ ResourceTags: tags })),
    gap("TagResource", "they are kept", ({ ResourceTags = [] }, of) => {
      of.tags = [...of.tags.filter(({ Key }) => !ResourceTags.some((tag) => tag.Key === Key)), ...ResourceTags];
      return {};
    }),
    gap("UntagResource", "they are gone", ({ ResourceTagKeys = [] }, of) => {
      of.tags = of.tags.filter(({ Key }) => !ResourceTagKeys.includes(Key));
      return {};
    }),
  ];
}

/** A notification has no id: it is what it says. */
function keyOf(notification: Input["Notification"] = {}): string {
  const { NotificationType, ComparisonOperator, Threshold, ThresholdType } = notification;
  return JSON.stringify({ NotificationType, ComparisonOperator, Threshold, ThresholdType });
}

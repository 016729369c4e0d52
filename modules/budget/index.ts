import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { Construct } from "constructs";

export interface BudgetProps {
  /** Name of the app: the budget's, and the value of the tag `Application` by which it counts. */
  readonly name: string;
  /** USD a month that are expected. */
  readonly monthlyUsd: number;
  /** `environment`: what has the app's tag. `account`: everything. */
  readonly counts: "environment" | "account";
  /** Who is told: at least one, at most ten. AWS asks for no confirmation. */
  readonly emails: readonly string[];
}

/** Percent of the budget. */
const NOTIFY_AT = [80, 100];

/**
 * Tells people by mail when a month is going to cost more than expected: by AWS's forecast, which it makes from about five
 * weeks of bills on, and from the start when as much is already spent.
 *
 * Source: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html
 */
export class Budget extends Construct {
  readonly budget: BudgetsBudget;

  constructor(scope: Construct, id: string, { name, monthlyUsd, counts, emails }: BudgetProps) {
    super(scope, id);
    const notification = (notificationType: "FORECASTED" | "ACTUAL", threshold: number) => ({
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberEmailAddresses: [...emails],
    });
    this.budget = new BudgetsBudget(this, "budget", {
      name,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(monthlyUsd),
      limitUnit: "USD",
      ...(counts === "environment" && {
        costFilter: [{ name: "TagKeyValue", values: [`user:Application$${name}`] }],
      }),
      notification: [...NOTIFY_AT.map((percent) => notification("FORECASTED", percent)), notification("ACTUAL", 100)],
    });
  }
}

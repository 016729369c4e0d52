import { describe, expect, it } from "vitest";
import { withBudgetLimit } from "../../stacks/budget-limit.ts";
import { checked, environmentWith, synthesize, synthesizeText } from "../support/synthesize.ts";

const BUDGET = "aws_budgets_budget.budget_budget";
const TOLD = { alarms: { emails: "me@example.com" } };

describe("the budget", () => {
  it("is none by default", () => {
    expect(synthesize(TOLD).addresses()).not.toContain(BUDGET);
  });

  it("tells the addresses of alarms of forecasts, and of what is spent", () => {
    const { notification, ...budget } = synthesize({ ...TOLD, budget: { monthlyUsd: 150 } }).resource(BUDGET);
    expect(budget).toMatchObject({
      name: "operation-app",
      budget_type: "COST",
      time_unit: "MONTHLY",
      limit_amount: "150",
      limit_unit: "USD",
    });
    expect(notification.map((one: Record<string, unknown>) => [one.notification_type, one.threshold])).toEqual([
      ["FORECASTED", 80],
      ["FORECASTED", 100],
      ["ACTUAL", 100],
    ]);
    for (const { subscriber_email_addresses } of notification)
      expect(subscriber_email_addresses).toEqual(["me@example.com"]);
  });

  it("has addresses of its own where they are written", () => {
    const stack = synthesize({
      ...TOLD,
      budget: { monthlyUsd: 150, emails: ["boss@example.com", "boss@example.com"] },
    });
    expect(stack.resource(BUDGET).notification[0].subscriber_email_addresses).toEqual(["boss@example.com"]);
  });

  it("counts what has the tag of the app, or the whole account", () => {
    const filters = (counts: "environment" | "account") =>
      synthesize({ ...TOLD, budget: { monthlyUsd: 150, counts } }).resource(BUDGET).cost_filter;
    expect(filters("environment")).toEqual([{ name: "TagKeyValue", values: ["user:Application$operation-app"] }]);
    expect(filters("account")).toBeUndefined();
  });

  it("is not made where nobody would be notified", () => {
    expect(synthesize({ budget: { monthlyUsd: 150 } }).addresses()).not.toContain(BUDGET);
  });
});

describe("an estimated budget", () => {
  const estimated = (changes = {}) => withBudgetLimit(checked(environmentWith({ ...TOLD, budget: {}, ...changes })));

  it("is the most that a month is said to cost, whether a version is released or not", async () => {
    const { budget } = await estimated();
    expect(budget?.monthlyUsd).toBeGreaterThan(100);
    expect(budget?.monthlyUsd).toBeLessThan(500);
    expect(Number.isInteger(budget?.monthlyUsd)).toBe(true);
    const released = await estimated({ images: { nginx: "0.1.0", app: "0.1.0" } });
    expect(released.budget?.monthlyUsd).toBe(budget?.monthlyUsd);
  });

  it("follows what the environment has, and its use", async () => {
    const { budget } = await estimated();
    const larger = await estimated({ database: { multiAz: true }, usage: { gbOut: 1000 } });
    expect(larger.budget?.monthlyUsd).toBeGreaterThan(Number(budget?.monthlyUsd));
  });

  it("stops where there are no prices of the region", async () => {
    const elsewhere = {
      region: "eu-north-1",
      network: { zones: ["eu-north-1a", "eu-north-1b"] },
    };
    await expect(estimated(elsewhere)).rejects.toThrow(
      "environments/production.ts: budget.monthlyUsd: there are no prices for eu-north-1 to estimate from. Write an amount in USD.",
    );
  });

  it("leaves an environment with a figure of its own, or without a budget, as it is", async () => {
    for (const changes of [{ budget: { monthlyUsd: 150 } }, { budget: undefined }]) {
      const environment = checked(environmentWith(changes));
      expect(await withBudgetLimit(environment)).toBe(environment);
    }
  });

  it("does not reach a stack that is not made yet", () => {
    expect(() => synthesizeText(environmentWith({ ...TOLD, budget: {} }))).toThrow("withBudgetLimit");
  });
});

import type { Environment } from "../environments/schema/index.ts";

/** The same environment with a budget in USD. Prices are loaded only where it is to be estimated. */
export async function withBudgetLimit(environment: Environment): Promise<Environment> {
  const { budget } = environment;
  if (budget?.monthlyUsd !== "estimated") return environment;
  const { estimatedUsd } = await import("./priced.ts");
  return { ...environment, budget: { ...budget, monthlyUsd: await estimatedUsd(environment) } };
}

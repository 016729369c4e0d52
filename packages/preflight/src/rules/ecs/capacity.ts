import { blocks, number, text } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";
import { eachService } from "./each.ts";

/** On which capacity tasks of services run. */
export const ECS_CAPACITY_RULES: readonly Rule[] = [
  {
    id: "ECS-089",
    severity: "warning",
    title: "Not every task that answers requests is on Spot",
    when: "runtime",
    prevents:
      "SERVICE_TASK_PLACEMENT_FAILURE … RESOURCE:FARGATE: Capacity is unavailable at this time, and 503 from the load balancer while AWS has taken all tasks back",
    cause:
      "AWS takes Spot capacity back after a warning of two minutes, all of it at once if it has to, and starts no other task while it has none; it does not fall back to FARGATE.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
    check: eachService(function* ({ resource }) {
      const strategy = blocks(resource.get("capacity_provider_strategy"));
      const providers = strategy.blocks.map(({ capacity_provider }) => text(capacity_provider));
      const onSpot = providers.length > 0 && providers.every((provider) => provider === "FARGATE_SPOT");
      if (!onSpot || !strategy.complete || blocks(resource.get("load_balancer")).blocks.length === 0) return;
      if (number(resource.get("desired_count")) === 0) return;
      yield {
        message: "has a load_balancer, and all of its tasks on FARGATE_SPOT.",
        fix: 'Add a capacity_provider_strategy with capacity_provider = "FARGATE", base = 1 and weight = 0.',
        attribute: "capacity_provider_strategy",
      };
    }),
  },
];

import { type Changed, planOfChanges } from "../../support/plan.ts";
import type { Json } from "../../support/rules.ts";

/** Actions of a replacement: the old one goes first, or last. */
export const REPLACED = ["delete", "create"];
export const REPLACED_AFTER = ["create", "delete"];
export const GROUP_ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/shop/1";
/** A plan as the base of a rule's cases. */
export const plan =
  (...changes: Changed[]) =>
  () =>
    planOfChanges(changes);

/** A change of the plan, by address. */
export const change = (stack: Json, address: string) =>
  stack.resource_changes.find((one: Json) => one.address === address).change;

/** Leaves the plan as it is. */
export const keep = () => {};

/** A target group that is replaced. */
export const TARGETS: Changed = {
  address: "aws_lb_target_group.main",
  actions: REPLACED,
  before: { id: GROUP_ARN, arn: GROUP_ARN, name: "shop", port: 3000 },
  after: { name: "shop", port: 8080 },
  unknown: { id: true, arn: true },
  replacePaths: [["port"]],
};

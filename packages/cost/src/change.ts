import { load } from "@operation-app/preflight";
import { type Graph, type PlanJson, planBefore } from "@operation-app/preflight/graph";
import { type Cost, type CostOptions, costOf, type NotPriced, type ResourceCost } from "./cost.ts";
import { isFree, isMetered } from "./meters/index.ts";
import { difference, type Range, sum, ZERO } from "./range.ts";
import type { Usage } from "./usage.ts";

/** What a plan changes of what a stack costs a month, in USD, before tax. */
export interface CostChange {
  readonly before: Range;
  readonly after: Range;
  readonly monthly: Range;
  /** What costs more or less, what changes most first. */
  readonly resources: readonly ResourceChange[];
  /** Of what the plan makes, changes or takes away: in no sum. */
  readonly notPriced: readonly NotPriced[];
  readonly usage: Usage;
  readonly pricesOf: Cost["pricesOf"];
}

export interface ResourceChange {
  readonly address: string;
  readonly before: Range;
  readonly after: Range;
  readonly monthly: Range;
  /** What of it is billed otherwise. */
  readonly lines: readonly { readonly what: string; readonly monthly: Range }[];
}

/** What others are billed by. */
const DECIDING = new Set([
  "aws_appautoscaling_scheduled_action",
  "aws_appautoscaling_target",
  "aws_ecs_cluster_capacity_providers",
  "aws_ecs_task_definition",
  "aws_launch_configuration",
  "aws_launch_template",
  "aws_vpc_endpoint_subnet_association",
]);

/** Only what is billed, and what decides on it. */
function isBilledBy(type: string): boolean {
  return isMetered(type) || DECIDING.has(type);
}

/**
 * What a plan changes a month.
 *
 * @param after the plan as it was loaded
 * @returns undefined where it changes nothing that is billed
 */
export async function costChange(
  plan: PlanJson,
  after: Graph,
  { region, ...options }: Omit<CostOptions, "beside"> = {},
): Promise<CostChange | undefined> {
  const changed = plan.resource_changes.filter(({ change }) => !["no-op", "read"].includes(change.actions.join()));
  if (!changed.some(({ mode, type }) => (mode === "managed" && !isFree(type)) || DECIDING.has(type))) return undefined;
  // What Terraform only forgets stays on the bill, and in its planned values.
  const before = await load(planBefore(plan, isBilledBy, plan.configuration), "the plan");
  const shared = { ...options, region: regionIn(plan) ?? region };
  const [old, planned] = [costOf(before, { ...shared, beside: after }), costOf(after, { ...shared, beside: before })];
  const [was, is] = [byAddress(old), byAddress(planned)];
  const resources = [...new Set([...was.keys(), ...is.keys()])]
    .map((address) => resourceChange(address, was.get(address), is.get(address)))
    .filter(isCent);
  const addresses = new Set(changed.map(({ address }) => address));
  const notPriced = unique([...planned.notPriced, ...old.notPriced]).filter(({ address }) => addresses.has(address));
  if (resources.length === 0 && notPriced.length === 0) return undefined;
  return {
    before: old.total,
    after: planned.total,
    monthly: difference(planned.total, old.total),
    resources: resources.sort((a, b) => weight(b) - weight(a) || (a.address < b.address ? -1 : 1)),
    notPriced,
    usage: planned.usage,
    pricesOf: planned.pricesOf ?? old.pricesOf,
  };
}

const REGION = /^(?:arn:[^:]*:[^:]*:)?([a-z]{2}(?:-[a-z]+)+-\d)(?:[a-z]$|:|$)/;

/** The region that ARNs and zones of a plan are in, if there is only one. */
function regionIn({ resource_changes: changes }: PlanJson): string | undefined {
  const values = changes.flatMap(({ change }) => [change.before, change.after]) as ({
    arn?: unknown;
    availability_zone?: unknown;
  } | null)[];
  const texts = values.flatMap((one) => [one?.arn, one?.availability_zone]).filter((text) => typeof text === "string");
  const regions = new Set(texts.flatMap((text) => REGION.exec(text)?.[1] ?? []));
  return regions.size === 1 ? [...regions][0] : undefined;
}

/** What is not priced before and after is named once. */
function unique(notPriced: readonly NotPriced[]): NotPriced[] {
  return [...new Map(notPriced.map((one) => [JSON.stringify(one), one])).values()];
}

function byAddress({ resources }: Cost): Map<string, ResourceCost> {
  return new Map(resources.map((one) => [one.address, one]));
}

function resourceChange(address: string, was?: ResourceCost, is?: ResourceCost): ResourceChange {
  const [before, after] = [totalOf(was), totalOf(is)];
  const names = [...new Set([...(was?.lines ?? []), ...(is?.lines ?? [])].map(({ what }) => what))];
  const lines = names.map((what) => ({ what, monthly: difference(lineOf(is, what), lineOf(was, what)) }));
  return {
    address,
    before,
    after,
    monthly: difference(after, before),
    lines: lines.filter(isCent),
  };
}

function totalOf(cost: ResourceCost | undefined): Range {
  return cost ? sum([cost.fixed, cost.use]) : ZERO;
}

function lineOf(cost: ResourceCost | undefined, what: string): Range {
  return sum((cost?.lines ?? []).filter((line) => line.what === what).map(({ monthly }) => monthly));
}

/** Half a cent or more. */
function isCent(change: Pick<ResourceChange, "monthly">): boolean {
  return weight(change) >= 0.005;
}

function weight({ monthly: { low, high } }: Pick<ResourceChange, "monthly">): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

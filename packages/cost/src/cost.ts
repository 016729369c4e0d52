import type { Graph, Resource } from "@operation-app/preflight/graph";
import { isFree, isMetered, METERS } from "./meters/index.ts";
import { type Line, type Metered, Stack } from "./meters/meter.ts";
import { PRICE_LISTS, type PriceList } from "./prices.ts";
import { type Range, sum, times } from "./range.ts";
import { unitPrice } from "./unit-price.ts";
import { DEFAULT_USAGE, rangeOf, type Usage } from "./usage.ts";

/** One thing that is billed, with its price. */
export interface CostLine {
  readonly what: string;
  /** `fixed`: whether it is used or not. `use`: by the assumptions. */
  readonly kind: "fixed" | "use";
  /** Units a month. */
  readonly quantity: Range;
  /** Name of the price in `prices/`. */
  readonly price: string;
  /** USD for one unit; a range where it is worked out of another price. */
  readonly usd: Range;
  /** USD a month. */
  readonly monthly: Range;
}

/** What is billed, but at a price or in a number that is not known: it is in no sum. */
export interface NotPriced {
  readonly address: string;
  readonly what: string;
  readonly why: string;
}

export interface ResourceCost {
  readonly address: string;
  readonly module: string;
  readonly type: string;
  readonly lines: readonly CostLine[];
  readonly fixed: Range;
  readonly use: Range;
}

/** What a stack costs a month, in USD, before tax. */
export interface Cost {
  /** Regions, of which there is usually one. */
  readonly regions: readonly string[];
  /** What is billed, the dearest first. */
  readonly resources: readonly ResourceCost[];
  readonly notPriced: readonly NotPriced[];
  /** How many other resources are free. */
  readonly free: number;
  readonly fixed: Range;
  readonly use: Range;
  readonly total: Range;
  readonly usage: Usage;
  /** Days of the oldest and the newest price that was taken, YYYY-MM-DD or YYYY-MM; undefined without any. */
  readonly pricesOf: { readonly oldest: string; readonly newest: string } | undefined;
}

export interface CostOptions {
  /** @default DEFAULT_USAGE */
  readonly usage?: Usage;
  /** Region of what does not say its own. @default unknown, and what it costs, too */
  readonly region?: string | undefined;
  /** @default those that come with this package */
  readonly priceLists?: ReadonlyMap<string, PriceList>;
  /** The same stack at another time, to compare with: what they share is shared by the things of both. @default none */
  readonly beside?: Graph;
}

/** What a configuration, or a plan once it is applied, costs a month. */
export function costOf(graph: Graph, options: CostOptions = {}): Cost {
  const { usage = DEFAULT_USAGE, region, priceLists = PRICE_LISTS, beside } = options;
  const stack = new Stack(graph, usage, beside);
  const made = graph.resources.filter(({ isData }) => !isData);
  const billed = made.map((resource) => ({ resource, lines: billedLines(resource, stack) }));
  const priced = billed
    .filter(({ lines }) => lines.length > 0)
    .map(({ resource, lines }) => {
      const place = resource.region ?? region;
      return { resource, place, ...pricedLines(resource, lines, priceLists.get(place ?? ""), place, usage) };
    });
  const unknownTypes = made.filter(({ type }) => !isMetered(type) && !isFree(type));
  const resources = priced.map(({ resource, lines }) => resourceCost(resource, lines));
  const [fixed, use] = [sum(resources.map((one) => one.fixed)), sum(resources.map((one) => one.use))];
  const dates = priced.flatMap((one) => one.dates).sort();
  const [oldest, newest] = [dates[0], dates.at(-1)];
  return {
    regions: [...new Set(priced.flatMap(({ place }) => place ?? []))].sort(),
    resources: resources.sort((a, b) => maximumCost(b) - maximumCost(a) || (a.address < b.address ? -1 : 1)),
    notPriced: [
      ...priced.flatMap(({ notPriced }) => notPriced),
      ...unknownTypes.map(({ address, type }) => ({
        address,
        what: type,
        why: "what this type costs is not known here",
      })),
    ],
    free: made.length - priced.length - unknownTypes.length,
    fixed,
    use,
    total: sum([fixed, use]),
    usage,
    pricesOf: oldest !== undefined && newest !== undefined ? { oldest, newest } : undefined,
  };
}

/** What a resource is billed for; of a service without tasks, say, that is nothing. */
function billedLines(resource: Resource, stack: Stack): Line[] {
  const lines = isMetered(resource.type) ? (METERS[resource.type]?.(resource, stack) ?? []) : [];
  return lines.filter((line) => "unknown" in line || line.count.high > 0);
}

/** `, of 2025-10-27 to 2026-08`: how old the prices are; "" without any. */
export function datesText(pricesOf: Cost["pricesOf"]): string {
  if (pricesOf === undefined) return "";
  const { oldest, newest } = pricesOf;
  return oldest === newest ? `, of ${oldest}` : `, of ${oldest} to ${newest}`;
}

function resourceCost(resource: Resource, lines: readonly CostLine[]): ResourceCost {
  const of = (kind: CostLine["kind"]) => sum(lines.filter((line) => line.kind === kind).map(({ monthly }) => monthly));
  return {
    address: resource.address,
    module: moduleOf(resource),
    type: resource.type,
    lines,
    fixed: of("fixed"),
    use: of("use"),
  };
}

function maximumCost({ fixed, use }: ResourceCost): number {
  return fixed.low + use.low;
}

/** Terraform's module; of a configuration that cdktf made, the construct in the stack. "" of what is in none. */
function moduleOf({ module, construct = "" }: Resource): string {
  const [, outermost, ...inner] = construct.split("/");
  return module === "" && outermost !== undefined && inner.length > 0 ? outermost : module;
}

function pricedLines(
  { address, many }: Resource,
  billed: readonly Line[],
  list: PriceList | undefined,
  region: string | undefined,
  usage: Usage,
) {
  const lines: CostLine[] = [];
  const notPriced: NotPriced[] = [];
  const dates: string[] = [];
  for (const line of billed) {
    const missing = (why: string) => notPriced.push({ address, what: line.what, why });
    if ("unknown" in line) missing(line.unknown);
    else if (many) missing("how many there are is not known");
    else if (region === undefined) missing("its region is not known");
    else if (list === undefined) missing(`there are no prices for ${region}`);
    else {
      const found = unitPrice(line.price, list);
      if (found === undefined) missing(`its price in ${region} is not known`);
      else {
        dates.push(found.date);
        lines.push(costLine(line, found.usd, usage));
      }
    }
  }
  return { lines, notPriced, dates };
}

function costLine({ what, kind, price, count, per }: Metered, usd: Range, usage: Usage): CostLine {
  const quantity = per === "hour" ? times(count, rangeOf(usage.hours)) : count;
  return { what, kind, price, quantity, usd, monthly: times(quantity, usd) };
}

import { visible } from "@operation-app/preflight/input";
import { type Cost, datesText, type NotPriced, type ResourceCost } from "../cost.ts";
import { difference, money, type Range, signed, sum, ZERO } from "../range.ts";
import { usageText } from "../usage.ts";

/** Spaces between columns. */
const GAP = "  ";

/** What a stack costs, for a terminal: by module and by resource, what is not priced, and what was assumed. */
export function textCost(cost: Cost, name: string): string {
  const rows = [...byModule(cost.resources)].flatMap(([module, resources]) => [
    row(
      module === "" ? "(root)" : module,
      sum(resources.map((one) => one.fixed)),
      sum(resources.map((one) => one.use)),
    ),
    ...resources.map(({ address, fixed, use }) => row(`  ${address}`, fixed, use)),
  ]);
  const regions = cost.regions.length > 0 ? ` in ${cost.regions.join(", ")}` : "";
  return [
    `${visible(name)}${visible(regions)}: ${money(cost.total)} USD a month, list prices before tax${datesText(cost.pricesOf)}`,
    table(["", "fixed", "by use"], [...rows, row("total", cost.fixed, cost.use)]),
    ...notPricedText(cost.notPriced),
    `${cost.free} other resources are free.`,
    `Assumed (usage): ${usageText(cost.usage)}.`,
  ].join("\n\n");
}

/** Two stacks side by side, by module. */
export function textComparison(a: Cost, b: Cost, names: readonly [string, string]): string {
  const [left, right] = [totals(a), totals(b)];
  const modules = [...new Set([...left.keys(), ...right.keys()])];
  const rows = modules.map((module) =>
    comparison(module === "" ? "(root)" : module, left.get(module) ?? ZERO, right.get(module) ?? ZERO),
  );
  const missing = [a, b].flatMap((cost, index) =>
    notPricedText(cost.notPriced).map((text) => `${visible(names[index] ?? "")}: ${text}`),
  );
  return [
    table(["USD a month", ...names.map(visible), "difference"], [...rows, comparison("total", a.total, b.total)]),
    ...missing,
    `Assumed (usage): ${usageText(a.usage)}${usageText(a.usage) === usageText(b.usage) ? "" : ` and ${usageText(b.usage)}`}.`,
  ].join("\n\n");
}

function totals({ resources }: Cost): Map<string, Range> {
  return new Map(
    [...byModule(resources)].map(([module, all]) => [module, sum(all.flatMap((one) => [one.fixed, one.use]))]),
  );
}

/** Modules, the dearest first; in each, the resources as they come. */
function byModule(resources: readonly ResourceCost[]): Map<string, ResourceCost[]> {
  const found = new Map<string, ResourceCost[]>();
  for (const one of resources) found.set(one.module, [...(found.get(one.module) ?? []), one]);
  const maximumCost = (all: readonly ResourceCost[]) => sum(all.flatMap((one) => [one.fixed, one.use])).low;
  return new Map([...found].sort(([, a], [, b]) => maximumCost(b) - maximumCost(a)));
}

function row(name: string, fixed: Range, use: Range): string[] {
  return [visible(name), money(fixed), money(use)];
}

function comparison(name: string, a: Range, b: Range): string[] {
  return [visible(name), money(a), money(b), signed(difference(b, a))];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

function notPricedText(notPriced: readonly NotPriced[]): string[] {
  if (notPriced.length === 0) return [];
  const lines = notPriced.map(({ address, what, why }) => `  ${visible(address)}: ${visible(what)}: ${visible(why)}`);
  return [[`Not priced, and in no sum (${notPriced.length}):`, ...lines].join("\n")];
}

/** Says what a Terraform configuration or plan costs a month on AWS. */
export { type CostChange, costChange, type ResourceChange } from "./change.ts";
export {
  type Cost,
  type CostLine,
  type CostOptions,
  costOf,
  datesText,
  type NotPriced,
  type ResourceCost,
} from "./cost.ts";
export { type ProductQuery, priceIn, productQuery, refreshed } from "./price-list-api.ts";
export { PRICE_FILES, PRICE_LISTS, type Price, type PriceFile, type PriceGroup, PriceList } from "./prices.ts";
export { money, type Range, signed } from "./range.ts";
export { regionOfVariables } from "./region.ts";
export { textComparison, textCost } from "./report/text.ts";
export { DEFAULT_USAGE, parseUsage, type Usage, type UsageInput, usageSchema, usageText } from "./usage.ts";
export { version } from "./version.ts";

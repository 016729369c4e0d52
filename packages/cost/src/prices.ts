import tokyo from "./prices/ap-northeast-1.json" with { type: "json" };
import virginia from "./prices/us-east-1.json" with { type: "json" };

/** Prices that come from one place. */
export interface PriceGroup {
  /** YYYY-MM-DD or YYYY-MM: what they are the prices of. */
  readonly date: string;
  /** Where AWS publishes them. */
  readonly source: string;
  /** How they were read, where that was not there. */
  readonly via?: string;
  /** USD for one unit, before tax, by the names that `priceName` explains. */
  readonly prices: Readonly<Record<string, number | undefined>>;
}

/** What a file in `prices/` holds. */
export interface PriceFile {
  /** Such as `ap-northeast-1`. */
  readonly region: string;
  readonly groups: readonly PriceGroup[];
}

/** A price, and what is known of it. */
export interface Price extends Omit<PriceGroup, "prices"> {
  readonly usd: number;
}

/** List prices of a region. */
export class PriceList {
  readonly region: string;
  private readonly byName = new Map<string, Price>();

  constructor({ region, groups }: PriceFile) {
    this.region = region;
    for (const { prices, ...from } of groups)
      for (const [name, usd] of Object.entries(prices)) if (usd !== undefined) this.byName.set(name, { usd, ...from });
  }

  /** undefined: it is not known. */
  price(name: string): Price | undefined {
    return this.byName.get(name);
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }
}

/** The files in `prices/`, by region. A new one is named here. */
export const PRICE_FILES: readonly PriceFile[] = [tokyo, virginia];

/** The list prices that come with this package. */
export const PRICE_LISTS: ReadonlyMap<string, PriceList> = new Map(
  PRICE_FILES.map((file) => [file.region, new PriceList(file)]),
);

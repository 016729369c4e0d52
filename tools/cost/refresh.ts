import { readFileSync, writeFileSync } from "node:fs";
import { GetProductsCommand, PricingClient } from "@aws-sdk/client-pricing";
import { PRICE_FILES, type PriceFile, priceIn, productQuery, refreshed } from "@operation-app/cost";
import { InputError } from "@operation-app/preflight/input";

/** Where the API answers; it knows the prices of all regions. */
const API_REGION = "us-east-1";

/** What asking for today's prices has come to. */
export interface Refresh {
  readonly moved: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  readonly unchanged: number;
  /** Names that the file did not have, and another region's has. */
  readonly added: readonly string[];
  /** Names that the list has no single price for: they stay as they were. */
  readonly unanswered: readonly string[];
}

/**
 * Takes the prices of a region from the AWS Price List API into its file: those that it has, and those that others have.
 *
 * @param date YYYY-MM-DD that they are the prices of
 * @param directory of the price files
 * @param names of the prices of all regions
 * @throws InputError where there is no file of the region; what the SDK throws where AWS can't be asked: nothing is written then
 */
export async function refreshPrices(
  region: string,
  date: string,
  directory = "packages/cost/src/prices",
  names: readonly string[] = PRICE_FILES.flatMap(({ groups }) => groups.flatMap(({ prices }) => Object.keys(prices))),
): Promise<Refresh> {
  const path = `${directory}/${region}.json`;
  const file = readPriceFile(path, region);
  const old = new Map(file.groups.flatMap(({ prices }) => Object.entries(prices)) as [string, number][]);
  const client = new PricingClient({ region: API_REGION });
  const answered = new Map<string, number>();
  for (const name of new Set([...old.keys(), ...names])) {
    const price = await askedPrice(client, name, region);
    if (price !== undefined) answered.set(name, price);
  }
  writeFileSync(path, `${JSON.stringify(refreshed(file, answered, date), null, 2)}\n`);
  const moved = [...answered].flatMap(([name, after]) => {
    const before = old.get(name);
    return before === undefined || before === after ? [] : [{ name, before, after }];
  });
  const added = [...answered.keys()].filter((name) => !old.has(name));
  return {
    moved,
    unchanged: answered.size - moved.length - added.length,
    added,
    unanswered: [...old.keys()].filter((name) => !answered.has(name)),
  };
}

async function askedPrice(client: PricingClient, name: string, region: string): Promise<number | undefined> {
  const query = productQuery(name, region);
  if (query === undefined) return undefined;
  const Filters = Object.entries<string>(query.filters).map(([Field, Value]) => ({
    Type: "TERM_MATCH" as const,
    Field,
    Value,
  }));
  const { PriceList = [] } = await client.send(new GetProductsCommand({ ServiceCode: query.service, Filters }));
  return priceIn(PriceList.map(String), query);
}

/** How old the prices of a region are, such as `the oldest is of 2025-08-28 (458 days)`. @param today YYYY-MM-DD */
export function priceAge(region: string, today: string): string {
  const dates = PRICE_FILES.filter((file) => file.region === region).flatMap(({ groups }) =>
    groups.map(({ date }) => date),
  );
  const oldest = dates.sort()[0];
  if (oldest === undefined) return "there are none";
  const days = Math.floor((Date.parse(today) - Date.parse(oldest)) / 86_400_000);
  return `the oldest is of ${oldest} (${days} days)`;
}

function readPriceFile(path: string, region: string): PriceFile {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as PriceFile;
  } catch {
    throw new InputError(`${region}: there is no price file ${path}. Create one with the names of another region.`);
  }
}

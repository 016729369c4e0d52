import type { PriceList } from "./prices.ts";
import { exactly, type Range, times } from "./range.ts";

/** What one unit costs; a range where it is worked out of another price of the list. */
export interface UnitPrice {
  /** USD. */
  readonly usd: Range;
  readonly date: string;
}

/** AWS rounds hourly prices to a tenth of a cent, sometimes up, and some dear ones to three digits: USD, or part of the price. */
const [STEP, LARGE_STEP] = [0.001, 0.002];

/**
 * What the same node costs of its price for Redis OSS.
 * Sources: https://aws.amazon.com/about-aws/whats-new/2024/10/amazon-elasticache-valkey/, https://aws.amazon.com/elasticache/pricing/
 */
const SHARES_OF_REDIS: Readonly<Record<string, number>> = { valkey: 0.8, memcached: 1 };

/**
 * How large a size is against `small` of its family. The price list has it as `normalizationSizeFactor`, and so has
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html.
 */
const SIZES: Readonly<Record<string, number>> = {
  nano: 0.25,
  micro: 0.5,
  small: 1,
  medium: 2,
  large: 4,
  xlarge: 8,
  "2xlarge": 16,
  "4xlarge": 32,
  "8xlarge": 64,
  "12xlarge": 96,
  "16xlarge": 128,
  "24xlarge": 192,
};

/** Families of these are priced by their size; licensed engines and accelerators are not. */
const SIZED = /^(?:rds\.(?:mysql|mariadb|postgres)|cache\.(?:redis|valkey|memcached)|ec2)\./;
const MULTI_AZ = ".multi-az.";

/** @returns undefined where the list has neither the price nor one that it follows from */
export function unitPrice(name: string, list: PriceList): UnitPrice | undefined {
  const own = list.price(name);
  if (own !== undefined) return { usd: exactly(own.usd), date: own.date };
  return ofTwoZones(name, list) ?? ofRedis(name, list) ?? ofAnotherSize(name, list);
}

/**
 * Two zones cost "approximately twice as much" as one, as AWS's guide to RDS says: twice the price before it was rounded.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_OnDemandDBInstances.html
 */
function ofTwoZones(name: string, list: PriceList): UnitPrice | undefined {
  const single = name.includes(MULTI_AZ) ? unitPrice(name.replace(MULTI_AZ, "."), list) : undefined;
  if (single === undefined) return undefined;
  const { low, high } = single.usd;
  return { usd: { low: 2 * (low - STEP / 2), high: 2 * (high + STEP / 2) }, date: single.date };
}
/** Other engines on the same nodes. */
function ofRedis(name: string, list: PriceList): UnitPrice | undefined {
  const [, engine = "", node = ""] = /^cache\.(\w+)\.(.*)/.exec(name) ?? [];
  const share = Object.hasOwn(SHARES_OF_REDIS, engine) ? SHARES_OF_REDIS[engine] : undefined;
  const redis = share === undefined ? undefined : unitPrice(`cache.redis.${node}`, list);
  return redis && { usd: times(redis.usd, exactly(share ?? 1)), date: redis.date };
}

/** As many times the price of the nearest size of the family as it is larger, give or take what that was rounded by. */
function ofAnotherSize(name: string, list: PriceList): UnitPrice | undefined {
  const [family, size] = familyOf(name);
  if (size === undefined || !SIZED.test(name) || name.includes(MULTI_AZ)) return undefined;
  const distance = (factor: number) => Math.abs(Math.log2(factor / size));
  const [nearest] = Object.entries(SIZES)
    .flatMap(([text, factor]) => {
      const price = list.price(`${family}.${text}`);
      return price === undefined ? [] : [{ factor, price }];
    })
    .sort((a, b) => distance(a.factor) - distance(b.factor) || b.factor - a.factor);
  if (nearest === undefined) return undefined;
  const { usd, date } = nearest.price;
  const larger = size / nearest.factor;
  const off = Math.max(STEP, LARGE_STEP * usd) * Math.max(larger, 1);
  return { usd: { low: usd * larger - off, high: usd * larger + off }, date };
}

/** `rds.mysql.db.t4g`, and the size; undefined of one that is none, such as `metal`. */
function familyOf(name: string): readonly [family: string, size: number | undefined] {
  const end = name.lastIndexOf(".");
  const size = name.slice(end + 1);
  return [name.slice(0, end), Object.hasOwn(SIZES, size) ? SIZES[size] : undefined];
}

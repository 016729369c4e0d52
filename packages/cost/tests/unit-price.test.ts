import { describe, expect, it } from "vitest";
import { PRICE_LISTS, PriceList } from "../src/prices.ts";
import { unitPrice } from "../src/unit-price.ts";

function listOf(prices: Readonly<Record<string, number>>): PriceList {
  return new PriceList({ region: "x", groups: [{ date: "2026-01", source: "", prices }] });
}

describe("a price that the list has not", () => {
  it.each([
    ["of two zones: twice the one before it was rounded", "rds.mysql.multi-az.db.t4g.micro", 0.049, 0.051],
    ["of a larger size of the family", "rds.mysql.db.t4g.medium", 0.025 * 4 - 0.004, 0.025 * 4 + 0.004],
    ["of Valkey: a fifth less than Redis", "cache.valkey.cache.r7g.large", 0.2104, 0.2104],
    ["of a smaller size", "ec2.m7g.medium", 0.0527 - 0.001, 0.0527 + 0.001],
  ])("is worked out: %s", (_, name, low, high) => {
    const list = listOf({
      "rds.mysql.db.t4g.micro": 0.025,
      "cache.redis.cache.r7g.large": 0.263,
      "ec2.m7g.large": 0.1054,
    });
    const found = unitPrice(name, list)?.usd;
    expect(found?.low).toBeCloseTo(low, 9);
    expect(found?.high).toBeCloseTo(high, 9);
  });

  it.each([
    "rds.mysql.db.t3.medium",
    "rds.postgres.db.t4g.medium",
    "rds.mysql.db.t4g.metal",
    "rds.sqlserver-ee.db.m5.2xlarge",
    "cache.redis.cache.t3.micro",
  ])("is not known where nothing like it is: %s", (name) => {
    const list = listOf({ "rds.mysql.db.t4g.micro": 0.025, "rds.sqlserver-ee.db.m5.xlarge": 2.336 });
    expect(unitPrice(name, list)).toBeUndefined();
  });
});

describe.each([...PRICE_LISTS])("the prices of %s", (_, list) => {
  it("follow from those of other sizes, of Redis and of one zone, as far as there are such", () => {
    const wrong = list.names.flatMap((name) => {
      const usd = list.price(name)?.usd ?? Number.NaN;
      const others = listOf(
        Object.fromEntries(list.names.filter((one) => one !== name).map((one) => [one, list.price(one)?.usd ?? 0])),
      );
      const found = unitPrice(name, others)?.usd;
      return found && (usd < found.low - 1e-9 || usd > found.high + 1e-9) ? [{ name, usd, ...found }] : [];
    });
    expect(wrong).toEqual([]);
  });
});

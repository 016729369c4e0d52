import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { priceAge, refreshPrices } from "../../../tools/cost/refresh.ts";
import { listen } from "../../../tools/lib/process/ports.ts";

/** What a fake of the AWS Price List API was asked, and what it answers by usage type or instance type. */
interface Asked {
  readonly ServiceCode: string;
  readonly Filters: readonly { readonly Field: string; readonly Value: string }[];
}

let server: Server;
let asked: Asked[];
let answers: Record<string, string[]>;
let directory: string;

beforeEach(async () => {
  asked = [];
  answers = {};
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const question = JSON.parse(body) as Asked;
    asked.push(question);
    const key = question.Filters.find(({ Field }) => ["usagetype", "instanceType"].includes(Field))?.Value ?? "";
    response.setHeader("Content-Type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ PriceList: answers[key] ?? [] }));
  });
  const port = await listen(server);
  vi.stubEnv("AWS_ENDPOINT_URL_PRICING", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  directory = mkdtempSync(join(tmpdir(), "prices-"));
  const prices = {
    "nat-gateway-hour": 0.062,
    "alb-hour": 0.0243,
    dashboard: 3,
    "cache.redis.cache.t4g.micro": 0.025,
  };
  const groups = [{ date: "2026-01-01", source: "https://example.com", prices }];
  writeFileSync(join(directory, "ap-northeast-1.json"), JSON.stringify({ region: "ap-northeast-1", groups }));
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
});

function product(usagetype: string, ...tiers: readonly [beginRange: string, usd: string][]): string {
  const dimensions = tiers.map(([beginRange, USD]) => [`x.${beginRange}`, { beginRange, pricePerUnit: { USD } }]);
  return JSON.stringify({
    product: { attributes: { usagetype } },
    terms: { OnDemand: { x: { priceDimensions: Object.fromEntries(dimensions) } } },
  });
}

function priceFile() {
  return JSON.parse(readFileSync(join(directory, "ap-northeast-1.json"), "utf8"));
}

it("says what has moved, and writes it with its day", async () => {
  answers["APN1-NatGateway-Hours"] = [product("APN1-NatGateway-Hours", ["0", "0.0650000000"])];
  answers["APN1-LoadBalancerUsage"] = [product("APN1-LoadBalancerUsage", ["0", "0.0243000000"])];
  const refresh = await refreshPrices("ap-northeast-1", "2026-11-29", directory, []);
  expect(refresh).toEqual({
    moved: [{ name: "nat-gateway-hour", before: 0.062, after: 0.065 }],
    unchanged: 1,
    added: [],
    unanswered: ["dashboard", "cache.redis.cache.t4g.micro"],
  });
  const [kept, taken] = priceFile().groups;
  expect(kept).toEqual({
    date: "2026-01-01",
    source: "https://example.com",
    prices: { dashboard: 3, "cache.redis.cache.t4g.micro": 0.025 },
  });
  expect(taken).toMatchObject({ date: "2026-11-29", prices: { "nat-gateway-hour": 0.065, "alb-hour": 0.0243 } });
});

it("takes what another region has a price of, too", async () => {
  answers["cache.m7g.large"] = [product("APN1-NodeUsage:cache.m7g.large", ["0", "0.1940000000"])];
  const names = ["cache.redis.cache.m7g.large", "cache.redis.cache.m7g.xlarge"];
  const { added, unanswered } = await refreshPrices("ap-northeast-1", "2026-11-29", directory, names);
  expect(added).toEqual(["cache.redis.cache.m7g.large"]);
  expect(unanswered).not.toContain("cache.redis.cache.m7g.xlarge");
  expect(priceFile().groups.at(-1).prices).toEqual({ "cache.redis.cache.m7g.large": 0.194 });
});

it("asks for the region's own usage type, and for the operation where several share it", async () => {
  await refreshPrices("ap-northeast-1", "2026-11-29", directory, []);
  expect(asked.find(({ ServiceCode }) => ServiceCode === "AWSELB")?.Filters).toEqual([
    { Type: "TERM_MATCH", Field: "regionCode", Value: "ap-northeast-1" },
    { Type: "TERM_MATCH", Field: "usagetype", Value: "APN1-LoadBalancerUsage" },
    { Type: "TERM_MATCH", Field: "operation", Value: "LoadBalancing:Application" },
  ]);
});

it("takes the node's own price, not what extended support or durability cost beside", async () => {
  answers["cache.t4g.micro"] = [
    product("APN1-ExtendedSupportYr3-NodeUsage:cache.t4g.micro", ["0", "0.0400000000"]),
    product("APN1-NodeUsage:cache.t4g.micro", ["0", "0.0260000000"]),
    product("APN1-SyncDurability-NodeUsage:cache.t4g.micro", ["0", "0.0050000000"]),
  ];
  const { moved } = await refreshPrices("ap-northeast-1", "2026-11-29", directory, []);
  expect(moved).toEqual([{ name: "cache.redis.cache.t4g.micro", before: 0.025, after: 0.026 }]);
});

it("takes the first amount that is not free", async () => {
  const tiers: [string, string][] = [
    ["100", "0.05"],
    ["0", "0.0000000000"],
    ["10", "0.07"],
  ];
  answers["APN1-NatGateway-Hours"] = [product("APN1-NatGateway-Hours", ...tiers)];
  const { moved } = await refreshPrices("ap-northeast-1", "2026-11-29", directory, []);
  expect(moved).toEqual([{ name: "nat-gateway-hour", before: 0.062, after: 0.07 }]);
});

it("leaves what has several prices", async () => {
  answers["APN1-NatGateway-Hours"] = ["0.06", "0.07"].map((usd) => product("APN1-NatGateway-Hours", ["0", usd]));
  const { unanswered } = await refreshPrices("ap-northeast-1", "2026-11-29", directory, []);
  expect(unanswered).toContain("nat-gateway-hour");
});

it("says how old the prices are", () => {
  expect(priceAge("ap-northeast-1", "2026-11-29")).toBe("the oldest is of 2025-08-28 (458 days)");
  expect(priceAge("eu-west-1", "2026-11-29")).toBe("there are none");
});

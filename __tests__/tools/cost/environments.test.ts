import { money } from "@operation-app/cost";
import { describe, expect, it } from "vitest";
import { type Environment, parseEnvironments } from "../../../environments/schema/index.ts";
import { costOfPriced, pricedEnvironment } from "../../../tools/cost/stacks.ts";
import { type Changes, environmentWith } from "../../support/synthesize.ts";

// Sums worked out by hand from AWS's list prices of Tokyo, in USD. None of these figures is taken from the price files.
const HOURS = 730;
/** https://aws.amazon.com/vpc/pricing/: a NAT gateway, an interface endpoint in a zone, a public IPv4 address, an hour each. */
const [NAT, ENDPOINT, ADDRESS] = [0.062 * HOURS, 0.014 * HOURS, 0.005 * HOURS];
/** https://aws.amazon.com/elasticloadbalancing/pricing/: an application load balancer an hour. */
const BALANCER = 0.0243 * HOURS;
/** https://aws.amazon.com/fargate/pricing/, Linux/ARM: 0.25 vCPU and 0.5 GB; 0.5 vCPU and 1 GB. */
const NGINX = (0.25 * 0.04045 + 0.5 * 0.00442) * HOURS;
const RAILS = (0.5 * 0.04045 + 1 * 0.00442) * HOURS;
/** https://aws.amazon.com/rds/mysql/pricing/: db.t4g.micro an hour, 20 GB of gp3 a month. */
const [MYSQL, DISK] = [0.025 * HOURS, 20 * 0.138];
/** What RDS may add to that by itself: up to 100 GB. */
const GROWN = 80 * 0.138;
/** https://aws.amazon.com/elasticache/pricing/: cache.t4g.micro with Redis OSS an hour; Valkey is a fifth less. */
const REDIS = 0.025 * HOURS;
const VALKEY = 0.8 * REDIS;
/** https://aws.amazon.com/secrets-manager/pricing/. In production: MySQL's, REDIS_URL, the app client's, SECRET_KEY_BASE. */
const SECRETS = 4 * 0.4;
/** Five: ecr.api, ecr.dkr, logs, secretsmanager, ssmmessages. */
const ENDPOINTS = 5 * ENDPOINT;
/** The load balancer has an address in each of two zones, the NAT gateway has its own. */
const [BALANCED, NATTED] = [BALANCER + 2 * ADDRESS, NAT + ADDRESS];

/** Without alarms, which are counted once. */
function costWith(changes: Changes = {}, usage?: string) {
  return costOfEnvironment({ alarms: { enabled: false }, ...changes }, usage);
}

async function costOfEnvironment(changes: Changes = {}, usage?: string) {
  const [environment] = parseEnvironments({ production: environmentWith(changes) });
  return costOfPriced(await pricedEnvironment(environment as Environment), usage);
}

function usd(low: number, high = low): string {
  return money({ low, high });
}

describe("a user of the database for Rails", () => {
  it("costs a secret", async () => {
    const [without, own] = await Promise.all([costWith(), costWith({ database: { appUser: {} } })]);
    expect(own.total.low - without.total.low).toBeCloseTo(0.4);
  });
});

describe("what runs at set times", () => {
  const job = { command: ["true"], size: { cpu: 256 as const, memory: 512 as const } };
  const costOf = async (when: string, usage: string, changes: object = {}) => {
    const [without, scheduled] = await Promise.all([
      costWith({}, usage),
      costWith({ ecs: { schedules: { nightly: { ...job, when, ...changes } } } }, usage),
    ]);
    expect(scheduled.notPriced).toEqual([]);
    return scheduled.total.low - without.total.low;
  };
  const perRun = (minutes: number) => (0.25 * 0.04045 + 0.5 * 0.00442) * (minutes / 60);

  it.each([
    ["cron(0 3 * * ? *)", 365 / 12],
    ["cron(0/10 8-17 ? * MON-FRI *)", 60 * (5 / 7) * (365 / 12)],
    ["cron(0 3 1,15 * ? *)", 2],
    ["cron(0 3 L * ? *)", 1],
    ["cron(0 3 ? 1,7 2#1 *)", 1 / 6],
    ["rate(1 hour)", 730],
    ["rate(2 days)", 365 / 24],
  ])("costs the minutes of its tasks: %s", async (when, runs) => {
    expect(await costOf(when, "taskMinutes=120,logGb=0")).toBeCloseTo(runs * perRun(120), 6);
  });

  it("costs nothing where it is switched off", async () => {
    expect(await costOf("rate(1 hour)", "logGb=0", { enabled: false })).toBeCloseTo(0, 6);
  });
});

describe("what is fixed, to the cent", () => {
  it("of production, with its alarms, nginx's one to two tasks and the app's one to four", async () => {
    const { fixed, notPriced } = await costOfEnvironment();
    const rest = NATTED + ENDPOINTS + BALANCED + MYSQL + DISK + VALKEY + SECRETS;
    // https://aws.amazon.com/cloudwatch/pricing/: 14 alarms, three of them of two metrics; a dashboard, if not one of three.
    const [alarms, dashboard] = [17 * 0.1, 3];
    const [least, most] = [rest + NGINX + RAILS + alarms, rest + GROWN + 2 * NGINX + 4 * RAILS + alarms + dashboard];
    expect(money(fixed)).toBe(usd(least, most));
    expect(notPriced).toEqual([]);
  });

  it("of the frugal one: no interface endpoints, nginx in the app's task", async () => {
    const { fixed } = await costWith({ network: { interfaceEndpoints: "none" }, ecs: { topology: "together" } });
    const rest = NATTED + BALANCED + MYSQL + DISK + VALKEY + SECRETS;
    expect(money(fixed)).toBe(usd(rest + RAILS, rest + GROWN + 4 * RAILS));
  });

  it("of one that survives the loss of a zone: two of everything", async () => {
    const { fixed } = await costWith({
      network: { nat: "per-zone", interfaceEndpoints: "per-zone" },
      database: { multiAz: true },
      cache: { nodes: 2 },
      ecs: { nginx: { tasks: { min: 2, max: 2 } }, app: { tasks: { min: 2, max: 2 } } },
    });
    const rest = 2 * NATTED + 2 * ENDPOINTS + BALANCED + 2 * DISK + 2 * VALKEY + 2 * NGINX + 2 * RAILS + SECRETS;
    // RDS: "approximately twice", of an hourly price that is rounded to a tenth of a cent: 2 × 0.0245 to 2 × 0.0255.
    expect(money(fixed)).toBe(usd(rest + 0.049 * HOURS, rest + 2 * GROWN + 0.051 * HOURS));
  });

  it("of one without NAT, with Redis, on X86_64, that never scales or grows", async () => {
    const { fixed } = await costWith({
      network: { nat: "none" },
      cache: { engine: "redis" },
      database: { maxAllocatedStorage: 20 },
      ecs: { architecture: "X86_64", nginx: { tasks: { max: 1 } }, app: { tasks: { max: 1 } } },
    });
    const tasks = (0.75 * 0.05056 + 1.5 * 0.00553) * HOURS;
    expect(money(fixed)).toBe(usd(ENDPOINTS + BALANCED + tasks + MYSQL + DISK + REDIS + SECRETS));
  });

  it("of one without a cache: neither its node nor its secret, nor alarms of it", async () => {
    const [whole, without] = await Promise.all([costOfEnvironment(), costOfEnvironment({ cache: "none" })]);
    // Two alarms, of memory and evictions.
    expect(whole.fixed.low - without.fixed.low).toBeCloseTo(VALKEY + 0.4 + 2 * 0.1, 6);
  });

  it("of services that sleep: their tasks for as many of a week's 168 hours as they are awake", async () => {
    const [always, sleeping] = await Promise.all([
      costWith(),
      costWith({ ecs: { hours: { from: "08:00", to: "20:30", days: ["MON", "TUE", "WED", "THU", "FRI", "SAT"] } } }),
    ]);
    const share = (6 * 12.5) / 168;
    expect(always.fixed.low - sleeping.fixed.low).toBeCloseTo((NGINX + RAILS) * (1 - share), 6);
    expect(always.fixed.high - sleeping.fixed.high).toBeCloseTo((2 * NGINX + 4 * RAILS) * (1 - share), 6);
    expect(sleeping.notPriced).toEqual([]);
  });

  it("of workers on Spot: 30 to 100 % of their price, and what is on demand at its own", async () => {
    const size = { cpu: 256, memory: 512 } as const;
    const workers = (spot?: { onDemandTasks: number }) => ({
      ecs: { workers: { jobs: { command: ["jobs"], size, tasks: { min: 3, max: 3 }, ...(spot && { spot }) } } },
    });
    const [none, demanded, spot] = await Promise.all([
      costWith(),
      costWith(workers()),
      costWith(workers({ onDemandTasks: 1 })),
    ]);
    expect(demanded.fixed.low - none.fixed.low).toBeCloseTo(3 * NGINX, 6);
    expect(spot.fixed.low - none.fixed.low).toBeCloseTo(NGINX + 2 * NGINX * 0.3, 6);
    expect(spot.fixed.high - none.fixed.high).toBeCloseTo(3 * NGINX, 6);
    expect(spot.notPriced).toEqual([]);
  });

  it("of one in us-east-1, with a worker and a hosted zone of its own", async () => {
    const { fixed } = await costWith({
      region: "us-east-1",
      network: { zones: ["us-east-1a", "us-east-1b"], interfaceEndpoints: "none" },
      domain: { hostedZone: { create: true } },
      ecs: {
        nginx: { tasks: { max: 1 } },
        app: { tasks: { max: 1 } },
        workers: { sidekiq: { command: ["sidekiq"], size: { cpu: 1024, memory: 2048 }, tasks: { min: 1, max: 1 } } },
      },
    });
    // The same pages, for US East (N. Virginia); https://aws.amazon.com/route53/pricing/: 0.50 for a zone.
    const tasks = (1.75 * 0.03238 + 3.5 * 0.00356) * HOURS;
    const network = (0.045 + 0.005) * HOURS + (0.0225 + 2 * 0.005) * HOURS;
    const stores = 0.016 * HOURS + 20 * 0.115 + 0.8 * 0.016 * HOURS;
    const all = tasks + network + stores + SECRETS + 0.5;
    expect(money(fixed)).toBe(usd(all, all + 80 * 0.115));
  });
});

describe("what is used", () => {
  it("is counted by the assumptions, to the cent", async () => {
    const { use } = await costWith(
      { ecs: { nginx: { tasks: { max: 1 } } } },
      "requests=9000000,gbOut=50,natGb=20,endpointGb=30,logGb=10,imageGb=3,s3Gb=4,users=12000,insightsMetrics=40",
    );
    // https://aws.amazon.com/elasticloadbalancing/pricing/: an LCU-hour holds 25 new connections a second, or 1 GB.
    const units = Math.max(9_000_000 / (25 * 3600), 50) * 0.008;
    const network = 50 * 0.114 + 20 * 0.062 + 30 * 0.01;
    // https://aws.amazon.com/cloudwatch/pricing/. Stored for 30 days, compressed: somewhere between nothing and all.
    const logs = 10 * 0.76 + 40 * 0.3;
    const stored = 10 * (30 / (365 / 12)) * 0.033;
    const others = 3 * 0.1 + 4 * 0.025 + 2_000 * 0.015;
    expect(money(use)).toBe(usd(units + network + logs + others, units + network + logs + others + stored));
  });

  it("is of backups what is beyond the database's storage, the bucket's, the copies, and all but the newest of the cache", async () => {
    const usage = "databaseGb=10,databaseChangeGb=1,s3Gb=4,cacheGb=2";
    const storage = { keepDeletedDays: 30 };
    const copyToVaultArn = "arn:aws:backup:ap-northeast-3:123456789012:backup-vault:operation-app";
    const plain = await costWith({ storage }, usage);
    const backedUp = await costWith(
      {
        storage,
        backup: { retentionDays: 35, copyToVaultArn },
        database: { backupRetentionDays: 35 },
        cache: { snapshotRetentionDays: 3 },
      },
      usage,
    );
    expect(backedUp.notPriced).toEqual([]);
    // https://aws.amazon.com/rds/mysql/pricing/, https://aws.amazon.com/backup/pricing/: 35 days twice, of 20 GB; a copy; a month on its way.
    const kept = 10 + 35 * 1;
    const database = (2 * kept - 20 + kept) * 0.095 + (365 / 12) * 1 * 0.09;
    // Of two buckets, the other has logs of the load balancer. https://aws.amazon.com/elasticache/pricing/: three days, one of them free.
    const [bucket, cache] = [2 * 2 * 0.06, 2 * 2 * 0.085];
    const [low, high] = [database + bucket + cache, database + bucket + cache + 2 * 0.09];
    expect(backedUp.use.low - plain.use.low).toBeCloseTo(low, 9);
    expect(backedUp.use.high - plain.use.high).toBeCloseTo(high, 9);
  });

  it("is less in fewer hours, and storage is not", async () => {
    const [whole, nights] = [await costWith(), await costWith({}, "hours=365")];
    const storage = DISK + SECRETS;
    expect(nights.fixed.low).toBeCloseTo((whole.fixed.low - storage) / 2 + storage, 9);
  });
});

it("puts what it counts under the module that makes it", async () => {
  const { resources } = await costWith();
  expect([...new Set(resources.map(({ module }) => module))].sort()).toEqual([
    "cache",
    "cognito",
    "database",
    "ecr",
    "ecs",
    "lb",
    "network",
  ]);
});

import { readFileSync } from "node:fs";
import { type Cost, PRICE_LISTS } from "@operation-app/cost";
import { describe, expect, it } from "vitest";
import { type Environment, parseEnvironments } from "../../../environments/schema/index.ts";
import { costOfPriced, pricedEnvironment } from "../../../tools/cost/stacks.ts";
import { type Changes, environmentWith } from "../../support/synthesize.ts";

const HOURS = 730;

/** The price of Tokyo for one unit, or for each hour of a month. */
function price(name: string): number {
  const found = PRICE_LISTS.get("ap-northeast-1")?.price(name);
  if (found === undefined) throw new Error(`${name} has no price`);
  return found.usd;
}

const hourly = (name: string) => price(name) * HOURS;
const task = (vcpu: number, gb: number) => vcpu * hourly("fargate-arm-vcpu-hour") + gb * hourly("fargate-arm-gb-hour");
const NAT = hourly("nat-gateway-hour");
const ADDRESS = hourly("public-ipv4-hour");
const ENDPOINT = hourly("endpoint-hour");
const MYSQL = hourly("rds.mysql.db.t4g.micro");
const VALKEY = hourly("cache.valkey.cache.t4g.micro");
const REDIS = hourly("cache.redis.cache.t4g.micro");
const NAT_INSTANCE = hourly("ec2.t4g.nano") + 8 * price("ebs-gp3-gb");

/** Sentences with figures, `#` for each, and what the price files make of them. */
const SENTENCES: readonly [file: string, sentence: string, ...figures: number[]][] = [
  ["environments/schema/network.ts", "`single` (about # USD a month in Tokyo, plus traffic)", NAT],
  ["environments/schema/network.ts", "machine and its disk, about # USD a month in Tokyo", NAT_INSTANCE],
  ["environments/schema/network.ts", "about # USD a month in Tokyo as `t4g.nano`", hourly("ec2.t4g.nano")],
  [
    "modules/network/README.md",
    "| `instance` | `none` | # | a machine # and its address #,",
    NAT_INSTANCE + ADDRESS,
    NAT_INSTANCE,
    ADDRESS,
  ],
  ["docs/settings.md", "# USD a month instead of #, and minutes", NAT_INSTANCE + ADDRESS, NAT + ADDRESS],
  ["environments/schema/network.ts", "about # USD a month each and zone in Tokyo", ENDPOINT],
  ["environments/schema/database.ts", '"db.t4g.micro" (about # USD a month in Tokyo', MYSQL],
  ["environments/schema/cache.ts", '"cache.t4g.micro" (about # USD a month and node in Tokyo)', VALKEY],
  ["environments/schema/mail.ts", "# USD per 1,000 mails in all regions", 1000 * price("ses-mail")],
  ["modules/mail/README.md", "Costs # USD per 1,000 mails", 1000 * price("ses-mail")],
  [
    "modules/network/README.md",
    "| `single` | `none` | # | NAT # and its address #, plus # a GB.",
    NAT + ADDRESS,
    NAT,
    ADDRESS,
    price("nat-gateway-gb"),
  ],
  ["modules/network/README.md", "| `none` | `single-zone` | # or # |", 5 * ENDPOINT, 6 * ENDPOINT],
  ["modules/network/README.md", "| `single` | `single-zone` | # |", NAT + ADDRESS + 5 * ENDPOINT],
  ["modules/network/README.md", "| `per-zone` | `per-zone` | # |", 2 * (NAT + ADDRESS + 5 * ENDPOINT)],
  ["modules/network/README.md", "An interface endpoint costs # USD a month in each of its zones", ENDPOINT],
  [
    "modules/lb/README.md",
    "Costs # USD a month, two public addresses at # each, and # for each LCU-hour; a hosted zone is #",
    hourly("alb-hour"),
    ADDRESS,
    price("alb-lcu-hour"),
    price("hosted-zone"),
  ],
  [
    "modules/database/README.md",
    "`db.t4g.micro` # USD a month, 20 GiB #, the password's secret #",
    MYSQL,
    20 * price("rds-gp3-gb"),
    price("secret"),
  ],
  [
    "modules/cache/README.md",
    "`cache.t4g.micro` # USD a month for each node with Valkey, # with Redis; the secret #",
    VALKEY,
    REDIS,
    price("secret"),
  ],
  [
    "modules/ecs/README.md",
    "nginx (0.25 vCPU, 0.5 GB) # USD a month, Rails (0.5 vCPU, 1 GB) #.",
    task(0.25, 0.5),
    task(0.5, 1),
  ],
  ["modules/ecs/README.md", "a secret is #", price("secret")],
  ["modules/ecr/README.md", "Costs # USD a GB and month", price("ecr-gb")],
  ["modules/ecr/index.ts", "ECR asks # USD a GB and month", price("ecr-gb")],
  ["modules/alarms/README.md", "Costs: # USD a month for each metric that an alarm looks at", price("alarm")],
];

describe("a price in the documents", () => {
  it.each(SENTENCES)("%s: %s", (file, sentence, ...figures) => {
    const text = readFileSync(file, "utf8").replace(/\s*\n[ *]*/g, " ");
    const escaped = sentence.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("#", "(\\d+(?:\\.\\d+)?)");
    const [, ...written] = new RegExp(escaped).exec(text) ?? [];
    expect(written).toEqual(figures.map((figure, index) => asPrecise(figure, written[index])));
  });
});

/** A figure with as many decimals as it is written with. */
function asPrecise(figure: number, written = ""): string {
  const decimals = written.split(".")[1]?.length ?? 0;
  return figure.toFixed(decimals);
}

const FRUGAL: Changes = { network: { interfaceEndpoints: "none" }, ecs: { topology: "together" } };

async function costWith(changes: Changes = {}): Promise<Cost> {
  const [environment] = parseEnvironments({ production: environmentWith(changes) });
  return costOfPriced(await pricedEnvironment(environment as Environment));
}

/** A NAT gateway, or the machine in its place, with the address. */
const WAY_OUT = /^aws_(nat_gateway|autoscaling_group|eip)\./;

/** A row of the table: what is in it, by address. */
const ROWS: readonly (readonly [english: string, japanese: string, addresses: RegExp])[] = [
  ["NAT gateway and its address", "NAT ゲートウェイとそのアドレス", WAY_OUT],
  ["interface endpoints", "インターフェイスエンドポイント", /^aws_vpc_endpoint\./],
  ["load balancer and its two addresses", "ロードバランサとアドレス 2 つ", /^aws_lb\./],
  ["nginx and Rails, one task each", "nginx と Rails、1 タスクずつ", /^aws_ecs_service\./],
  ["MySQL, `db.t4g.micro`, 20 GiB", "MySQL(`db.t4g.micro`、20 GiB)", /^aws_db_instance\./],
  ["Valkey, `cache.t4g.micro`", "Valkey(`cache.t4g.micro`)", /^aws_elasticache/],
  ["secrets, alarms", "シークレット、アラーム", /^aws_(secretsmanager|cloudwatch_metric_alarm)/],
];

/** @param byInstance as `frugal`, with a machine in the place of the NAT gateway */
function tableOf(shipped: Cost, frugal: Cost, byInstance: Cost, japanese: boolean): string {
  const sumOf = (cost: Cost, addresses: RegExp) =>
    cost.resources.filter(({ address }) => addresses.test(address)).reduce((sum, { fixed }) => sum + fixed.low, 0);
  const machine = sumOf(byInstance, WAY_OUT).toFixed(0);
  const notes: Readonly<Record<string, string>> = japanese
    ? {
        "NAT gateway and its address": `(\`nat: "instance"\` なら ${machine})`,
        "interface endpoints": '(`interfaceEndpoints: "none"`)',
        "nginx and Rails, one task each": '(`topology: "together"`)',
      }
    : {
        "NAT gateway and its address": ` (\`nat: "instance"\`: ${machine})`,
        "interface endpoints": ' (`interfaceEndpoints: "none"`)',
        "nginx and Rails, one task each": ' (`topology: "together"`)',
      };
  const rows = ROWS.map(
    ([english, name, addresses]) =>
      `| ${japanese ? name : english} | ${sumOf(shipped, addresses).toFixed(0)} | ${sumOf(frugal, addresses).toFixed(0)}${notes[english] ?? ""} |`,
  );
  const use = ({ use: { low, high } }: Cost) => `${low.toFixed(0)}–${high.toFixed(0)}`;
  const total = (cost: Cost) => {
    const tens = Math.round((cost.fixed.low + cost.use.low) / 10) * 10;
    return japanese ? `**約 ${tens}**` : `**about ${tens}**`;
  };
  const [head, used, all] = japanese
    ? ["|  | このまま | 節約 |", "ログ、メトリクス、転送量(仮定)", "**合計**"]
    : ["|  | as shipped | frugal |", "logs, metrics, traffic, as assumed", "**total**"];
  return [
    head,
    "|---|---|---|",
    ...rows,
    `| ${used} | ${use(shipped)} | ${use(frugal)} |`,
    `| ${all} | ${total(shipped)} | ${total(frugal)} |`,
  ].join("\n");
}

it.each([
  ["README.md", false],
  ["README.ja.md", true],
])("the table of %s is made of the same prices", async (file, japanese) => {
  const [shipped, frugal] = [await costWith(), await costWith(FRUGAL)];
  const byInstance = await costWith({ ...FRUGAL, network: { ...FRUGAL.network, nat: "instance" } });
  expect(readFileSync(file, "utf8")).toContain(tableOf(shipped, frugal, byInstance, japanese));
});

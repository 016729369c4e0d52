import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { OBEYED } from "../../preflight/tests/support/hostile-text.ts";
import { jsonReview } from "../src/report/json.ts";
import { markdownReview } from "../src/report/markdown.ts";
import { textReview } from "../src/report/text.ts";
import { change, policyWith, reviewOf, stopsOf } from "./support/review.ts";

const REGION = { region: "ap-northeast-1" };
/** https://aws.amazon.com/vpc/pricing/ and /elasticloadbalancing/pricing/, Tokyo, 730 hours, and 10 GB through the gateway. */
const [GATEWAY, ADDRESS] = [0.062 * 730 + 0.62, 0.005 * 730];
const GATEWAYS = [
  change("aws_nat_gateway.a", null, { subnet_id: "subnet-a" }),
  change("aws_eip.a", null, { domain: "vpc" }),
  change("aws_msk_cluster.a", null, { cluster_name: "a" }),
];

describe("the review of a plan that costs something", () => {
  it("says in Markdown what it changes a month, and the things that make it", async () => {
    const comment = markdownReview(await reviewOf(GATEWAYS, REGION));
    expect(comment).toContain(`### Cost: +${(GATEWAY + ADDRESS).toFixed(2)} USD a month, and what is not priced (4)

- \`aws_nat_gateway.a\`: +${GATEWAY.toFixed(2)}
  - NAT gateway: +${(GATEWAY - 0.62).toFixed(2)}
  - data through it: +0.62
- \`aws_eip.a\`: +${ADDRESS.toFixed(2)}
- not priced, what this type costs is not known here: \`aws_msk_cluster.a\` (aws_msk_cluster)
- all: 0.00 → ${(GATEWAY + ADDRESS).toFixed(2)}. List prices before tax, of 2025-10-28 to 2025-11-04. Assumed: hours 730,`);
  });

  it("says so in text", async () => {
    const text = stripVTControlCharacters(textReview(await reviewOf(GATEWAYS, REGION)));
    expect(text).toContain(`Cost: +${(GATEWAY + ADDRESS).toFixed(2)} USD a month, and what is not priced (4)
  aws_nat_gateway.a: +${GATEWAY.toFixed(2)}
      NAT gateway: +${(GATEWAY - 0.62).toFixed(2)}
`);
  });

  it("has it in JSON, with both ends of what depends", async () => {
    const { cost } = JSON.parse(jsonReview(await reviewOf(GATEWAYS, REGION)));
    expect(cost.monthly.low).toBeCloseTo(GATEWAY + ADDRESS, 9);
    expect(cost.resources[1]).toMatchObject({ address: "aws_eip.a", before: { low: 0, high: 0 } });
    expect(cost.notPriced).toHaveLength(1);
  });

  it("counts by the assumptions that it is given", async () => {
    const { cost } = await reviewOf(GATEWAYS, { ...REGION, usage: { ...USAGE, natGb: 100 } });
    expect(cost?.monthly.low).toBeCloseTo(0.062 * 730 + 6.2 + ADDRESS, 9);
  });

  it("says nothing where nothing changes that is billed", async () => {
    const review = await reviewOf([change("aws_security_group.a", null, { name: "a" })], REGION);
    expect(review.cost).toBeUndefined();
    expect(markdownReview(review)).not.toContain("Cost");
  });

  it("names what it can't price without a region", async () => {
    const { cost } = await reviewOf(GATEWAYS);
    expect(cost?.notPriced.map(({ address, why }) => `${address}: ${why}`)).toContain(
      "aws_eip.a: its region is not known",
    );
  });
});

const USAGE = {
  hours: 730,
  requests: 0,
  gbOut: 0,
  natGb: 0,
  endpointGb: 0,
  databaseGb: 0,
  databaseChangeGb: 0,
  cacheGb: 0,
  logGb: 0,
  imageGb: 0,
  s3Gb: 0,
  users: 0,
  mails: 0,
  appMails: 0,
  cdnGb: 0,
  cdnRequests: 0,
  taskMinutes: 0,
};

describe("names that are to do something else", () => {
  const EVIL = 'a"]\u001b[31m<script>`@everyone`|**x**\n# title';

  it.each(Object.entries({ markdown: markdownReview, text: textReview, json: jsonReview }))(
    "stay text, as %s",
    async (_, report) => {
      const plan = [
        change(`aws_eip.x["${EVIL}"]`, null, { domain: "vpc" }, { type: "aws_eip" }),
        change("aws_db_instance.x", null, { engine: EVIL, instance_class: EVIL, allocated_storage: 20 }),
      ];
      const printed = report(await reviewOf(plan, REGION));
      expect(printed).toMatch(/aws_eip.x/);
      expect(printed.replaceAll("@\u200b", "@")).not.toMatch(OBEYED); // which mentions nobody
      expect(printed).not.toMatch(/^# title/m);
      if (report === markdownReview) expect(printed).not.toMatch(/<script>|[^\\`]`@everyone/);
    },
  );
});

describe("a plan that adds more than the policy allows", () => {
  const most = (mostAddedUsd: number, exceptions: readonly object[] = []) => ({
    ...REGION,
    policy: policyWith({ mostAddedUsd, exceptions }),
  });
  const except = (address: string, until = "2026-12-31") => ({
    address,
    action: "added-cost",
    reason: "Agreed.",
    until,
  });

  it("is not stopped where the policy sets no limit", async () => {
    expect(await stopsOf(GATEWAYS, REGION)).toEqual([]);
  });

  it("is stopped, at everything that adds to it", async () => {
    expect(await stopsOf(GATEWAYS, most(49))).toEqual(["added-cost aws_eip.a", "added-cost aws_nat_gateway.a"]);
  });

  it("says what it would add, and the line that lets it through", async () => {
    const { blocked } = await reviewOf(GATEWAYS, most(49));
    expect(blocked[1]).toEqual({
      address: "aws_nat_gateway.a",
      action: "added-cost",
      message: "would add 45.88 USD a month, of 49.53 that this plan adds without exceptions: the policy allows 49.",
      fix: "Choose something smaller, or raise mostAddedUsd in the policy.",
      exception: '{ address: "aws_nat_gateway.a", action: "added-cost", reason: "…", until: "YYYY-MM-DD" },',
    });
  });

  it("is let through up to the limit", async () => {
    expect(await stopsOf(GATEWAYS, most(49.54))).toEqual([]);
  });

  it("is let through where what is excepted is not counted", async () => {
    const options = most(5, [except("aws_nat_gateway.a")]);
    expect(await stopsOf(GATEWAYS, options)).toEqual([]);
    expect((await reviewOf(GATEWAYS, options)).exceptions).toMatchObject([{ state: "used" }]);
  });

  it("is stopped where the exception has expired", async () => {
    expect(await stopsOf(GATEWAYS, most(5, [except("aws_nat_gateway.a", "2026-01-01")]))).toHaveLength(2);
  });

  it("is let through where something else is saved", async () => {
    const plan = [...GATEWAYS, change("aws_nat_gateway.old", { id: "nat-1", subnet_id: "subnet-a" }, null)];
    expect(await stopsOf(plan, most(5))).toEqual([]);
  });

  it("is judged by the least that it will cost", async () => {
    const plan = [
      change("aws_db_instance.x", null, {
        engine: "mysql",
        instance_class: "db.t4g.micro",
        storage_type: "gp3",
        allocated_storage: 20,
        max_allocated_storage: 1000,
      }),
    ];
    expect(await stopsOf(plan, most(22))).toEqual([]);
  });
});

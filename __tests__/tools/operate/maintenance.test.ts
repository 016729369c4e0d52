import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  ModifyRuleCommand,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import {
  checkPage,
  cidrBlocks,
  DEFAULT_PAGE,
  endMaintenance,
  inspectMaintenance,
  startMaintenance,
} from "../../../tools/operate/maintenance.ts";
import type { Session } from "../../../tools/operate/session.ts";
import { inspectUpkeep } from "../../../tools/operate/upkeep.ts";
import { session } from "./deployed.ts";

const LISTENER = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/operation-app/1/2";
const NOW = new Date("2026-06-01T00:00:00Z");
const FORWARD = { Type: "forward" as const, TargetGroupArn: "arn:nginx" };
const PATH_RULE: Rule = { RuleArn: "arn:path", Priority: "10", Actions: [FORWARD] };
const DEFAULT_RULE: Rule = { RuleArn: "arn:default", Priority: "default", IsDefault: true, Actions: [FORWARD] };

/** A listener with the rules that the stack makes, and what is made and deleted besides. */
function listener(...others: readonly Rule[]) {
  const asked: Session = session();
  const rules = new Map([PATH_RULE, DEFAULT_RULE, ...others].map((rule) => [rule.RuleArn, rule]));
  const tags = new Map<string, { Key: string | undefined; Value: string | undefined }[]>();
  const calls: string[] = [];
  mockClient(asked.clients.loadBalancing)
    .on(DescribeRulesCommand, { ListenerArn: LISTENER })
    .callsFake(() => ({ Rules: [...rules.values()] }))
    .on(DescribeTagsCommand)
    .callsFake(({ ResourceArns }) => ({
      TagDescriptions: ResourceArns.map((ResourceArn: string) => ({ ResourceArn, Tags: tags.get(ResourceArn) ?? [] })),
    }))
    .on(CreateRuleCommand)
    .callsFake(({ Priority, Tags, ...rule }) => {
      const taken = [...rules.values()].some((other) => other.Priority === String(Priority));
      if (taken) throw Object.assign(new Error("in use"), { name: "PriorityInUseException" });
      const RuleArn = `arn:rule-${Priority}`;
      calls.push(`create ${Priority}`);
      rules.set(RuleArn, { RuleArn, Priority: String(Priority), ...rule });
      tags.set(RuleArn, Tags);
      return {};
    })
    .on(ModifyRuleCommand)
    .callsFake(({ RuleArn, ...rule }) => {
      calls.push(`modify ${rules.get(RuleArn)?.Priority}`);
      rules.set(RuleArn, { ...rules.get(RuleArn), ...rule });
      return {};
    })
    .on(DeleteRuleCommand)
    .callsFake(({ RuleArn }) => {
      calls.push(`delete ${rules.get(RuleArn)?.Priority}`);
      rules.delete(RuleArn);
      return {};
    });
  const deployment = { ...asked.deployment, listenerArn: LISTENER, watched: {}, secretArns: {} };
  return { session: { ...asked, deployment }, rules, calls, tags };
}

const on = (at: Session, allowed: string[] = [], page = DEFAULT_PAGE) =>
  startMaintenance(at, { page, allowed, now: NOW });

describe("maintenance", () => {
  it("is one rule before those of the stack, which answers every path with 503 and the page", async () => {
    const { session: at, rules, tags } = listener();
    expect(await inspectMaintenance(at)).toBeUndefined();
    await on(at);
    expect(rules.get("arn:rule-2")).toMatchObject({
      Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["*"] } }],
      Actions: [
        {
          Type: "fixed-response",
          FixedResponseConfig: { StatusCode: "503", ContentType: "text/html", MessageBody: DEFAULT_PAGE },
        },
      ],
    });
    expect(tags.get("arn:rule-2")).toContainEqual({ Key: "Application", Value: "operation-app" });
    expect(await inspectMaintenance(at)).toEqual({ since: NOW.toISOString(), allowed: [] });
  });

  it("lets addresses through to what the listener does by default, and lets nobody in once it is off", async () => {
    const { session: at, rules, calls } = listener();
    await on(at, ["203.0.113.7/32"]);
    expect(rules.get("arn:rule-1")).toMatchObject({
      Conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.7/32"] } }],
      Actions: [FORWARD],
    });
    expect(await inspectMaintenance(at)).toMatchObject({ allowed: ["203.0.113.7/32"] });
    expect(await endMaintenance(at)).toBe(true);
    expect(calls).toEqual(["create 1", "create 2", "delete 1", "delete 2"]);
    expect([...rules.keys()]).toEqual(["arn:path", "arn:default"]);
    expect(await endMaintenance(at)).toBe(false);
  });

  it("gets another page and other addresses without a moment without it", async () => {
    const { session: at, rules, calls } = listener();
    await on(at, ["203.0.113.7/32"]);
    await on(at, [], "<p>soon</p>");
    expect(calls).toEqual(["create 1", "create 2", "modify 2", "delete 1"]);
    expect(rules.get("arn:rule-2")?.Actions?.[0]?.FixedResponseConfig?.MessageBody).toBe("<p>soon</p>");
    expect(await inspectMaintenance(at)).toEqual({ since: NOW.toISOString(), allowed: [] });
  });

  it("leaves a rule of others alone, and says that it is in the way", async () => {
    const theirs: Rule = { RuleArn: "arn:theirs", Priority: "2", Actions: [FORWARD] };
    const { session: at, rules } = listener(theirs);
    await expect(on(at)).rejects.toThrow("Another rule of the listener has priority 2, which maintenance needs.");
    expect(await endMaintenance(at)).toBe(false);
    expect(rules.get("arn:theirs")).toEqual(theirs);
  });

  it("is the first thing that the status says, and only while it is on", async () => {
    const { session: at } = listener();
    expect((await inspectUpkeep(at, NOW)).map(({ what }) => what)).not.toContain("MAINTENANCE");
    await on(at, ["203.0.113.0/24"]);
    const [first] = await inspectUpkeep(at, NOW);
    expect(first).toEqual({
      what: "MAINTENANCE",
      says: "VISITORS GET 503, all but 203.0.113.0/24, since 2026-06-01T00:00:00.000Z. To end it: bin/infra maintenance off production",
      state: "bad",
    });
  });

  it("needs a load balancer in the state", async () => {
    await expect(on(session())).rejects.toThrow("production: its state has no listener of the load balancer.");
  });
});

describe("a page", () => {
  it("is counted in bytes, as the load balancer does", () => {
    expect(() => checkPage(DEFAULT_PAGE)).not.toThrow();
    expect(() => checkPage("あ".repeat(341))).not.toThrow();
    expect(() => checkPage("あ".repeat(342))).toThrow("The page has 1026 bytes; the load balancer's limit is 1024.");
    expect(() => checkPage("")).toThrow("The page is empty.");
  });
});

describe("an address that is let through", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["2001:db8::1", "2001:db8::1/128"],
  ])("%s is %s", (written, block) => {
    expect(cidrBlocks([written])).toEqual([block]);
  });

  it.each(["example.com", "203.0.113.0/33", "203.0.113.7/", "1.2.3.4/8/9", ""])('"%s" is refused', (written) => {
    expect(() => cidrBlocks([written])).toThrow(`"${written}" is not an address.`);
  });

  it("is one of five at most", () => {
    expect(() => cidrBlocks(Array.from({ length: 6 }, (_, index) => `203.0.113.${index}`))).toThrow(
      "can have 5 addresses",
    );
  });
});

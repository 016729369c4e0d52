import { describe, expect, it } from "vitest";
import { COGNITO_LOGIN_RULES, MANAGED_RULES } from "../../modules/lb/managed-rules.ts";
import { type Changes, synthesize } from "../support/synthesize.ts";

const ACL = "aws_wafv2_web_acl.lb_waf_web_acl";
const guarded = (lb: Changes["lb"], changes: Changes = {}) => synthesize({ ...changes, lb });
// biome-ignore lint/suspicious/noExplicitAny: JSON as Terraform reads it
const rules = (lb: Changes["lb"]): any[] => guarded(lb).resource(ACL).rule;
const group = (lb: Changes["lb"], name: string) =>
  rules(lb).find((rule) => rule.name === name).statement.managed_rule_group_statement;
const counted = (lb: Changes["lb"]) =>
  // biome-ignore lint/suspicious/noExplicitAny: JSON as Terraform reads it
  group(lb, "core").rule_action_override.map(({ name, action_to_use }: any) => {
    expect(action_to_use).toEqual({ count: {} });
    return name;
  });

describe("the firewall in front of the load balancer", () => {
  it("is not there unless it is asked for", () => {
    expect(
      synthesize()
        .addresses()
        .filter((address) => /waf|requests_blocked/.test(address)),
    ).toEqual([]);
  });

  it("is of the load balancer's region, lets through what no rule matches, and stands in front of it", () => {
    const stack = guarded({ waf: "count" });
    expect(stack.resource(ACL)).toMatchObject({
      name: "operation-app",
      scope: "REGIONAL",
      default_action: { allow: {} },
    });
    expect(stack.resource("aws_wafv2_web_acl_association.lb_waf_association")).toMatchObject({
      resource_arn: "${aws_lb.lb_alb.arn}",
      web_acl_arn: "${aws_wafv2_web_acl.lb_waf_web_acl.arn}",
    });
  });

  it("limits each address first, and then asks AWS's rules: addresses, known attacks, and what fits no application", () => {
    const [limit, ...managed] = rules({ waf: "count", wafRequestsPerAddress: 500 });
    expect(limit.statement.rate_based_statement).toEqual({ aggregate_key_type: "IP", limit: 500 });
    expect(managed.map(({ statement }) => statement.managed_rule_group_statement.name)).toEqual([
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesCommonRuleSet",
    ]);
    expect(rules({ waf: "count" }).map(({ priority }) => priority)).toEqual([0, 1, 2, 3]);
  });

  it("stops nothing where it counts, and all where it blocks", () => {
    const actions = (waf: "count" | "block") => rules({ waf }).map((rule) => rule.action ?? rule.override_action);
    expect(actions("count")).toEqual([{ count: {} }, { count: {} }, { count: {} }, { count: {} }]);
    expect(actions("block")).toEqual([{ block: {} }, { none: {} }, { none: {} }, { none: {} }]);
  });

  it("never blocks uploads, nor the load balancer's own login, nor what somebody excepts", () => {
    expect(counted({ waf: "block" })).toEqual(["SizeRestrictions_BODY"]);
    expect(counted({ waf: "block", authenticateCognito: true })).toEqual([
      ...COGNITO_LOGIN_RULES,
      "SizeRestrictions_BODY",
    ]);
    const lb = { waf: "block", wafCountedRules: ["CrossSiteScripting_BODY", "PROPFIND_METHOD"] } as const;
    expect(counted({ ...lb, wafCountedRules: [...lb.wafCountedRules] })).toEqual([
      "SizeRestrictions_BODY",
      "CrossSiteScripting_BODY",
    ]);
    expect(group({ ...lb, wafCountedRules: [...lb.wafCountedRules] }, "known-bad-inputs").rule_action_override).toEqual(
      [{ name: "PROPFIND_METHOD", action_to_use: { count: {} } }],
    );
  });

  it("names each of AWS's rules once", () => {
    expect(new Set(MANAGED_RULES).size).toBe(MANAGED_RULES.length);
  });

  it("shows no cookie, password or key in samples and logs", () => {
    const headers = ["authorization", "cookie", "x-api-key"];
    const stack = guarded({ waf: "count", wafLogRetentionDays: 30 });
    expect(stack.resource(ACL).data_protection_config.data_protection).toEqual([
      { action: "SUBSTITUTION", field: { field_type: "SINGLE_HEADER", field_keys: headers } },
    ]);
    const logging = stack.resource("aws_wafv2_web_acl_logging_configuration.lb_waf_logging");
    expect(logging.redacted_fields).toEqual(headers.map((name) => ({ single_header: { name } })));
  });

  it("logs what its rules match, where a number of days is given", () => {
    expect(guarded({ waf: "count" }).names("aws_wafv2_web_acl_logging_configuration")).toEqual([]);
    const stack = guarded({ waf: "count", wafLogRetentionDays: 30 });
    expect(stack.resource("aws_cloudwatch_log_group.lb_waf_log_group")).toMatchObject({
      name: "aws-waf-logs-operation-app",
      retention_in_days: 30,
    });
    const { logging_filter: filter, log_destination_configs: to } = stack.resource(
      "aws_wafv2_web_acl_logging_configuration.lb_waf_logging",
    );
    expect(filter).toMatchObject({
      default_behavior: "DROP",
      filter: [{ behavior: "KEEP", requirement: "MEETS_ANY" }],
    });
    expect(to).toEqual(["${aws_cloudwatch_log_group.lb_waf_log_group.arn}"]);
  });

  it("tells people when it blocks much, and not when it counts", () => {
    const alarm = "alarms_requests_blocked";
    expect(guarded({ waf: "count" }).names("aws_cloudwatch_metric_alarm")).not.toContain(alarm);
    const changes = { alarms: { thresholds: { blockedRequests: 50 } } };
    expect(guarded({ waf: "block" }, changes).resource(`aws_cloudwatch_metric_alarm.${alarm}`)).toMatchObject({
      namespace: "AWS/WAFV2",
      metric_name: "BlockedRequests",
      dimensions: { WebACL: "${aws_wafv2_web_acl.lb_waf_web_acl.name}", Region: "ap-northeast-1", Rule: "ALL" },
      threshold: 50,
    });
  });
});

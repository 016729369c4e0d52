import { closest, distance } from "fastest-levenshtein";
import type { Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { type Block, block, blocks, isEmpty, items, referencesIn, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { attributeRule, between, oneOf } from "../shared/attribute-rule.ts";
import { ownRegion, quoted, repeats, textsOf } from "../shared/attributes.ts";
import { ACL, ASSOCIATION, associationProblem, DISTRIBUTION, distributionProblem } from "./placement.ts";

const API = "https://docs.aws.amazon.com/waf/latest/APIReference";
const PARTS = ["aws_wafv2_ip_set", "aws_wafv2_regex_pattern_set", "aws_wafv2_rule_group"];
const PROTECTED = ["aws_lb", "aws_alb", "aws_api_gateway_stage", "aws_appsync_graphql_api", "aws_cognito_user_pool"];

const NO_RESOURCE =
  "WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: RESOURCE_ARN";
const NO_ACL =
  "WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist.";
const NO_SCOPE =
  "WAFInvalidParameterException: Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT";

/** Web ACLs of AWS WAF, what they stand in front of, and where they write. */
export const FIREWALL_RULES: readonly Rule[] = [
  defineRule({
    id: "WAF-001",
    severity: "error",
    title: "A web ACL has the scope and region of what it protects",
    reference: `${API}/API_AssociateWebACL.html`,
    problems: {
      scope: {
        when: "apply",
        prevents: NO_SCOPE,
        cause: "A web ACL of scope CLOUDFRONT is for distributions, and one of scope REGIONAL for everything else.",
      },
      distribution: {
        when: "apply",
        prevents: NO_RESOURCE,
        cause: "A distribution names its web ACL itself, in web_acl_id.",
      },
      region: { when: "apply", prevents: NO_ACL, cause: "A web ACL protects what is in its own region." },
      home: { when: "apply", prevents: NO_SCOPE, cause: "What belongs to CloudFront is made in us-east-1." },
      kind: {
        when: "apply",
        prevents: NO_RESOURCE,
        cause: "AWS WAF protects application load balancers, API stages, user pools and similar resources.",
      },
      id: {
        when: "apply",
        prevents: "InvalidWebACLId: Web ACL is not accessible by the requester.",
        cause: "A web ACL of this generation is named by its ARN; an id is one of AWS WAF Classic.",
      },
    },
    *check(graph) {
      for (const association of graph.ofType(ASSOCIATION).filter(({ isPlanned }) => isPlanned)) {
        const problem = associationProblem(graph, association);
        if (problem) yield { ...problem, at: association };
      }
      for (const distribution of graph.ofType(DISTRIBUTION).filter(({ isPlanned }) => isPlanned)) {
        const problem = distributionProblem(distribution);
        if (problem) yield { ...problem, at: distribution, attribute: "web_acl_id" };
      }
      for (const resource of graph.ofType(ACL, ...PARTS).filter(({ isMade }) => isMade)) {
        const region = ownRegion(resource);
        if (text(resource.get("scope")) !== "CLOUDFRONT" || region === undefined || region === "us-east-1") continue;
        if (graph.ofType(ASSOCIATION).some((one) => linkedResource(one.get("web_acl_arn"), ACL) === resource)) continue;
        yield {
          kind: "home",
          at: resource,
          message: `has scope = "CLOUDFRONT", and is in ${region}.`,
          fix: 'Create it with a provider whose region is "us-east-1".',
          attribute: "scope",
        };
      }
    },
  }),
  {
    id: "WAF-002",
    severity: "error",
    title: "What a web ACL refers to has its scope",
    when: "apply",
    prevents: NO_ACL,
    cause: "Sets and groups of rules belong to one scope, like the web ACL itself.",
    reference: `${API}/API_CreateWebACL.html`,
    *check(graph) {
      for (const acl of graph.ofType(ACL, "aws_wafv2_rule_group").filter(({ isPlanned }) => isPlanned)) {
        const scope = text(acl.get("scope"));
        const parts = new Set(referencesIn(acl.get("rule")).flatMap(({ resources }) => resources));
        for (const part of scope === undefined ? [] : parts) {
          const other = PARTS.includes(part.type) ? text(part.get("scope")) : undefined;
          if (other === undefined || other === scope) continue;
          yield {
            at: acl,
            message: `has scope = "${scope}", and refers to ${part.address}, whose scope is ${other}.`,
            fix: `Create another one with scope = "${scope}".`,
            attribute: "rule",
          };
        }
      }
    },
  },
  defineRule({
    id: "WAF-003",
    severity: "error",
    title: "The rules of a web ACL have priorities of their own, and one action each",
    reference: `${API}/API_Rule.html`,
    problems: {
      priority: {
        when: "apply",
        prevents:
          "WAFInvalidParameterException: Error reason: You have used duplicate values in a field that requires unique values., field: RULE",
        cause: "AWS WAF asks the rules in the order of their priorities.",
      },
      action: {
        when: "apply",
        prevents:
          "WAFInvalidParameterException: Error reason: You have used none or multiple values for a field that requires exactly one value., field: RULE, parameter: Rule",
        cause: "A group of rules has override_action, and any other rule has action.",
      },
      nested: {
        when: "apply",
        prevents:
          "WAFInvalidParameterException: Error reason: You haven't met a minimum requirement for a threshold setting. Examples include a rule group capacity setting that's too low and an OR statement with only one nested statement.",
        cause: "And and or join two statements or more.",
      },
    },
    *check(graph) {
      for (const acl of graph.ofType(ACL, "aws_wafv2_rule_group").filter(({ isPlanned }) => isPlanned)) {
        const { blocks: rules } = blocks(acl.get("rule"));
        for (const { one, earlier } of repeats(rules, ({ priority }) => text(priority))) {
          yield {
            kind: "priority",
            at: acl,
            message: `has the rules ${nameOf(earlier)} and ${nameOf(one)} with priority = ${text(one.priority)}.`,
            fix: "Give each rule a priority of its own.",
            attribute: "rule",
          };
        }
        for (const rule of rules) {
          const wrong = wrongAction(rule);
          if (wrong) yield { ...wrong, kind: "action", at: acl, attribute: "rule" };
          for (const name of loneJoins(block(rule.statement))) {
            yield {
              kind: "nested",
              at: acl,
              message: `has the rule ${nameOf(rule)} with an ${name} of one statement.`,
              fix: `Write the statement without ${name}, or add another one to it.`,
              attribute: "rule",
            };
          }
        }
      }
    },
  }),
  {
    id: "WAF-004",
    severity: "error",
    title: "What a web ACL logs to is named aws-waf-logs-…",
    when: "apply",
    prevents:
      "WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: …, field: LOG_DESTINATION",
    cause: "AWS WAF writes to log groups, streams and buckets of names that begin with aws-waf-logs- only.",
    reference: "https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html",
    *check(graph) {
      for (const logging of graph
        .ofType("aws_wafv2_web_acl_logging_configuration")
        .filter(({ isPlanned }) => isPlanned)) {
        for (const destination of items(logging.get("log_destination_configs")).items) {
          const wrong = wrongDestination(destination);
          if (wrong === undefined) continue;
          yield {
            at: logging,
            message: `logs to ${wrong}.`,
            fix: "Give it a name that begins with aws-waf-logs-.",
            attribute: "log_destination_configs",
          };
        }
      }
    },
  },
  {
    id: "WAF-006",
    severity: "error",
    title: "The addresses of an IP set are blocks of its version",
    when: "apply",
    prevents:
      "WAFInvalidParameterException: Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: 192.0.2.1",
    cause: "A single address is a block too: with /32 in IPv4, and /128 in IPv6.",
    reference: `${API}/API_CreateIPSet.html`,
    *check(graph) {
      for (const set of graph.ofType("aws_wafv2_ip_set").filter(({ isPlanned }) => isPlanned)) {
        const version = text(set.get("ip_address_version"));
        const form = version === "IPV6" ? /^[0-9a-f:.]*:[0-9a-f:.]*\/\d{1,3}$/i : /^\d+\.\d+\.\d+\.\d+\/\d{1,2}$/;
        const { texts } = textsOf(set.get("addresses"));
        const wrong = texts.filter((address) => !form.test(address));
        if ((version !== "IPV4" && version !== "IPV6") || wrong.length === 0) continue;
        yield {
          at: set,
          message: `has ip_address_version = "${version}" and the addresses ${quoted(wrong)}.`,
          fix: `Write blocks such as ${version === "IPV4" ? "192.0.2.1/32" : "2001:db8::1/128"}.`,
          attribute: "addresses",
        };
      }
    },
  },
  attributeRule({
    id: "WAF-008",
    severity: "error",
    title: "A rate limit is one that AWS WAF counts",
    when: "apply",
    prevents:
      "WAFInvalidParameterException: Error reason: A provided value is not valid., field: RATE_BASED_STATEMENT (or: expected limit to be in the range (10 - 2000000000))",
    cause: "AWS WAF counts requests over one, two, five or ten minutes, from ten on.",
    reference: `${API}/API_RateBasedStatement.html`,
    checks: [
      {
        types: [ACL, "aws_wafv2_rule_group"],
        attribute: "rule.statement.rate_based_statement.limit",
        takes: between(10, 2_000_000_000),
        bad: { rule: [{ statement: [{ rate_based_statement: [{ limit: 5 }] }] }] },
        good: { rule: [{ statement: [{ rate_based_statement: [{ limit: 100 }] }] }] },
      },
      {
        types: [ACL, "aws_wafv2_rule_group"],
        attribute: "rule.statement.rate_based_statement.evaluation_window_sec",
        takes: oneOf("60", "120", "300", "600"),
        fix: "Write 60, 120, 300 or 600.",
        bad: { rule: [{ statement: [{ rate_based_statement: [{ limit: 100, evaluation_window_sec: 30 }] }] }] },
        good: { rule: [{ statement: [{ rate_based_statement: [{ limit: 100, evaluation_window_sec: 60 }] }] }] },
      },
    ],
  }),
  {
    id: "WAF-007",
    severity: "error",
    title: "A web ACL uses AWS's groups of rules by their names",
    when: "apply",
    prevents: NO_ACL,
    cause: "AWS knows its groups by these names only, capital letters included.",
    reference: "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html",
    *check(graph) {
      for (const acl of graph.ofType(ACL).filter(({ isPlanned }) => isPlanned)) {
        for (const rule of blocks(acl.get("rule")).blocks) {
          const group = block(block(rule.statement)?.managed_rule_group_statement);
          const name = text(group?.vendor_name) === "AWS" ? text(group?.name) : undefined;
          const meant = name === undefined || MANAGED_GROUPS.includes(name) ? undefined : closest(name, MANAGED_GROUPS);
          if (name === undefined || meant === undefined || distance(name.toLowerCase(), meant.toLowerCase()) > TYPO)
            continue;
          yield {
            at: acl,
            message: `has the rule ${nameOf(rule)} with the group "${name}", which AWS does not have.`,
            fix: `Write "${meant}".`,
            attribute: "rule",
          };
        }
      }
    },
  },
  {
    id: "WAF-005",
    severity: "warning",
    title: "A resource has one web ACL",
    when: "apply",
    prevents: "no error: the second takes the place of the first, and each apply changes it again",
    cause: "AWS WAF keeps one web ACL for a resource.",
    reference: `${API}/API_AssociateWebACL.html`,
    *check(graph) {
      const keyOf = (association: Resource) => {
        const { resources, certain } = linked(association.get("resource_arn"), ...PROTECTED);
        return certain && resources.length === 1 && !association.many ? resources[0]?.address : undefined;
      };
      for (const { one, earlier } of repeats(graph.ofType(ASSOCIATION), keyOf)) {
        yield {
          at: one,
          message: `gives ${keyOf(one)} a second web ACL, beside ${earlier.address}.`,
          fix: "Keep one of the two.",
          attribute: "resource_arn",
        };
      }
    },
  },
];

function nameOf(rule: Block): string {
  const name = text(rule.name);
  return name === undefined ? "…" : `"${name}"`;
}

/** Beyond that many letters it may be a group that AWS has added since. */
const TYPO = 5;

/** Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const MANAGED_GROUPS = `CommonRuleSet AdminProtectionRuleSet KnownBadInputsRuleSet SQLiRuleSet LinuxRuleSet UnixRuleSet
  WindowsRuleSet PHPRuleSet WordPressRuleSet AmazonIpReputationList AnonymousIpList ATPRuleSet ACFPRuleSet
  BotControlRuleSet AntiDDoSRuleSet`
  .split(/\s+/)
  .map((name) => `AWSManagedRules${name}`);

const GROUPS = ["managed_rule_group_statement", "rule_group_reference_statement"];

function wrongAction(rule: Block): { readonly message: string; readonly fix: string } | undefined {
  const statement = block(rule.statement);
  const isOpen = ["action", "override_action"].some((name) => !blocks(rule[name]).complete);
  if (!statement || isOpen) return undefined;
  const isGroup = GROUPS.some((name) => !isEmpty(statement[name]));
  const wanted = isGroup ? "override_action" : "action";
  const has = ["action", "override_action"].filter((name) => !isEmpty(rule[name]));
  if (has.join() === wanted) return undefined;
  return {
    message: `has the rule ${nameOf(rule)}, ${isGroup ? "a group of rules" : "which is no group of rules"}, with ${has.join(" and ") || "neither action nor override_action"}.`,
    fix: isGroup
      ? "Write override_action { none {} }, and no action."
      : "Write action, such as action { block {} }, and no override_action.",
  };
}

/** `and_statement` and `or_statement` that join nothing, at any depth. */
function loneJoins(statement: Block | undefined, depth = 0): readonly string[] {
  if (!statement || depth > DEEPEST_STATEMENT) return [];
  return ["and_statement", "or_statement"].flatMap((name) => {
    const join = block(statement[name]);
    if (!join) return [];
    const { blocks: joined, complete } = blocks(join.statement);
    const own = complete && joined.length === 1 ? [name] : [];
    return [...own, ...joined.flatMap((one) => loneJoins(one, depth + 1))];
  });
}

const DEEPEST_STATEMENT = 8;

const DESTINATIONS = [
  ["aws_cloudwatch_log_group", "name"],
  ["aws_kinesis_firehose_delivery_stream", "name"],
  ["aws_s3_bucket", "bucket"],
] as const;

/** A destination whose name can't be right, in words. */
function wrongDestination(value: Value): string | undefined {
  for (const [type, attribute] of DESTINATIONS) {
    const destination = linkedResource(value, type);
    const name = text(destination?.get(attribute)) || text(destination?.get(`${attribute}_prefix`));
    if (destination && name && !name.startsWith("aws-waf-logs-")) {
      return `${destination.address}, whose name is "${name}"`;
    }
  }
  const known = text(value) ?? "";
  const [, name] =
    /^arn:[^:]*:(?:logs|firehose|s3):[^:]*:[^:]*:(?:log-group:|deliverystream\/)?([^:/]+)/.exec(known) ?? [];
  return name === undefined || name.startsWith("aws-waf-logs-") ? undefined : `"${name}"`;
}

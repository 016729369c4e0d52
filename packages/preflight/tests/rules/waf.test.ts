import { describeRule, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const ACL = "${aws_wafv2_web_acl.main.arn}";

/** The working stack, with a web ACL in front of its load balancer. */
function withFirewall(): Json {
  const stack = workingStack();
  Object.assign(stack.resource, {
    aws_wafv2_web_acl: { main: { name: "shop", scope: "REGIONAL" } },
    aws_wafv2_web_acl_association: { main: { resource_arn: "${aws_lb.main.arn}", web_acl_arn: ACL } },
  });
  return stack;
}
const acl = (stack: Json) => stack.resource.aws_wafv2_web_acl.main;
const association = (stack: Json) => stack.resource.aws_wafv2_web_acl_association.main;
const distribution = (web_acl_id: string) => ({ main: { enabled: true, web_acl_id } });

describeRule(
  "WAF-001",
  {
    "the scope of distributions": {
      bad: (stack) => {
        acl(stack).scope = "CLOUDFRONT";
      },
      good: (stack) => {
        acl(stack).scope = "${var.scope}";
      },
      says: 'aws_wafv2_web_acl_association.main puts aws_wafv2_web_acl.main, whose scope is CLOUDFRONT, in front of aws_lb.main. Set scope of aws_wafv2_web_acl.main to "REGIONAL".',
    },
    "another region": {
      bad: (stack) => {
        acl(stack).region = "us-east-1";
      },
      good: (stack) => {
        acl(stack).region = "ap-northeast-1";
      },
      says: "aws_wafv2_web_acl_association.main puts aws_wafv2_web_acl.main, which is in us-east-1, in front of aws_lb.main, which is in ap-northeast-1. Create the web ACL in ap-northeast-1.",
    },
    "a network load balancer": {
      bad: (stack) => {
        stack.resource.aws_lb.main.load_balancer_type = "network";
      },
      says: "aws_wafv2_web_acl_association.main is for aws_lb.main, a network load balancer. Put the web ACL in front of an application load balancer.",
    },
    "a distribution in an association": {
      bad: (stack) => {
        stack.resource.aws_cloudfront_distribution = distribution("");
        association(stack).resource_arn = "${aws_cloudfront_distribution.main.arn}";
      },
      says: "aws_wafv2_web_acl_association.main is for aws_cloudfront_distribution.main, a distribution of CloudFront. Take the association out, and set web_acl_id of the distribution to the ARN of the web ACL.",
    },
    "a web ACL of a region for a distribution": {
      bad: (stack) => {
        stack.resource.aws_cloudfront_distribution = distribution(ACL);
      },
      good: (stack) => {
        delete stack.resource.aws_wafv2_web_acl_association;
        Object.assign(acl(stack), { scope: "CLOUDFRONT", region: "us-east-1" });
        stack.resource.aws_cloudfront_distribution = distribution(ACL);
      },
      says: 'aws_cloudfront_distribution.main has aws_wafv2_web_acl.main, whose scope is REGIONAL, as web_acl_id. Set scope of aws_wafv2_web_acl.main to "CLOUDFRONT", and create it in us-east-1.',
    },
    "the id of a web ACL": {
      bad: (stack) => {
        delete stack.resource.aws_wafv2_web_acl_association;
        Object.assign(acl(stack), { scope: "CLOUDFRONT", region: "us-east-1" });
        stack.resource.aws_cloudfront_distribution = distribution("${aws_wafv2_web_acl.main.id}");
      },
      says: "aws_cloudfront_distribution.main has the id of aws_wafv2_web_acl.main as web_acl_id. Write ${aws_wafv2_web_acl.main.arn}.",
    },
    "a web ACL of CloudFront elsewhere": {
      bad: (stack) => {
        delete stack.resource.aws_wafv2_web_acl_association;
        acl(stack).scope = "CLOUDFRONT";
      },
      good: (stack) => {
        delete stack.resource.aws_wafv2_web_acl_association;
        Object.assign(acl(stack), { scope: "CLOUDFRONT", region: "us-east-1" });
      },
      says: 'aws_wafv2_web_acl.main has scope = "CLOUDFRONT", and is in ap-northeast-1. Create it with a provider whose region is "us-east-1".',
    },
  },
  withFirewall,
);

const byAddress = (scope: string) => (stack: Json) => {
  stack.resource.aws_wafv2_ip_set = { main: { name: "office", scope, region: "us-east-1" } };
  const statement = { ip_set_reference_statement: { arn: "${aws_wafv2_ip_set.main.arn}" } };
  acl(stack).rule = [{ name: "office", priority: 1, action: { allow: {} }, statement }];
};

describeRule(
  "WAF-002",
  {
    "a set of another scope": {
      bad: byAddress("CLOUDFRONT"),
      good: byAddress("REGIONAL"),
      says: 'aws_wafv2_web_acl.main has scope = "REGIONAL", and refers to aws_wafv2_ip_set.main, whose scope is CLOUDFRONT. Create another one with scope = "REGIONAL".',
    },
  },
  withFirewall,
);

const MANAGED = { managed_rule_group_statement: { name: "AWSManagedRulesCommonRuleSet", vendor_name: "AWS" } };
const RATE = { rate_based_statement: { limit: 2000 } };

describeRule(
  "WAF-003",
  {
    "two rules of one priority": {
      bad: (stack) => {
        acl(stack).rule = [
          { name: "a", priority: 1, override_action: { none: {} }, statement: MANAGED },
          { name: "b", priority: 1, action: { block: {} }, statement: RATE },
        ];
      },
      good: (stack) => {
        acl(stack).rule = [
          { name: "a", priority: 1, override_action: { none: {} }, statement: MANAGED },
          { name: "b", priority: 2, action: { block: {} }, statement: RATE },
        ];
      },
      says: 'aws_wafv2_web_acl.main has the rules "a" and "b" with priority = 1. Give each rule a priority of its own.',
    },
    "a group with an action": {
      bad: (stack) => {
        acl(stack).rule = [{ name: "a", priority: 1, action: { block: {} }, statement: MANAGED }];
      },
      good: (stack) => {
        acl(stack).rule = [{ name: "a", priority: 1, override_action: { count: {} }, statement: MANAGED }];
      },
      says: 'aws_wafv2_web_acl.main has the rule "a", a group of rules, with action. Write override_action { none {} }, and no action.',
    },
    "a rule without an action": {
      bad: (stack) => {
        acl(stack).rule = [{ name: "a", priority: 1, statement: RATE }];
      },
      good: (stack) => {
        acl(stack).rule = "${var.rules}";
      },
      says: 'aws_wafv2_web_acl.main has the rule "a", which is no group of rules, with neither action nor override_action. Write action, such as action { block {} }, and no override_action.',
    },
  },
  withFirewall,
);

describeRule(
  "WAF-003",
  {
    "an or of one": {
      bad: (stack) => {
        const statement = { or_statement: { statement: [{ geo_match_statement: { country_codes: ["JP"] } }] } };
        acl(stack).rule = [{ name: "a", priority: 1, action: { block: {} }, statement }];
      },
      good: (stack) => {
        const geo = { geo_match_statement: { country_codes: ["JP"] } };
        const statement = { or_statement: { statement: [geo, { not_statement: { statement: geo } }] } };
        acl(stack).rule = [{ name: "a", priority: 1, action: { block: {} }, statement }];
      },
      says: 'aws_wafv2_web_acl.main has the rule "a" with an or_statement of one statement. Write the statement without or_statement, or add another one to it.',
    },
  },
  withFirewall,
);

const set = (ip_address_version: string, ...addresses: string[]) => ({
  main: { name: "office", scope: "REGIONAL", ip_address_version, addresses },
});

describeRule(
  "WAF-006",
  {
    "an address that is no block": {
      bad: (stack) => {
        stack.resource.aws_wafv2_ip_set = set("IPV4", "192.0.2.1", "198.51.100.0/24");
      },
      good: (stack) => {
        stack.resource.aws_wafv2_ip_set = set("IPV4", "192.0.2.1/32", "${var.address}");
      },
      says: 'aws_wafv2_ip_set.main has ip_address_version = "IPV4" and the addresses "192.0.2.1". Write blocks such as 192.0.2.1/32.',
    },
    "a block of the other version": {
      bad: (stack) => {
        stack.resource.aws_wafv2_ip_set = set("IPV6", "192.0.2.1/32");
      },
      good: (stack) => {
        stack.resource.aws_wafv2_ip_set = set("IPV6", "2001:db8::/32");
      },
      says: 'aws_wafv2_ip_set.main has ip_address_version = "IPV6" and the addresses "192.0.2.1/32". Write blocks such as 2001:db8::1/128.',
    },
  },
  withFirewall,
);

const logging = (destination: string) => ({ main: { resource_arn: ACL, log_destination_configs: [destination] } });

describeRule(
  "WAF-004",
  {
    "a log group of another name": {
      bad: (stack) => {
        stack.resource.aws_wafv2_web_acl_logging_configuration = logging("${aws_cloudwatch_log_group.app.arn}");
      },
      good: (stack) => {
        stack.resource.aws_cloudwatch_log_group.waf = { name: "aws-waf-logs-shop" };
        stack.resource.aws_wafv2_web_acl_logging_configuration = logging("${aws_cloudwatch_log_group.waf.arn}");
      },
      says: 'aws_wafv2_web_acl_logging_configuration.main logs to aws_cloudwatch_log_group.app, whose name is "/shop/app". Give it a name that begins with aws-waf-logs-.',
    },
    "a bucket of another name": {
      bad: (stack) => {
        stack.resource.aws_wafv2_web_acl_logging_configuration = logging("arn:aws:s3:::shop-waf-logs");
      },
      good: (stack) => {
        stack.resource.aws_wafv2_web_acl_logging_configuration = logging("arn:aws:s3:::aws-waf-logs-shop");
      },
      says: 'aws_wafv2_web_acl_logging_configuration.main logs to "shop-waf-logs". Give it a name that begins with aws-waf-logs-.',
    },
  },
  withFirewall,
);

describeRule(
  "WAF-005",
  {
    "two web ACLs of one load balancer": {
      bad: (stack) => {
        stack.resource.aws_wafv2_web_acl_association.more = { ...association(stack) };
      },
      says: "aws_wafv2_web_acl_association.more gives aws_lb.main a second web ACL, beside aws_wafv2_web_acl_association.main. Keep one of the two.",
    },
  },
  withFirewall,
);

describeRule(
  "WAF-007",
  {
    "a group in other letters": {
      bad: (stack) => {
        acl(stack).rule = managed("AWSManagedRulesAmazonIPReputationList");
      },
      good: (stack) => {
        acl(stack).rule = managed("AWSManagedRulesAmazonIpReputationList");
      },
      says: 'aws_wafv2_web_acl.main has the rule "managed" with the group "AWSManagedRulesAmazonIPReputationList", which AWS does not have. Write "AWSManagedRulesAmazonIpReputationList".',
    },
    "a group under another name": {
      bad: (stack) => {
        acl(stack).rule = managed("AWSManagedRulesCommonRules");
      },
      good: (stack) => {
        acl(stack).rule = managed("AWSManagedRulesSomethingThatIsNewSince");
      },
      says: 'aws_wafv2_web_acl.main has the rule "managed" with the group "AWSManagedRulesCommonRules", which AWS does not have. Write "AWSManagedRulesCommonRuleSet".',
    },
    "not one of another vendor": {
      bad: (stack) => {
        acl(stack).rule = managed("AWSManagedRulesSQLiRuleset");
      },
      good: (stack) => {
        acl(stack).rule = managed("AWSManagedRulesSQLiRuleset", "Fortinet");
      },
      says: 'aws_wafv2_web_acl.main has the rule "managed" with the group "AWSManagedRulesSQLiRuleset", which AWS does not have. Write "AWSManagedRulesSQLiRuleSet".',
    },
  },
  withFirewall,
);

function managed(name: string, vendor_name = "AWS"): Json {
  const statement = { managed_rule_group_statement: { name, vendor_name } };
  return [{ name: "managed", priority: 1, override_action: { none: {} }, statement }];
}

describeRule("WAF-008", {
  "a limit below ten": {
    bad: ({ resource }) => {
      resource.aws_wafv2_web_acl = { main: { rule: [{ statement: [{ rate_based_statement: [{ limit: 5 }] }] }] } };
    },
    good: ({ resource }) => {
      resource.aws_wafv2_web_acl = { main: { rule: [{ statement: [{ rate_based_statement: [{ limit: 10 }] }] }] } };
    },
    says: "aws_wafv2_web_acl.main has rule.statement.rate_based_statement.limit = 5. Write a number from 10 to 2000000000.",
  },
});

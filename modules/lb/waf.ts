import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Wafv2WebAcl, type Wafv2WebAclRule } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Wafv2WebAclLoggingConfiguration } from "@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration";
import { Construct } from "constructs";
import { COGNITO_LOGIN_RULES, MANAGED_GROUPS, type ManagedRule, RATE_LIMIT, UPLOAD_RULE } from "./managed-rules.ts";

/** Headers with secrets in them: neither logs nor sampled requests show their values. */
const SECRET_HEADERS = ["authorization", "cookie", "x-api-key"];

export interface WafProps {
  /** Name of the app, which the web ACL and its metrics get. */
  readonly name: string;
  /** ARN of the load balancer that it stands in front of. */
  readonly loadBalancerArn: string;
  /** `count`: what a rule matches goes through, and is counted. `block`: it gets 403. */
  readonly mode: "count" | "block";
  /** Requests of one address in 5 minutes, above which its others are counted or blocked. */
  readonly requestsPerAddress: number;
  /** Rules of AWS that count in `block`, too. */
  readonly countedRules: readonly ManagedRule[];
  /** The load balancer asks for a login: long cookies and query strings are its own. */
  readonly login: boolean;
  /** Days for which a record of matched requests is kept. @default none is written */
  readonly logRetentionDays?: number;
}

/** A web ACL of AWS WAF with AWS's managed rules and a limit for each address, in front of the load balancer. */
export class Waf extends Construct {
  readonly webAcl: Wafv2WebAcl;
  private readonly props: WafProps;

  constructor(scope: Construct, id: string, props: WafProps) {
    super(scope, id);
    this.props = props;
    const { name, loadBalancerArn, logRetentionDays } = props;

    this.webAcl = new Wafv2WebAcl(this, "web_acl", {
      name,
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rule: [this.limitAddresses(), ...MANAGED_GROUPS.map((_group, index) => this.useManaged(index))],
      dataProtectionConfig: {
        dataProtection: [{ action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: SECRET_HEADERS } }],
      },
      visibilityConfig: visibleAs(name),
    });
    new Wafv2WebAclAssociation(this, "association", { resourceArn: loadBalancerArn, webAclArn: this.webAcl.arn });
    if (logRetentionDays !== undefined) this.keepLog(logRetentionDays);
  }

  /** What to look at where it blocks; nothing where it counts. */
  blocking(region: string): { readonly webAcl: Wafv2WebAcl; readonly region: string } | undefined {
    return this.props.mode === "block" ? { webAcl: this.webAcl, region } : undefined;
  }

  private limitAddresses(): Wafv2WebAclRule {
    const { mode, requestsPerAddress } = this.props;
    return {
      name: RATE_LIMIT,
      priority: 0,
      action: { [mode]: {} },
      statement: { rate_based_statement: { limit: requestsPerAddress, aggregate_key_type: "IP" } },
      visibilityConfig: visibleAs(RATE_LIMIT),
    };
  }

  private useManaged(index: number): Wafv2WebAclRule {
    const { mode, login, countedRules } = this.props;
    const { id, group, rules } = MANAGED_GROUPS[index] as (typeof MANAGED_GROUPS)[number];
    const counted = new Set<string>([UPLOAD_RULE, ...(login ? COGNITO_LOGIN_RULES : []), ...countedRules]);
    const overrides = rules.filter((rule) => counted.has(rule));
    return {
      name: id,
      priority: index + 1,
      overrideAction: mode === "count" ? { count: {} } : { none: {} },
      statement: {
        managed_rule_group_statement: {
          vendor_name: "AWS",
          name: group,
          ...(overrides.length > 0 && {
            rule_action_override: overrides.map((name) => ({ name, action_to_use: { count: {} } })),
          }),
        },
      },
      visibilityConfig: visibleAs(id),
    };
  }

  /** What a rule matched, blocked or not; the other requests are in the load balancer's own logs. */
  private keepLog(retentionInDays: number): void {
    const { name } = this.props;
    const logGroup = new CloudwatchLogGroup(this, "log_group", { name: `aws-waf-logs-${name}`, retentionInDays });
    new Wafv2WebAclLoggingConfiguration(this, "logging", {
      resourceArn: this.webAcl.arn,
      logDestinationConfigs: [logGroup.arn],
      redactedFields: SECRET_HEADERS.map((header) => ({ singleHeader: { name: header } })),
      loggingFilter: {
        defaultBehavior: "DROP",
        filter: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            condition: ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"].map((action) => ({ actionCondition: { action } })),
          },
        ],
      },
    });
    new CloudwatchQueryDefinition(this, "query", {
      name: `${name}/waf`,
      logGroupNames: [logGroup.name],
      queryString: [
        "fields @timestamp, @message",
        'parse @message /"terminatingRule":\\{"ruleId":"(?<managedRule>[^"]+)"/',
        "stats count(*) as requests by action, managedRule, terminatingRuleId, httpRequest.httpMethod, httpRequest.uri",
        "sort requests desc",
        "limit 100",
      ].join("\n| "),
    });
  }
}

function visibleAs(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}

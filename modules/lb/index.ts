import type { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import type { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import type { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import type { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Lb as LoadBalancer } from "@cdktf/provider-aws/lib/lb";
import { LbListener, type LbListenerDefaultAction } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { Certificate } from "../certificate.ts";
import type { TwoOrMore } from "../network/index.ts";
import { AccessLogs } from "./access-logs.ts";
import { type DomainProps, type HostName, hostNames } from "./hosts.ts";
import { Waf, type WafProps } from "./waf.ts";

/** TLS 1.3, and 1.2 for older clients. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** Priority of the first rule for host names that redirect: before those for paths. `bin/infra maintenance` has 1 and 2. */
const FIRST_REDIRECT = 3;
/** Values that a rule's conditions take together. */
const VALUES_IN_RULE = 5;

/** The Cognito login that stands in front of everything. */
export interface AuthenticationProps {
  readonly userPool: CognitoUserPool;
  /** A client with a secret, the `code` flow, and `https://<host>/oauth2/idpresponse` of each host as a callback. */
  readonly client: CognitoUserPoolClient;
  readonly domain: CognitoUserPoolDomain;
}

export interface PathRule {
  /** Path patterns, one to five. */
  readonly paths: readonly string[];
  readonly to: "nginx" | "app" | { readonly status: number };
  /** Without login, where there is one. */
  readonly public: boolean;
}

export interface LbProps {
  /** Prefix of the resources' names. */
  readonly name: string;
  readonly vpc: Vpc;
  /** Public subnets in two zones at least. */
  readonly subnets: TwoOrMore<Subnet>;
  /** The VPC's way to the internet, without which no load balancer can face it. */
  readonly internetGateway: InternetGateway;
  readonly securityGroup: SecurityGroup;
  /** @default none: HTTP only, under the load balancer's own name */
  readonly domain?: DomainProps;
  /** @default no login is asked for */
  readonly authentication?: AuthenticationProps;
  readonly nginxPort: number;
  readonly appPort: number;
  /** What nginx must answer with 200. */
  readonly healthCheckPath: string;
  /** Rules for single paths, first match wins. */
  readonly pathRules: readonly PathRule[];
  readonly accessLogRetentionDays: number;
  /** A firewall in front of it. @default none */
  readonly waf?: Pick<WafProps, "mode" | "requestsPerAddress" | "countedRules" | "logRetentionDays">;
  /** Deletion protection, and an access-log bucket that is not deleted with logs in it. */
  readonly protection: boolean;
}

/** The way in from the internet: TLS ends here, and requests go on to the nginx tasks. */
export class Lb extends Construct {
  readonly alb: LoadBalancer;
  readonly nginxTargets: LbTargetGroup;
  /** The app's own targets; there only when a path rule leads to them. */
  readonly appTargets?: LbTargetGroup;
  readonly listener: LbListener;
  /** What takes requests to the targets: the listener, and the path rules. */
  readonly routes: readonly ITerraformDependable[];
  /** Where people go. */
  readonly url: string;
  /** Id of the main name's Route 53 zone. None without a domain. */
  readonly zoneId?: string;
  /** Records of the host names, by name: A, to the load balancer. */
  readonly aliases = new Map<string, Route53Record>();
  /** ARN of the certificate, once it is valid. None without a domain. */
  readonly certificateArn?: string;
  /** The firewall in front of it, where there is one. */
  readonly waf?: Waf;

  private readonly props: LbProps;

  constructor(scope: Construct, id: string, props: LbProps) {
    super(scope, id);
    this.props = props;

    this.alb = this.createLoadBalancer();
    if (props.waf) this.waf = this.createWaf(props.waf);
    this.nginxTargets = this.createTargets("nginx", props.nginxPort);
    if (props.pathRules.some(({ to }) => to === "app")) this.appTargets = this.createTargets("app", props.appPort);
    if (props.domain) {
      const hosts = hostNames(this, props.domain, props.protection);
      this.zoneId = hosts[0]?.zoneId;
      this.certificateArn = props.domain.certificateArn ?? new Certificate(this, "certificate", { hosts }).validArn;
      this.listener = this.listenOnHttps(this.certificateArn);
      this.createRecords(hosts);
      this.redirectAliases(props.domain);
    } else {
      this.listener = this.listenOnHttpOnly();
    }
    this.routes = [this.listener, ...this.createPathRules()];
    this.url = props.domain ? `https://${props.domain.name}` : `http://${this.alb.dnsName}`;
  }

  private createLoadBalancer(): LoadBalancer {
    const { name, subnets, internetGateway, securityGroup, accessLogRetentionDays, protection } = this.props;
    const logs = new AccessLogs(this, "access_logs", { name, retentionDays: accessLogRetentionDays, protection });
    return new LoadBalancer(this, "alb", {
      name,
      loadBalancerType: "application",
      internal: false,
      subnets: subnets.map((subnet) => subnet.id),
      securityGroups: [securityGroup.id],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: protection,
      accessLogs: { bucket: logs.bucket.id, enabled: true },
      dependsOn: [logs.policy, internetGateway],
    });
  }

  private createWaf(waf: NonNullable<LbProps["waf"]>): Waf {
    const { name, authentication } = this.props;
    return new Waf(this, "waf", { name, loadBalancerArn: this.alb.arn, login: authentication !== undefined, ...waf });
  }

  private createTargets(id: "nginx" | "app", port: number): LbTargetGroup {
    const { name, vpc, healthCheckPath } = this.props;
    return new LbTargetGroup(this, `${id}_targets`, {
      // A target group with another port is another one, and the old can't go while the listener uses it.
      name: `${name}-${id}-${port}`,
      lifecycle: { createBeforeDestroy: true },
      vpcId: vpc.id,
      targetType: "ip",
      port,
      protocol: "HTTP",
      deregistrationDelay: "30",
      healthCheck: {
        path: healthCheckPath,
        matcher: "200",
        interval: 15,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
  }

  private listenOnHttps(certificateArn: string): LbListener {
    const https = new LbListener(this, "https", {
      loadBalancerArn: this.alb.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: TLS_POLICY,
      certificateArn,
      defaultAction: this.behindLogIn({ type: "forward", targetGroupArn: this.nginxTargets.arn }),
    });
    new LbListener(this, "http", {
      loadBalancerArn: this.alb.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
    });
    return https;
  }

  /** A alone, because the load balancer has IPv4 addresses only. */
  private createRecords(hosts: readonly HostName[]): void {
    for (const [index, { name, zoneId }] of hosts.entries()) {
      const alias = new Route53Record(this, index === 0 ? "alias" : `alias_${name}`, {
        zoneId,
        name,
        type: "A",
        alias: { name: this.alb.dnsName, zoneId: this.alb.zoneId, evaluateTargetHealth: true },
      });
      this.aliases.set(name, alias);
    }
  }

  /** Before the login, which would come back to a name that only redirects. Path and query stay: AWS's default. */
  private redirectAliases({ name: host, aliases }: DomainProps): void {
    const names = aliases.flatMap((alias) => (alias.to === "redirect" ? [alias.name] : []));
    for (let first = 0; first < names.length; first += VALUES_IN_RULE) {
      const number = first / VALUES_IN_RULE;
      new LbListenerRule(this, `redirect_${number + 1}`, {
        listenerArn: this.listener.arn,
        priority: FIRST_REDIRECT + number,
        condition: [{ hostHeader: { values: names.slice(first, first + VALUES_IN_RULE) } }],
        action: [{ type: "redirect", redirect: { host, statusCode: "HTTP_301" } }],
      });
    }
  }

  private listenOnHttpOnly(): LbListener {
    Annotations.of(this).addWarning(
      "No domain is set, so the load balancer uses plain HTTP: passwords are sent over the internet unencrypted. " +
        "Use this for a first try only, not for users. Fill in `domain` in the environment file.",
    );
    return new LbListener(this, "http", {
      loadBalancerArn: this.alb.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [{ type: "forward", targetGroupArn: this.nginxTargets.arn }],
    });
  }

  /** The action, and the login before it where there is one. */
  private behindLogIn(action: LbListenerDefaultAction): LbListenerDefaultAction[] {
    const { authentication } = this.props;
    if (authentication === undefined) return [action];
    return [
      {
        order: 1,
        type: "authenticate-cognito",
        authenticateCognito: {
          userPoolArn: authentication.userPool.arn,
          userPoolClientId: authentication.client.id,
          userPoolDomain: authentication.domain.domain,
          onUnauthenticatedRequest: "authenticate",
        },
      },
      { order: 2, ...action },
    ];
  }

  private createPathRules(): LbListenerRule[] {
    return this.props.pathRules.map((rule, index) => {
      const action = this.actionOf(rule.to);
      return new LbListenerRule(this, `path_rule_${index + 1}`, {
        listenerArn: this.listener.arn,
        priority: (index + 1) * 10,
        condition: [{ pathPattern: { values: [...rule.paths] } }],
        action: rule.public ? [action] : this.behindLogIn(action),
      });
    });
  }

  private actionOf(to: PathRule["to"]): LbListenerDefaultAction {
    if (typeof to === "object") {
      return {
        type: "fixed-response",
        fixedResponse: { contentType: "text/plain", messageBody: "", statusCode: String(to.status) },
      };
    }
    return { type: "forward", targetGroupArn: (to === "app" ? this.appTargets : this.nginxTargets)?.arn };
  }
}

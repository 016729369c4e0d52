import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import type { Metric, Watch } from "./alarm.ts";
import type { Thresholds } from "./thresholds.ts";

export interface LoadBalancerProps {
  readonly alb: Lb;
  /** Target groups by what is behind them. */
  readonly targets: Readonly<Record<string, LbTargetGroup>>;
  /** Those of them in which something runs at all times. In others, no healthy target is no fault. */
  readonly served: readonly string[];
  /**
   * Services that may all have no tasks because that is wanted: what is wrong only while they have some is told only then.
   * @default they always have
   */
  readonly mayAllSleep?: {
    readonly cluster: EcsCluster;
    readonly services: Readonly<Record<string, EcsService>>;
  };
  /** ARN of the certificate. @default there is none */
  readonly certificateArn?: string;
  /** The firewall that blocks. @default there is none, or it only counts */
  readonly blocking?: { readonly webAcl: Wafv2WebAcl; readonly region: string };
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export function watchLoadBalancer(props: LoadBalancerProps, thresholds: Thresholds): Watch[] {
  const { alb, targets, served, certificateArn, blocking } = props;
  const metric = (name: string, dimensions: Metric["dimensions"] = {}): Metric => ({
    namespace: "AWS/ApplicationELB",
    name,
    dimensions: { LoadBalancer: alb.arnSuffix, ...dimensions },
  });
  const minutes = thresholds.unhealthyTargetMinutes;
  const wanted = (name: string): Metric | undefined => {
    const { cluster, services = {} } = props.mayAllSleep ?? {};
    const service = services[name] ?? services.app;
    if (cluster === undefined || service === undefined) return undefined;
    const dimensions = { ClusterName: cluster.name, ServiceName: service.name };
    return { namespace: "ECS/ContainerInsights", name: "DesiredTaskCount", dimensions };
  };
  return [
    {
      id: "server_errors",
      severity: "critical",
      means: `Visitors got ${thresholds.serverErrors} or more 5xx responses in 5 minutes, from the app, or from the load balancer because it could not reach the app.`,
      first: "logs --since 15m",
      ...whileWanted(
        [metric("HTTPCode_ELB_5XX_Count"), metric("HTTPCode_Target_5XX_Count")],
        "FILL(m1, 0) + FILL(m2, 0)",
        wanted("nginx"),
        0,
      ),
      statistic: "Sum",
      minutes: 5,
      beyond: ">=",
      threshold: thresholds.serverErrors,
    },
    ...Object.entries(targets).flatMap(([name, { arnSuffix: TargetGroup }]): Watch[] => [
      {
        id: `${name}_targets_unhealthy`,
        severity: "warning",
        means: `A task of ${name} has failed the load balancer's health checks for ${minutes} minutes; the other tasks handle its requests.`,
        first: "status",
        metrics: [metric("UnHealthyHostCount", { TargetGroup })],
        statistic: "Maximum",
        minutes: 1,
        times: minutes,
        beyond: ">=",
        threshold: 1,
      },
      ...(served.includes(name) ? [noneHealthy(name, metric("HealthyHostCount", { TargetGroup }), wanted(name))] : []),
    ]),
    ...(certificateArn === undefined ? [] : [watchCertificate(certificateArn, thresholds)]),
    ...(blocking === undefined ? [] : [watchBlocked(blocking, thresholds)]),
  ];
}

/**
 * An expression over metrics that is `otherwise` while no tasks are wanted.
 *
 * @param wanted how many tasks are, where there may be none
 */
function whileWanted(
  metrics: Watch["metrics"],
  expression: string,
  wanted: Metric | undefined,
  otherwise: number,
): Pick<Watch, "metrics" | "expression"> {
  if (wanted === undefined) return { metrics, expression };
  const wantedId = `m${metrics.length + 1}`;
  return {
    metrics: [...metrics, wanted],
    expression: `IF(FILL(${wantedId}, 0) > 0, ${expression}, ${otherwise})`,
  };
}

function noneHealthy(name: string, metric: Metric, wanted: Metric | undefined): Watch {
  return {
    id: `${name}_targets_none`,
    severity: "critical",
    means: `No task of ${name} passes the load balancer's health checks: the site is down.`,
    first: "status",
    ...(wanted ? whileWanted([metric], "FILL(m1, 0)", wanted, 1) : { metrics: [metric] as const }),
    // Each node of the load balancer counts for itself: none sees one.
    statistic: "Maximum",
    minutes: 1,
    // The tasks of a first release need that long to start.
    times: 5,
    beyond: "<",
    threshold: 1,
    // The metric is there only while there are targets, healthy or not; where it is filled, only while nothing is counted.
    missing: wanted ? "notBreaching" : "breaching",
  };
}

/** ACM says the days twice a day. Source: https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html */
function watchCertificate(CertificateArn: string, { certificateDays }: Thresholds): Watch {
  return {
    id: "certificate_expires",
    severity: "critical",
    means: `The certificate expires in ${certificateDays} days or less; then browsers reject the site. ACM renews DNS-validated certificates 60 days ahead: check that the validation record exists; if the certificate was imported, import a new one.`,
    first: "status",
    metrics: [{ namespace: "AWS/CertificateManager", name: "DaysToExpiry", dimensions: { CertificateArn } }],
    statistic: "Minimum",
    minutes: 24 * 60,
    beyond: "<",
    threshold: certificateDays + 1,
  };
}

/** Source: https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html */
function watchBlocked(
  { webAcl, region }: NonNullable<LoadBalancerProps["blocking"]>,
  { blockedRequests }: Thresholds,
): Watch {
  return {
    id: "requests_blocked",
    severity: "warning",
    means: `AWS WAF blocked ${blockedRequests} or more requests in 5 minutes: an attack, or a rule that blocks legitimate visitors. To see which rule: sampled requests of the web ACL, in the WAF console.`,
    first: "status",
    metrics: [
      {
        namespace: "AWS/WAFV2",
        name: "BlockedRequests",
        dimensions: { WebACL: webAcl.name, Region: region, Rule: "ALL" },
      },
    ],
    statistic: "Sum",
    minutes: 5,
    beyond: ">=",
    threshold: blockedRequests,
  };
}

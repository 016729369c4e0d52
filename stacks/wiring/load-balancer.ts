import type { Construct } from "constructs";
import type { Environment } from "../../environments/schema/index.ts";
import type { Cognito } from "../../modules/cognito/index.ts";
import type { Firewall } from "../../modules/firewall/index.ts";
import { Lb } from "../../modules/lb/index.ts";
import type { Network } from "../../modules/network/index.ts";

export function createLb(
  scope: Construct,
  { app: name, domain, lb, ecs, protection }: Environment,
  network: Network,
  firewall: Firewall,
  { userPool, loadBalancerClient: client, domain: loginDomain }: Cognito,
): Lb {
  return new Lb(scope, "lb", {
    name,
    vpc: network.vpc,
    subnets: network.publicSubnets,
    internetGateway: network.internetGateway,
    securityGroup: firewall.alb,
    domain,
    authentication: client && loginDomain && { userPool, client, domain: loginDomain },
    nginxPort: ecs.nginx.port,
    appPort: ecs.app.port,
    healthCheckPath: lb.healthCheckPath,
    pathRules: lb.pathRules,
    accessLogRetentionDays: lb.accessLogRetentionDays,
    waf: wafOf(lb),
    protection,
  });
}

/** The firewall that the load balancer is to have. */
function wafOf(lb: Environment["lb"]) {
  if (lb.waf === "off") return undefined;
  const { waf: mode, wafRequestsPerAddress: requestsPerAddress, wafCountedRules: countedRules } = lb;
  return { mode, requestsPerAddress, countedRules, logRetentionDays: lb.wafLogRetentionDays };
}

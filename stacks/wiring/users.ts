import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import { servedHosts } from "../../environments/schema/domain.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { dependOn } from "../../modules/cognito/adopted.ts";
import { type CustomDomainProps, parentOf } from "../../modules/cognito/custom-domain.ts";
import { Cognito } from "../../modules/cognito/index.ts";
import type { Lb } from "../../modules/lb/index.ts";
import { zoneOf } from "./zone.ts";

/**
 * @param inUsEast1 where the certificate of a custom domain is
 * @param lb the load balancer, once it is there: it is made after the pool that it may send people to
 */
export function createCognito(
  scope: Construct,
  environment: Environment,
  inUsEast1: AwsProvider | undefined,
  lb: () => Lb,
): Cognito {
  const { app: name, region, protection, domain, cognito } = environment;
  return new Cognito(scope, "cognito", {
    name,
    region,
    domainPrefix: cognito.domainPrefix,
    customDomain: customDomainOf(environment, inUsEast1, lb),
    userPool: cognito.userPool,
    client: cognito.client,
    adopted: environment.adoptedCognito,
    loadBalancerHosts: environment.lb.authenticateCognito ? domain && servedHosts(domain) : undefined,
    protection,
  });
}

function customDomainOf(
  environment: Environment,
  provider: AwsProvider | undefined,
  lb: () => Lb,
): CustomDomainProps | undefined {
  const { domain } = environment.cognito;
  if (domain === undefined) return undefined;
  return {
    name: domain.name,
    zone: zoneOf(domain, environment, lb),
    createsParent: domain.parentRecord === "create",
    provider,
  };
}

/** Cognito looks for the name above the login pages' own, which may be one of the load balancer's. */
export function giveAddressToParent({ customDomain }: Cognito, { aliases }: Lb, { cognito }: Environment): void {
  const parent = cognito.domain && aliases.get(parentOf(cognito.domain.name));
  if (customDomain && parent) dependOn(customDomain, [parent]);
}

import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { Construct } from "constructs";
import { Certificate } from "../certificate.ts";

export interface CustomDomainProps {
  /** Host name of the login pages, such as `auth.example.com`. */
  readonly name: string;
  /** The Route 53 zone that the name is in: its id, or the name of one that is looked up. */
  readonly zone: { readonly id: string } | { readonly name: string };
  /** Makes the A record of the name above. false: it is there, or the load balancer's. */
  readonly createsParent: boolean;
  /** Of us-east-1, where CloudFront takes certificates from. @default the stack's, which is in us-east-1 */
  readonly provider?: AwsProvider;
}

/** An address that is nobody's. Source: https://datatracker.ietf.org/doc/html/rfc5737 */
const NOWHERE = "192.0.2.1";

/** The name above a host name. */
export function parentOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** Login pages under a name of one's own: Cognito puts a distribution of CloudFront in front of them, which is not in this account. */
export function createCustomDomain(
  scope: Construct,
  userPoolId: string,
  { name, zone, createsParent, provider }: CustomDomainProps,
): CognitoUserPoolDomain {
  const zoneId =
    "id" in zone ? zone.id : new DataAwsRoute53Zone(scope, "zone", { name: zone.name, privateZone: false }).zoneId;
  const certificate = new Certificate(scope, "certificate", { hosts: [{ name, zoneId }], provider });
  // Cognito makes no domain whose parent has no address, whatever that is.
  const parent = createsParent
    ? [new Route53Record(scope, "parent", { zoneId, name: parentOf(name), type: "A", ttl: 300, records: [NOWHERE] })]
    : [];
  const domain = new CognitoUserPoolDomain(scope, "custom_domain", {
    domain: name,
    userPoolId,
    certificateArn: certificate.validArn,
    dependsOn: parent,
  });
  new Route53Record(scope, "custom_domain_alias", {
    zoneId,
    name,
    type: "A",
    alias: {
      name: domain.cloudfrontDistribution,
      zoneId: domain.cloudfrontDistributionZoneId,
      evaluateTargetHealth: false,
    },
  });
  return domain;
}

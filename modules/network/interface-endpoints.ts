import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import type { Network } from "./index.ts";

/** AWS services that a task of this stack may call, by the last part of their endpoints' names. */
export type EndpointService = "ecr.api" | "ecr.dkr" | "logs" | "secretsmanager" | "ssmmessages" | "cognito-idp";

export interface InterfaceEndpointsProps {
  readonly name: string;
  readonly region: string;
  readonly network: Network;
  /** Services that are reached privately. Each costs by the hour, in each zone that it stands in. */
  readonly services: readonly EndpointService[];
  /** Zones in which they stand: tasks of all zones reach one that stands in a single zone. */
  readonly zones: "single-zone" | "per-zone";
  readonly securityGroup: SecurityGroup;
}

/**
 * Private addresses for AWS services, under their usual names: what is in the private subnets calls
 * `api.ecr.<region>.amazonaws.com` and never leaves the VPC.
 */
export class InterfaceEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: InterfaceEndpointsProps) {
    super(scope, id);
    const { privateSubnets } = props.network;
    const subnets = props.zones === "per-zone" ? privateSubnets : [privateSubnets[0]];
    for (const service of props.services) {
      new VpcEndpoint(this, service.replace(/[.-]/g, "_"), {
        vpcId: props.network.vpc.id,
        serviceName: `com.amazonaws.${props.region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: subnets.map((subnet) => subnet.id),
        securityGroupIds: [props.securityGroup.id],
        tags: { Name: `${props.name}-${service}` },
      });
    }
  }
}

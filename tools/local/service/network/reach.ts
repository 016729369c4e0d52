import { DescribeVpcEndpointsCommand, type EC2Client, type VpcEndpoint } from "@aws-sdk/client-ec2";
import { startProxy } from "./service-connect.ts";
import type { NetworkInterface, Vpc } from "./vpc.ts";

/** Services of AWS that a task needs to start, by the last part of their endpoints' names. */
export type ServiceName = "ecr.api" | "ecr.dkr" | "s3" | "logs" | "secretsmanager";

/** Registries that are not on AWS: no endpoint leads there. */
export const ELSEWHERE = "elsewhere";

/** An address of nobody, for what is not in the VPC: https://www.rfc-editor.org/rfc/rfc5737 */
const SOMEWHERE = "192.0.2.1";

/** How long a connection may take; on AWS it is minutes. */
const TIMEOUT_S = 3;

/**
 * Whether a task's interface gets through to services of AWS: by an interface endpoint, which is an interface here, too, with
 * its own security groups, or else by its subnet's way to the internet. A connection is really tried.
 *
 * Policies of endpoints are not looked at. What a gateway endpoint leads to is not tried: a route table that has it and a
 * security group that lets out to a prefix list count.
 */
export class AwsEndpoints {
  private readonly ec2: EC2Client;
  private readonly vpc: Vpc;
  private readonly tried = new WeakMap<NetworkInterface, Map<string, Promise<boolean>>>();
  private readonly interfaces = new Map<string, Promise<NetworkInterface>>();

  constructor(ec2: EC2Client, vpc: Vpc) {
    this.ec2 = ec2;
    this.vpc = vpc;
  }

  /** @returns the address that was tried, where nothing answers; nothing where the service is reached */
  async blockedAt(from: NetworkInterface, service: ServiceName | typeof ELSEWHERE): Promise<string | undefined> {
    const Filters = [{ Name: "vpc-id", Values: [from.vpcId] }];
    const { VpcEndpoints = [] } = await this.ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
    const ofService = VpcEndpoints.filter(({ ServiceName = "" }) => ServiceName.endsWith(`.${service}`));
    if (ofService.some((endpoint) => endpoint.VpcEndpointType === "Gateway" && this.vpc.isRouted(from, endpoint)))
      return this.vpc.letsOutToGateway(from) ? undefined : `${SOMEWHERE}:443`;
    const endpoint = ofService.find(
      ({ VpcEndpointType, PrivateDnsEnabled }) => VpcEndpointType === "Interface" && PrivateDnsEnabled !== false,
    );
    const [address, port] = endpoint
      ? [(await this.interfaceOf(endpoint)).address, 443]
      : [this.vpc.machine.address, this.vpc.machine.awsPort];
    return (await this.answers(from, `${address}/${port}`)) ? undefined : `${address}:443`;
  }

  /** Tries a connection, once for each interface and address: several services may share an endpoint's. */
  private answers(from: NetworkInterface, to: string): Promise<boolean> {
    const tried = this.tried.get(from) ?? new Map<string, Promise<boolean>>();
    this.tried.set(from, tried);
    const command = ["timeout", String(TIMEOUT_S), "bash", "-c", `: < /dev/tcp/${to}`];
    const answer = tried.get(to) ?? from.container.exec(command).then(({ exitCode }) => exitCode === 0);
    tried.set(to, answer);
    return answer;
  }

  /** Endpoints of the same groups and subnets are one interface here. */
  private interfaceOf({ SubnetIds = [], Groups = [] }: VpcEndpoint): Promise<NetworkInterface> {
    const groupIds = Groups.flatMap(({ GroupId }) => GroupId ?? []);
    const key = [...SubnetIds, ...groupIds].sort().join(" ");
    const made =
      this.interfaces.get(key) ??
      this.attach({ name: `endpoint-${this.interfaces.size}`, subnetIds: SubnetIds, groupIds });
    this.interfaces.set(key, made);
    return made;
  }

  private async attach(request: Parameters<Vpc["attach"]>[0]): Promise<NetworkInterface> {
    const made = await this.vpc.attach(request);
    await startProxy(made.container, "defaults\n  mode tcp\n  timeout client 5s\nfrontend https\n  bind :443\n");
    return made;
  }
}

import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { NetworkInterface } from "@cdktf/provider-aws/lib/network-interface";
import { Route } from "@cdktf/provider-aws/lib/route";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Network } from "./index.ts";
import { EVERYWHERE, type Ipv4Cidr } from "./ipv4.ts";
import { natSetup } from "./nat-setup.ts";

/** Instance types that it may be: all of them Graviton, for which the image is chosen. */
export const NAT_INSTANCE_TYPES = ["t4g.nano", "t4g.micro", "t4g.small", "t4g.medium"] as const;

export type NatInstanceType = (typeof NAT_INSTANCE_TYPES)[number];

/**
 * The newest Amazon Linux 2023 for Graviton, which EC2 looks up each time that it starts an instance.
 * Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
const IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/** GB. The image's own size. */
const DISK = 8;

export interface NatInstanceProps {
  /** Prefix of the resources' names. */
  readonly name: string;
  readonly network: Network;
  /** IPv4 block of the VPC: what is forwarded comes from it. */
  readonly cidr: Ipv4Cidr;
  /** Zone of the first public subnet, such as `ap-northeast-1a`. */
  readonly zone: string;
  readonly instanceType: NatInstanceType;
  /** Lets the tasks in, and nobody else. */
  readonly securityGroup: SecurityGroup;
  /**
   * IPv4 destination of the route to it.
   * @default "0.0.0.0/0"
   */
  readonly destination?: Ipv4Cidr;
  /** Tags of the instance and its disk, which the provider's default tags don't reach. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The way out of the private subnets through one small machine, in place of a NAT gateway.
 *
 * Route, source/destination check, security group and public address belong to a network interface that stays; each
 * instance is started with it as its primary one. So an instance needs no rights in AWS to take over from another, and the
 * route is right as soon as it runs. What EC2 finds broken, the Auto Scaling group replaces.
 */
export class NatInstance extends Construct {
  readonly group: AutoscalingGroup;
  readonly address: Eip;

  private readonly props: NatInstanceProps;

  constructor(scope: Construct, id: string, props: NatInstanceProps) {
    super(scope, id);
    this.props = props;

    const networkInterface = this.createInterface();
    this.address = this.createAddress(networkInterface);
    this.createRoutes(networkInterface);
    this.group = this.createGroup(this.createTemplate(networkInterface));
  }

  private get tags() {
    return { Name: `${this.props.name}-nat` };
  }

  private createInterface(): NetworkInterface {
    return new NetworkInterface(this, "interface", {
      subnetId: this.props.network.publicSubnets[0].id,
      description: "What the private subnets' way out leads to, whichever instance has it",
      sourceDestCheck: false,
      securityGroups: [this.props.securityGroup.id],
      tags: this.tags,
      // Attached and detached by EC2, with each instance.
      lifecycle: { ignoreChanges: ["attachment"] },
    });
  }

  private createAddress({ id: networkInterface }: NetworkInterface): Eip {
    return new Eip(this, "address", {
      domain: "vpc",
      networkInterface,
      tags: this.tags,
      dependsOn: [this.props.network.internetGateway], // `Network vpc-… is not attached to any internet gateway`
    });
  }

  private createRoutes({ id: networkInterfaceId }: NetworkInterface): void {
    const [routeTable] = this.props.network.privateRouteTables;
    // The id that the route to a NAT gateway has: a change of `nat` moves the route, and does not break it off.
    new Route(this.props.network, "private_nat_route", {
      routeTableId: routeTable?.id ?? "",
      destinationCidrBlock: this.props.destination ?? EVERYWHERE,
      networkInterfaceId,
    });
  }

  private createTemplate({ id: networkInterfaceId }: NetworkInterface): LaunchTemplate {
    const tags = { ...this.props.tags, ...this.tags };
    return new LaunchTemplate(this, "template", {
      name: `${this.props.name}-nat`,
      imageId: IMAGE,
      instanceType: this.props.instanceType,
      networkInterfaces: [{ deviceIndex: 0, networkInterfaceId, deleteOnTermination: "false" }],
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeType: "gp3", volumeSize: DISK, encrypted: "true" } },
      ],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      // An instance that could not set itself up shuts itself down, and is replaced.
      instanceInitiatedShutdownBehavior: "terminate",
      userData: Fn.rawString(Buffer.from(natSetup(this.props.cidr)).toString("base64")),
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
      tags: this.tags,
    });
  }

  private createGroup(template: LaunchTemplate): AutoscalingGroup {
    return new AutoscalingGroup(this, "group", {
      name: `${this.props.name}-nat`,
      minSize: 1,
      maxSize: 1,
      desiredCapacity: 1,
      // Not its subnet: the interface brings that, and AWS takes one of the two.
      availabilityZones: [this.props.zone],
      launchTemplate: { id: template.id, version: `\${${template.fqn}.latest_version}` },
      healthCheckType: "EC2",
      healthCheckGracePeriod: 60,
      metricsGranularity: "1Minute",
      enabledMetrics: ["GroupInServiceInstances"],
      // One has the interface, so the old instance goes before the new one comes.
      instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 0 } },
      tag: Object.entries({ ...this.props.tags, ...this.tags }).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
      dependsOn: [this.address],
    });
  }
}

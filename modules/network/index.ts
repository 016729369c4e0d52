import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import { FlowLogs } from "./flow-logs.ts";
import { EVERYWHERE, type Ipv4Cidr } from "./ipv4.ts";
import { planSubnets, type ZoneSubnets, zoneLetter } from "./subnet-plan.ts";

/** A list that AWS wants in two zones at least. */
export type TwoOrMore<T> = readonly [T, T, ...T[]];

export interface NetworkProps {
  /** Prefix of the resources' names. */
  readonly name: string;
  readonly region: string;
  /** IPv4 block of the VPC, /16 to /28. */
  readonly cidr: Ipv4Cidr;
  /** Availability zones, such as `ap-northeast-1a`. */
  readonly zones: TwoOrMore<string>;
  /**
   * Blocks of your own choice for the subnets of a zone, by zone.
   * @default planned, see `planSubnets`
   */
  readonly subnets?: Readonly<Record<string, ZoneSubnets>>;
  /** NAT gateways for the private subnets: none, one for all zones, or one for each; or an instance, see `NatInstance`. */
  readonly nat: "none" | "single" | "per-zone" | "instance";
  /**
   * IPv4 destination of the route to the NAT gateway.
   * @default "0.0.0.0/0"
   */
  readonly natRouteDestination?: Ipv4Cidr;
  /**
   * Days for which a log of the VPC's traffic is kept.
   * @default none is kept
   */
  readonly flowLogRetentionDays?: number;
}

/**
 * The network that everything else is in: a VPC, and in each zone a public subnet (load balancer, NAT gateway) and a
 * private one (containers, database, cache), which the internet can't reach.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly internetGateway: InternetGateway;
  readonly publicSubnets: TwoOrMore<Subnet>;
  readonly privateSubnets: TwoOrMore<Subnet>;
  readonly privateRouteTables: readonly RouteTable[];
  /** None, one, or one a zone. */
  readonly natGateways: readonly NatGateway[];
  /** The gateway endpoint through which image layers come from S3, without NAT and free of charge. */
  readonly s3Endpoint: VpcEndpoint;

  private readonly props: NetworkProps;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.props = props;

    this.vpc = this.createVpc();
    this.closeDefaultSecurityGroup();
    const plan = props.zones.map((zone) => ({ zone, cidr: props.subnets?.[zone] ?? planSubnets(props.cidr, zone) }));
    this.publicSubnets = twoOrMore(plan.map(({ zone, cidr }) => this.createSubnet("public", zone, cidr.public)));
    this.privateSubnets = twoOrMore(plan.map(({ zone, cidr }) => this.createSubnet("private", zone, cidr.private)));
    this.internetGateway = this.createInternetGateway();
    this.routePublicSubnets();
    this.natGateways = this.createNats();
    this.privateRouteTables = this.routePrivateSubnets();
    this.s3Endpoint = this.createS3Endpoint();
    if (props.flowLogRetentionDays !== undefined) {
      new FlowLogs(this, "flow_logs", {
        name: props.name,
        region: props.region,
        vpc: this.vpc,
        retentionDays: props.flowLogRetentionDays,
      });
    }
  }

  private createVpc(): Vpc {
    return new Vpc(this, "vpc", {
      cidrBlock: this.props.cidr,
      // Interface endpoints answer under the services' own names only with both of these.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: this.props.name },
    });
  }

  /** Whatever is started without a security group of its own gets this one, and with it no traffic at all. */
  private closeDefaultSecurityGroup(): void {
    new DefaultSecurityGroup(this, "default_security_group", {
      vpcId: this.vpc.id,
      tags: { Name: `${this.props.name}-default-closed` },
    });
  }

  private createSubnet(kind: "public" | "private", zone: string, cidrBlock: Ipv4Cidr): Subnet {
    return new Subnet(this, `${kind}_${zoneLetter(zone)}`, {
      vpcId: this.vpc.id,
      cidrBlock,
      availabilityZone: zone,
      mapPublicIpOnLaunch: false,
      tags: { Name: `${this.props.name}-${kind}-${zoneLetter(zone)}` },
    });
  }

  private createInternetGateway(): InternetGateway {
    return new InternetGateway(this, "internet_gateway", { vpcId: this.vpc.id, tags: { Name: this.props.name } });
  }

  private routePublicSubnets(): void {
    const routeTable = this.createRouteTable("public_route_table");
    new Route(this, "public_internet_route", {
      routeTableId: routeTable.id,
      destinationCidrBlock: EVERYWHERE,
      gatewayId: this.internetGateway.id,
    });
    this.associate("public", this.publicSubnets, () => routeTable);
  }

  /** What is after `nat` in the ids of a zone's NAT gateway and its route: nothing where one serves all zones. */
  private natSuffix(index: number): string {
    return this.props.nat === "per-zone" ? `_${zoneLetter(this.props.zones[index] ?? "")}` : "";
  }

  private createNats(): readonly NatGateway[] {
    const subnets = { none: [], instance: [], single: [this.publicSubnets[0]], "per-zone": this.publicSubnets }[
      this.props.nat
    ];
    return subnets.map((subnet, index) => this.createNat(`nat${this.natSuffix(index)}`, subnet));
  }

  /** One table for all private subnets, or one a zone where each zone has its own NAT gateway. */
  private routePrivateSubnets(): readonly RouteTable[] {
    const isShared = this.props.nat !== "per-zone";
    const routeTables = (isShared ? [this.publicSubnets[0]] : this.publicSubnets).map((_, index) =>
      this.createRouteTable(`private_route_table${this.natSuffix(index)}`),
    );
    for (const [index, nat] of this.natGateways.entries())
      this.createNatRoute(`private_nat_route${this.natSuffix(index)}`, routeTables[index] as RouteTable, nat);
    this.associate("private", this.privateSubnets, (index) => routeTables[isShared ? 0 : index] as RouteTable);
    return routeTables;
  }

  private createRouteTable(id: string): RouteTable {
    return new RouteTable(this, id, {
      vpcId: this.vpc.id,
      tags: { Name: `${this.props.name}-${id.replace("_route_table", "").replaceAll("_", "-")}` },
    });
  }

  private createNat(id: string, subnet: Subnet): NatGateway {
    const tags = { Name: `${this.props.name}-${id.replaceAll("_", "-")}` };
    const address = new Eip(this, `${id}_address`, { domain: "vpc", tags });
    return new NatGateway(this, `${id}_gateway`, {
      allocationId: address.id,
      subnetId: subnet.id,
      tags,
      dependsOn: [this.internetGateway], // `Network vpc-… has no Internet gateway attached`
    });
  }

  private createNatRoute(id: string, routeTable: RouteTable, natGateway: NatGateway): void {
    new Route(this, id, {
      routeTableId: routeTable.id,
      destinationCidrBlock: this.props.natRouteDestination ?? EVERYWHERE,
      natGatewayId: natGateway.id,
    });
  }

  private associate(
    kind: "public" | "private",
    subnets: readonly Subnet[],
    routeTable: (index: number) => RouteTable,
  ): void {
    for (const [index, subnet] of subnets.entries()) {
      new RouteTableAssociation(this, `${kind}_association_${zoneLetter(this.props.zones[index] ?? "")}`, {
        subnetId: subnet.id,
        routeTableId: routeTable(index).id,
      });
    }
  }

  private createS3Endpoint(): VpcEndpoint {
    return new VpcEndpoint(this, "s3_endpoint", {
      vpcId: this.vpc.id,
      serviceName: `com.amazonaws.${this.props.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: this.privateRouteTables.map((routeTable) => routeTable.id),
      tags: { Name: `${this.props.name}-s3` },
    });
  }
}

function twoOrMore<T>(items: readonly T[]): TwoOrMore<T> {
  return items as unknown as TwoOrMore<T>;
}

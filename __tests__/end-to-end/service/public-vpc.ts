import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  type CreateSubnetCommandInput,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";

export interface PublicVpc {
  readonly vpcId: string;
  /** In the order in which they were asked for. */
  readonly subnetIds: string[];
}

/** Makes a VPC, by calls, whose subnets an internet gateway leads out of: by the main route table, which is theirs. */
export async function makePublicVpc(
  ec2: EC2Client,
  range: string,
  subnets: readonly Pick<CreateSubnetCommandInput, "CidrBlock" | "AvailabilityZone">[],
): Promise<PublicVpc> {
  const { Vpc: { VpcId = "" } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: range }));
  const subnetIds: string[] = [];
  for (const subnet of subnets) {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, ...subnet }));
    subnetIds.push(Subnet?.SubnetId ?? "");
  }
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const { InternetGatewayId } = InternetGateway ?? {};
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
  const { RouteTables: [table] = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const route = { RouteTableId: table?.RouteTableId, GatewayId: InternetGatewayId };
  await ec2.send(new CreateRouteCommand({ ...route, DestinationCidrBlock: "0.0.0.0/0" }));
  return { vpcId: VpcId, subnetIds };
}

import { join } from "node:path";
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type IpPermission,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import type { Container } from "../container.ts";
import { type Engine, publishing } from "../engine.ts";
import { AddressPlan } from "./addresses.ts";
import { type Machine, opensHttps, type Permission, ruleset } from "./ruleset.ts";

/** What an interface is asked for with. */
export interface InterfaceRequest {
  /** Of the container; unique in a run. */
  readonly name: string;
  /** One of them is taken. */
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  /** Names under which it is found. */
  readonly aliases?: readonly string[];
  /** Lines of /etc/hosts, for all that share it. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Names by which this machine is found there. */
  readonly machineNames?: readonly string[];
  /** Ports that are published on this machine. */
  readonly publish?: readonly number[];
  /** Whether it has an address on the internet. @default false */
  readonly isPublic?: boolean;
}

/** An elastic network interface: a container that holds a namespace, with an address and with filters. */
export interface NetworkInterface extends Pick<InterfaceRequest, "groupIds" | "isPublic"> {
  readonly address: string;
  readonly subnetId: string;
  /** The deployed one. */
  readonly vpcId: string;
  readonly container: Container;
}

interface Network {
  readonly plan: AddressPlan;
  readonly machine: Machine;
}

/** As EC2 tells it. */
interface Deployed {
  readonly groups: readonly SecurityGroup[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
}

export interface VpcOptions {
  readonly engine: Engine;
  readonly ec2: EC2Client;
  /** Of the network, and before the names of its containers. */
  readonly name: string;
  /** Where this machine answers, but for its address. */
  readonly ports: Omit<Machine, "address">;
  /** Lets this machine answer at an address. @throws Error where the address is not this machine's */
  readonly expose: (address: string) => Promise<void>;
}

/**
 * Stands in for a VPC: one network of the engine, in which every interface has an address of its deployed subnet, and lets
 * through what its deployed security groups open, port by port and in both directions.
 *
 * It has no network ACLs, no IPv6 and no peering; a gateway endpoint, a NAT gateway and an internet gateway are only looked
 * at for whether there is a way. Zones are not apart.
 */
export class Vpc {
  private readonly options: VpcOptions;
  /** Interfaces, and what their filters are now. */
  private readonly attached = new Map<NetworkInterface, string>();
  private prepared: Promise<void> | undefined;
  private network: Promise<Network> | undefined;
  private made: Network | undefined;
  private deployed: Deployed = { groups: [], subnets: [], routeTables: [] };

  constructor(options: VpcOptions) {
    this.options = options;
  }

  /** The image of all interfaces, made once. */
  get image(): string {
    return `localhost/${this.options.name}-interface:latest`;
  }

  /** Begins to make the image of all interfaces, which takes a while. The first interface waits for it. */
  prepare(): Promise<void> {
    this.prepared ??= this.options.engine.build(join(import.meta.dirname, "image"), this.image);
    return this.prepared;
  }

  /** @throws Error where subnet or group are not there, or the subnet has no free address */
  async attach(request: InterfaceRequest): Promise<NetworkInterface> {
    const { engine, name } = this.options;
    await this.prepare();
    const deployed = await this.read();
    const subnet = deployed.subnets.find(({ SubnetId }) => SubnetId && request.subnetIds.includes(SubnetId));
    if (!subnet?.CidrBlock || !subnet.SubnetId)
      throw new Error(`The subnet ID '${request.subnetIds[0]}' does not exist`);
    const { SubnetId: subnetId, VpcId: vpcId = "" } = subnet;
    const { plan, machine } = await this.networkOf(vpcId);
    const address = plan.take(subnet.CidrBlock);
    const { groupIds, isPublic, aliases = [], hosts, machineNames, publish = [] } = request;
    const { ExposedPorts, PortBindings } = publishing(publish);
    const endpoint = { Aliases: [...aliases], IPAMConfig: { IPv4Address: address } };
    const allHosts = { ...mapTo(machineNames, machine.address), ...hosts };
    const ExtraHosts = Object.entries(allHosts).map(([host, at]) => `${host}:${at}`);
    try {
      const container = await engine.run({
        name: `${name}-${request.name}`,
        Image: this.image,
        ExposedPorts,
        NetworkingConfig: { EndpointsConfig: { [name]: endpoint } },
        HostConfig: { NetworkMode: name, ExtraHosts, PortBindings, CapAdd: ["NET_ADMIN"] },
      });
      const made = { address, subnetId, vpcId, container, groupIds, isPublic };
      this.attached.set(made, "");
      await this.apply(deployed).catch(async (error) => {
        this.attached.delete(made);
        await container.remove();
        throw error;
      });
      return made;
    } catch (error) {
      plan.release(address);
      throw error;
    }
  }

  async detach(made: NetworkInterface): Promise<void> {
    const wasAttached = this.attached.delete(made);
    await made.container.remove();
    if (!wasAttached) return;
    this.made?.plan.release(made.address);
    await this.refresh();
  }

  /** This machine, as the interfaces see it. */
  get machine(): Machine {
    if (!this.made) throw new Error("The VPC has no interface yet.");
    return this.made.machine;
  }

  /** Whether the route table of an interface's subnet has a gateway endpoint. */
  isRouted(from: NetworkInterface, { RouteTableIds = [] }: VpcEndpoint): boolean {
    return RouteTableIds.includes(tableOf(from, this.deployed.routeTables)?.RouteTableId ?? "");
  }

  /** Whether a group of an interface lets it out to what a gateway endpoint leads to: a prefix list, or everywhere. */
  letsOutToGateway(from: NetworkInterface): boolean {
    return groupsOf(from, this.deployed)
      .flatMap(({ IpPermissionsEgress = [] }) => IpPermissionsEgress)
      .filter(opensHttps)
      .some(
        ({ PrefixListIds = [], IpRanges = [] }) =>
          PrefixListIds.length > 0 || IpRanges.some(({ CidrIp }) => CidrIp === "0.0.0.0/0"),
      );
  }

  /** Brings the filters of all interfaces to what is deployed now. */
  async refresh(): Promise<void> {
    if (this.attached.size > 0) await this.apply(await this.read());
  }

  private async apply(deployed: Deployed): Promise<void> {
    if (!this.made) return;
    const { plan, machine } = this.made;
    await Promise.all(
      [...this.attached].map(async ([one, current]) => {
        const groups = groupsOf(one, deployed);
        const rules = ruleset({
          ingress: groups.flatMap(({ IpPermissions = [] }) => this.permissions(IpPermissions, plan)),
          egress: groups.flatMap(({ IpPermissionsEgress = [] }) => this.permissions(IpPermissionsEgress, plan)),
          vpc: plan.range,
          hasInternet: hasInternet(one, deployed.routeTables),
          machine,
        });
        if (rules === current) return;
        const answer = await one.container.exec(["nft", "-f", "-"], { input: rules }).catch((error: Error) => error);
        // It may have been detached in the meantime.
        if (!this.attached.has(one)) return;
        if (answer instanceof Error) throw answer;
        if (answer.exitCode !== 0) throw new Error(`nft refuses the rules of ${one.container.name}: ${answer.output}`);
        this.attached.set(one, rules);
      }),
    );
  }

  private permissions(list: readonly IpPermission[], plan: AddressPlan): Permission[] {
    return list.map((permission) => ({
      ...permission,
      addresses: [
        ...(permission.IpRanges ?? []).flatMap(({ CidrIp }) => (CidrIp ? [plan.here(CidrIp)] : [])),
        ...(permission.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => this.membersOf(GroupId)),
      ],
    }));
  }

  private membersOf(groupId = ""): string[] {
    return [...this.attached.keys()].filter(({ groupIds }) => groupIds.includes(groupId)).map(({ address }) => address);
  }

  /** Made with the first interface. */
  private async networkOf(vpcId: string): Promise<Network> {
    this.network ??= this.create(vpcId).catch((error) => {
      this.network = undefined;
      throw error;
    });
    this.made = await this.network;
    return this.made;
  }

  private async create(vpcId: string): Promise<Network> {
    const { engine, ec2, name, ports } = this.options;
    const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
    const deployed = vpc?.CidrBlock ?? "10.0.0.0/16";
    let why = "";
    for (const range of AddressPlan.candidates(deployed)) {
      const refusal = await engine.createNetwork(name, range).catch(({ message }: Error) => message);
      if (refusal) {
        why = refusal;
        continue;
      }
      return { plan: new AddressPlan(deployed, range), machine: { address: await this.addressOfMachine(), ...ports } };
    }
    throw new Error(`The engine has no room for a network of the size of ${deployed}: ${why}`);
  }

  private async addressOfMachine(): Promise<string> {
    const { engine, name, expose } = this.options;
    const gateway = await engine.gatewayOf(name);
    // Podman gives this machine its address in a network with the first container.
    const first = await engine.run({ name: `${name}-first`, Image: this.image, HostConfig: { NetworkMode: name } });
    try {
      return await expose(gateway).then(
        () => gateway,
        () => addressOfHost(first),
      );
    } finally {
      await first.remove();
    }
  }

  private async read(): Promise<Deployed> {
    const { ec2 } = this.options;
    const [{ SecurityGroups = [] }, { Subnets = [] }, { RouteTables = [] }] = await Promise.all([
      ec2.send(new DescribeSecurityGroupsCommand({})),
      ec2.send(new DescribeSubnetsCommand({})),
      ec2.send(new DescribeRouteTablesCommand({})),
    ]);
    this.deployed = { groups: SecurityGroups, subnets: Subnets, routeTables: RouteTables };
    return this.deployed;
  }
}

const mapTo = (names: readonly string[] = [], address: string) =>
  Object.fromEntries(names.map((name) => [name, address]));

/**
 * The address under which containers reach this machine where the engine runs in another one, as Docker Desktop does.
 *
 * @throws Error where neither Docker's nor Podman's name for it is known
 */
async function addressOfHost(container: Container): Promise<string> {
  const script = "getent ahostsv4 host.docker.internal || getent ahostsv4 host.containers.internal";
  const { output } = await container.exec(["sh", "-c", script]);
  const [address] = output.match(/^\d+\.\d+\.\d+\.\d+/) ?? [];
  if (address) return address;
  throw new Error("Containers of this engine can't reach this machine.");
}

/** Its security groups. */
function groupsOf({ groupIds }: NetworkInterface, { groups }: Deployed): SecurityGroup[] {
  return groups.filter(({ GroupId }) => GroupId && groupIds.includes(GroupId));
}

/** The subnet's own route table, or else the VPC's main one. */
function tableOf({ subnetId, vpcId }: NetworkInterface, tables: readonly RouteTable[]): RouteTable | undefined {
  const isOf = ({ Associations = [] }: RouteTable) => Associations.some(({ SubnetId }) => SubnetId === subnetId);
  const isMain = ({ VpcId, Associations = [] }: RouteTable) => VpcId === vpcId && Associations.some(({ Main }) => Main);
  return tables.find(isOf) ?? tables.find(isMain);
}

/** Whether there is a way by a NAT gateway or instance, or by an internet gateway for whoever has an address there. */
function hasInternet(from: NetworkInterface, tables: readonly RouteTable[]): boolean {
  return (tableOf(from, tables)?.Routes ?? []).some(
    ({ DestinationCidrBlock, NatGatewayId, NetworkInterfaceId, GatewayId }) =>
      DestinationCidrBlock === "0.0.0.0/0" &&
      ((NatGatewayId ?? NetworkInterfaceId) !== undefined || (from.isPublic && GatewayId?.startsWith("igw-"))),
  );
}

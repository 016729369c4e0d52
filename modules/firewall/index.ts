import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { EVERYWHERE, type Ipv4Cidr } from "../network/ipv4.ts";

export const MYSQL_PORT = 3306;
export const REDIS_PORT = 6379;
const HTTPS_PORT = 443;

export interface FirewallProps {
  /** Prefix of the groups' names. */
  readonly name: string;
  readonly vpc: Vpc;
  /** The gateway endpoint that image layers come through. */
  readonly s3Endpoint: VpcEndpoint;
  /** Ports on which the internet reaches the load balancer. */
  readonly publicPorts: readonly (80 | 443)[];
  readonly nginxPort: number;
  readonly appPort: number;
  /** nginx and the app are in one task, and speak over its loopback. */
  readonly nginxBesideApp: boolean;
  /** The load balancer sends some paths to the app, past nginx. */
  readonly appBehindLoadBalancer: boolean;
  /** The load balancer speaks to Cognito, which is on the internet. */
  readonly loadBalancerAuthenticates: boolean;
  /** A cache is there. */
  readonly cache: boolean;
  /** Interface endpoints for AWS services are there. */
  readonly interfaceEndpoints: boolean;
  /**
   * What the private subnets reach through NAT.
   * @default nothing
   */
  readonly nat?: {
    readonly destination: Ipv4Cidr;
    /** TCP ports that the app needs out there, beside 443. */
    readonly appPorts: readonly number[];
    /** An instance does it, which has a group of its own. */
    readonly byInstance: boolean;
  };
}

/**
 * Who may speak to whom. Every rule names the group at the other end, and each connection is allowed twice, where it
 * leaves and where it arrives: Terraform makes groups without any egress rule, so nothing leaves by itself.
 */
export class Firewall extends Construct {
  readonly alb: SecurityGroup;
  readonly nginx: SecurityGroup;
  readonly app: SecurityGroup;
  readonly endpoints: SecurityGroup;
  readonly database: SecurityGroup;
  /** @default undefined where there is no cache */
  readonly cache?: SecurityGroup;
  /** @default undefined where no instance translates addresses */
  readonly nat?: SecurityGroup;

  private readonly props: FirewallProps;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    this.props = props;

    this.alb = this.createGroup("alb", "Load balancer: the only thing that the internet reaches");
    this.nginx = this.createGroup("nginx", "nginx tasks");
    this.app = this.createGroup("app", "Rails tasks, their workers and migrations");
    this.endpoints = this.createGroup("endpoints", "Interface endpoints of AWS services");
    this.database = this.createGroup("database", "MySQL");
    if (props.cache) this.cache = this.createGroup("cache", "Redis");
    if (props.nat?.byInstance) this.nat = this.createGroup("nat", "NAT instance: out of the private subnets");

    for (const port of props.publicPorts) this.allowFromInternet("alb", port);
    this.connect("alb", "nginx", props.nginxPort);
    if (props.appBehindLoadBalancer) this.connect("alb", "app", props.appPort);
    if (props.loadBalancerAuthenticates) this.allowEgress("alb", EVERYWHERE, HTTPS_PORT);
    if (!props.nginxBesideApp) this.connect("nginx", "app", props.appPort);
    this.connect("app", "database", MYSQL_PORT);
    if (this.cache) this.connect("app", "cache", REDIS_PORT);
    this.allowTasksToAws();
    this.allowAppToInternet();
    this.allowThroughNat();
  }

  /** Registry, logs and secrets; image layers come from S3. */
  private allowTasksToAws(): void {
    for (const task of ["nginx", "app"] as const) {
      if (this.props.interfaceEndpoints) this.connect(task, "endpoints", HTTPS_PORT);
      this.allowToS3(task);
    }
    if (!this.props.interfaceEndpoints && this.props.nat)
      this.allowEgress("nginx", this.props.nat.destination, HTTPS_PORT);
  }

  /** Cognito is out there, on 443, whatever else the app needs. */
  private allowAppToInternet(): void {
    const { nat } = this.props;
    if (nat === undefined) return;
    const ports = new Set([HTTPS_PORT, ...nat.appPorts]);
    for (const port of ports) this.allowEgress("app", nat.destination, port);
  }

  /** A NAT instance takes from the tasks what they may send, and fetches its own packages on 443. */
  private allowThroughNat(): void {
    if (this.nat === undefined || this.props.nat === undefined) return;
    const { destination, appPorts } = this.props.nat;
    const ports = new Set([HTTPS_PORT, ...appPorts]);
    for (const port of ports) this.allowIngress("nat", "app", port, port === HTTPS_PORT ? "" : `_${port}`);
    if (!this.props.interfaceEndpoints) this.allowIngress("nat", "nginx", HTTPS_PORT);
    this.allowEgress("nat", EVERYWHERE, HTTPS_PORT);
    for (const port of new Set(appPorts)) if (port !== HTTPS_PORT) this.allowEgress("nat", destination, port);
  }

  private createGroup(id: string, description: string): SecurityGroup {
    const name = `${this.props.name}-${id}`;
    return new SecurityGroup(this, id, { vpcId: this.props.vpc.id, name, description, tags: { Name: name } });
  }

  private idOf(group: GroupName): string {
    return (this[group] as SecurityGroup).id;
  }

  /** Lets one group open connections to another: out of the one, into the other. */
  private connect(from: GroupName, to: GroupName, port: number): void {
    new VpcSecurityGroupEgressRule(this, `${from}_to_${to}`, {
      securityGroupId: this.idOf(from),
      description: `${from} to ${to}`,
      ...tcp(port),
      referencedSecurityGroupId: this.idOf(to),
    });
    this.allowIngress(to, from, port);
  }

  /** @param suffix what tells a rule from another between the same groups */
  private allowIngress(to: GroupName, from: GroupName, port: number, suffix = ""): void {
    new VpcSecurityGroupIngressRule(this, `${to}_from_${from}${suffix}`, {
      securityGroupId: this.idOf(to),
      description: `${to} from ${from}`,
      ...tcp(port),
      referencedSecurityGroupId: this.idOf(from),
    });
  }

  private allowFromInternet(group: GroupName, port: number): void {
    new VpcSecurityGroupIngressRule(this, `${group}_from_internet_${port}`, {
      securityGroupId: this.idOf(group),
      description: `${group} from the internet`,
      ...tcp(port),
      cidrIpv4: EVERYWHERE,
    });
  }

  private allowEgress(group: GroupName, destination: Ipv4Cidr, port: number): void {
    new VpcSecurityGroupEgressRule(this, `${group}_to_internet_${port}`, {
      securityGroupId: this.idOf(group),
      description: `${group} to the internet`,
      ...tcp(port),
      cidrIpv4: destination,
    });
  }

  private allowToS3(group: GroupName): void {
    new VpcSecurityGroupEgressRule(this, `${group}_to_s3`, {
      securityGroupId: this.idOf(group),
      description: `${group} to S3, for image layers`,
      ...tcp(HTTPS_PORT),
      prefixListId: this.props.s3Endpoint.prefixListId,
    });
  }
}

type GroupName = "alb" | "nginx" | "app" | "endpoints" | "database" | "cache" | "nat";

function tcp(port: number) {
  return { ipProtocol: "tcp", fromPort: port, toPort: port };
}

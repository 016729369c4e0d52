import type { Construct } from "constructs";
import type { Environment } from "../../environments/schema/index.ts";
import { Firewall } from "../../modules/firewall/index.ts";
import { Network } from "../../modules/network/index.ts";
import { type EndpointService, InterfaceEndpoints } from "../../modules/network/interface-endpoints.ts";
import { NatInstance } from "../../modules/network/nat-instance.ts";

export function createNetwork(scope: Construct, { app: name, region, network }: Environment): Network {
  return new Network(scope, "network", {
    name,
    region,
    cidr: network.cidr,
    zones: network.zones,
    subnets: network.subnets,
    nat: network.nat,
    natRouteDestination: network.natRouteDestination,
    flowLogRetentionDays: network.flowLogRetentionDays,
  });
}

export function createFirewall(scope: Construct, environment: Environment, { vpc, s3Endpoint }: Network): Firewall {
  const { app: name, domain, lb, ecs } = environment;
  const { nat, natRouteDestination: destination, outboundPorts: appPorts, interfaceEndpoints } = environment.network;
  return new Firewall(scope, "firewall", {
    name,
    vpc,
    s3Endpoint,
    publicPorts: domain ? [80, 443] : [80],
    nginxPort: ecs.nginx.port,
    appPort: ecs.app.port,
    nginxBesideApp: ecs.topology === "together",
    appBehindLoadBalancer: lb.pathRules.some(({ to }) => to === "app"),
    loadBalancerAuthenticates: lb.authenticateCognito,
    cache: environment.cache !== "none",
    interfaceEndpoints: interfaceEndpoints !== "none",
    nat: nat === "none" ? undefined : { destination, appPorts, byInstance: nat === "instance" },
  });
}

/** With `network.nat: "instance"`, in the first zone. */
export function createNatInstance(
  { app: name, network: { cidr, zones, natInstanceType: instanceType, natRouteDestination: destination } }: Environment,
  network: Network,
  { nat: securityGroup }: Firewall,
  tags: Readonly<Record<string, string>>,
): NatInstance | undefined {
  if (securityGroup === undefined) return undefined;
  const [zone] = zones;
  return new NatInstance(network, "nat_instance", {
    name,
    network,
    cidr,
    zone,
    instanceType,
    securityGroup,
    destination,
    tags,
  });
}

export function createInterfaceEndpoints(environment: Environment, network: Network, firewall: Firewall): void {
  const { app: name, region } = environment;
  const zones = environment.network.interfaceEndpoints;
  if (zones === "none") return;
  new InterfaceEndpoints(network, "endpoint", {
    name,
    region,
    network,
    services: calledServices(environment),
    zones,
    securityGroup: firewall.endpoints,
  });
}

/** AWS services that the tasks call, each over an endpoint of its own. */
function calledServices({ ecs, network, cognito }: Environment): EndpointService[] {
  return [
    "ecr.api",
    "ecr.dkr",
    "logs",
    "secretsmanager",
    ...(ecs.exec ? (["ssmmessages"] as const) : []),
    // Without NAT, Rails has no other way to Cognito; and this one does not serve a pool that has a domain.
    ...(network.nat === "none" && cognito.domainPrefix === undefined && cognito.domain === undefined
      ? (["cognito-idp"] as const)
      : []),
  ];
}

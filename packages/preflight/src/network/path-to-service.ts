import type { Graph, Resource } from "../graph/graph.ts";
import { type Answer, INTERNET } from "./addresses.ts";
import { aclHops, leaveThroughGroups } from "./barriers.ts";
import { type Endpoint, endpointsOf, hasNoPrivateNames, mayHaveOtherEndpoints, namesLeadTo } from "./endpoints.ts";
import { once } from "./known-paths.ts";
import { CLIENT_PORTS } from "./network-acls.ts";
import { certainOf, type Hop, hop, type Path, pathOf, standpoints, worst } from "./path.ts";
import { pathFromSubnet } from "./path-between.ts";
import { addressOfIpv4, pathToInternetFrom } from "./path-over-internet.ts";
import { asksForIpv6, type Place, vpcOf } from "./places.ts";
import { type PossibleTables, type RouteTable, tablesOf } from "./routes.ts";
import { groupsPermit } from "./security-groups.ts";

const HTTPS = 443;

/** What the policy of an endpoint says to a call. */
export type EndpointPolicyCheck = (endpoint: Resource) => Answer;

/**
 * From a place to an AWS service under its usual name, such as `ecr.api`, on 443.
 *
 * @param policy what the policy of an endpoint says to the calls that are made; by default nothing is asked of it
 */
export function pathToService(graph: Graph, from: Place, service: string, policy?: EndpointPolicyCheck): Path {
  const path = once(graph, from, service, () =>
    worst(
      standpoints(from).map((subnet) => serviceFromSubnet(graph, from, subnet, service)),
      certainOf(from),
    ),
  );
  if (!policy || !path.endpoint || path.verdict === "blocked") return path;
  return { ...pathOf([...path.hops, ...policyHops(path.endpoint, policy)]), endpoint: path.endpoint };
}

function serviceFromSubnet(graph: Graph, from: Place, subnet: Resource | undefined, service: string): Path {
  const vpc = subnet && vpcOf(subnet);
  const candidates = endpointsOf(graph, vpc).filter(
    (endpoint) => endpoint.service === service || endpoint.service === undefined,
  );
  const isHere = (endpoint: Endpoint) =>
    endpoint.service === service && endpoint.vpc !== undefined && endpoint.vpc === vpc && !endpoint.resource.many;
  const named = candidates.filter((endpoint) => isHere(endpoint) && endpoint.type === "Interface");
  const throughNamed = (endpoint: Endpoint) => pathThroughInterfaceEndpoint(graph, from, subnet, endpoint);
  const answering = named.find((endpoint) => namesLeadTo(endpoint) === true);
  if (answering) return throughNamed(answering);

  const path = byRoute(graph, from, subnet, service, candidates, isHere);
  // Names that may lead to an endpoint may lead to one that refuses, too.
  const other = named.find((endpoint) => namesLeadTo(endpoint) === undefined);
  if (other === undefined || path.verdict !== "open") return path;
  const perhaps = throughNamed(other);
  return perhaps.verdict === "open" ? path : { verdict: "unknown", hops: perhaps.hops };
}

/** Through a gateway endpoint in the route table, or out to the internet. */
function byRoute(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  service: string,
  candidates: readonly Endpoint[],
  isHere: (endpoint: Endpoint) => boolean,
): Path {
  const gateways = candidates.filter(({ type }) => type === "Gateway" || type === undefined);
  const { tables, certain } = subnet ? tablesOf(graph, subnet) : NO_TABLES;
  const through = gateways.find(
    ({ resource }) => tables.length > 0 && tables.every((table) => table.endpoints.includes(resource)),
  );
  if (subnet && through)
    return pathThroughGatewayEndpoint(graph, from, subnet, through, tables[0] as RouteTable, service);
  const possiblyThrough = gateways.length > 0 && (!certain || tables.some(({ complete }) => !complete));
  const unclear =
    possiblyThrough ||
    candidates.some(
      (endpoint) =>
        !isHere(endpoint) ||
        endpoint.type === undefined ||
        (endpoint.type !== "Gateway" && namesLeadTo(endpoint) === undefined),
    );
  const direct = pathToInternetFrom(graph, from, subnet, HTTPS, service, explainEndpoints(candidates, subnet));
  if (direct.verdict !== "blocked") return direct;
  // Endpoints that can't be seen may be there, with addresses that the groups may know.
  const mayHaveOthers = unclear || mayHaveOtherEndpoints(graph, subnet && vpcOf(subnet));
  return mayHaveOthers && !letsNothingOut(graph, from) ? { verdict: "unknown", hops: direct.hops } : direct;
}

const NO_TABLES: PossibleTables = { tables: [], certain: false };

/** Without egress on 443 there is no path, whatever endpoints may be there. */
function letsNothingOut(graph: Graph, from: Place): boolean {
  const somewhere = { groups: undefined, addresses: undefined };
  return from.groups !== undefined && groupsPermit(graph, from.groups, "egress", HTTPS, somewhere) === "no";
}

function explainEndpoints(candidates: readonly Endpoint[], subnet: Resource | undefined): string {
  const [interfaceEndpoint] = candidates.filter(({ type }) => type === "Interface");
  const [gateway] = candidates.filter(({ type }) => type === "Gateway");
  if (interfaceEndpoint?.privateDns && interfaceEndpoint.vpc && hasNoPrivateNames(interfaceEndpoint.vpc))
    return ` (${interfaceEndpoint.resource.address} is there, but ${interfaceEndpoint.vpc.address} has its DNS support or DNS hostnames off)`;
  if (interfaceEndpoint?.privateDns)
    return ` (${interfaceEndpoint.resource.address} is there, but its private DNS is for resolvers outside of the VPC only)`;
  if (interfaceEndpoint)
    return ` (${interfaceEndpoint.resource.address} is there, but without private DNS no name leads to it)`;
  if (gateway && subnet)
    return ` (${gateway.resource.address} is there, but not in the route table of ${subnet.address})`;
  return "";
}

function pathThroughGatewayEndpoint(
  graph: Graph,
  from: Place,
  subnet: Resource,
  endpoint: Endpoint,
  table: RouteTable,
  service: string,
): Path {
  const path = pathOf([
    ...addressOfIpv4(subnet),
    ...leaveThroughGroups(graph, from, HTTPS, { groups: undefined, addresses: INTERNET, service }, service),
    ...aclHops(graph, subnet, "egress", { from: HTTPS, to: HTTPS }, INTERNET, service),
    hop("endpoint", table.label, `routes ${service} to ${endpoint.resource.address}`, "yes"),
    ...aclHops(graph, subnet, "ingress", from.clientPorts ?? CLIENT_PORTS.linux, INTERNET, `answers of ${service}`),
  ]);
  return { ...path, endpoint: endpoint.resource };
}

function pathThroughInterfaceEndpoint(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  endpoint: Endpoint,
): Path {
  const { resource, subnets } = endpoint;
  if (subnets.certain && subnets.subnets.length === 0) {
    return pathOf([hop("endpoint", resource, "stands in no subnet, so it has no address", "no")]);
  }
  const to: Place = {
    label: resource.address,
    resource,
    subnets,
    groups: endpoint.groups,
    publicAddress: false,
    ipv6: asksForIpv6(resource.get("ip_address_type")),
  };
  return { ...pathFromSubnet(graph, from, subnet, to, HTTPS), endpoint: resource };
}

function policyHops(endpoint: Resource, policy: EndpointPolicyCheck): Hop[] {
  const answer = policy(endpoint);
  return answer === "yes"
    ? []
    : [
        hop(
          "policy",
          endpoint,
          "does not let the call through: its policy, or what it is called for, forbids it",
          answer,
        ),
      ];
}

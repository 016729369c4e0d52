import type { Graph, Resource } from "../graph/graph.ts";
import { remembered } from "../graph/remembered.ts";
import { flag } from "../graph/value.ts";
import { type Answer, INTERNET } from "./addresses.ts";
import { aclHops, groupNames, leaveThroughGroups } from "./barriers.ts";
import { type Endpoint, endpointsOf, mayHaveOtherEndpoints } from "./endpoints.ts";
import { CLIENT_PORTS } from "./network-acls.ts";
import { certainOf, type Hop, hop, type Path, pathOf, standpoints, worst } from "./path.ts";
import { addressesOf, type Place, vpcOf } from "./places.ts";
import { type PossibleTables, type RouteTable, tablesOf } from "./routes.ts";
import { groupsPermit } from "./security-groups.ts";
import { routeHops, wayIn } from "./ways-out.ts";

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

/** The path from a place, found once for all that stand in the same subnets with the same groups. */
function once(graph: Graph, from: Place, to: string, find: () => Path): Path {
  const paths = graph.once(knownPaths);
  const key = `${standing(from)} ${to}`;
  const known = paths.get(key) ?? find();
  paths.set(key, known);
  return known;
}

/** What of a place decides where its paths lead. */
const standing = remembered(({ subnets, groups, publicAddress }: Place): string => {
  const names = [...subnets.subnets, "|", ...(groups?.groups ?? [])].map((one) =>
    typeof one === "string" ? one : one.address,
  );
  return [...names, subnets.certain, groups?.certain, publicAddress].join(" ");
});

const knownPaths = () => new Map<string, Path>();

function serviceFromSubnet(graph: Graph, from: Place, subnet: Resource | undefined, service: string): Path {
  const vpc = subnet && vpcOf(subnet);
  const candidates = endpointsOf(graph, vpc).filter(
    (endpoint) => endpoint.service === service || endpoint.service === undefined,
  );
  const isSure = (endpoint: Endpoint) =>
    endpoint.service === service && endpoint.vpc !== undefined && endpoint.vpc === vpc && !endpoint.resource.many;

  const gateways = candidates.filter(({ type }) => type === "Gateway" || type === undefined);
  const { tables, certain } = subnet ? tablesOf(graph, subnet) : NO_TABLES;
  const through = gateways.find(
    ({ resource }) => tables.length > 0 && tables.every((table) => table.endpoints.includes(resource)),
  );
  if (subnet && through)
    return pathThroughGatewayEndpoint(graph, from, subnet, through, tables[0] as RouteTable, service);
  const perhapsThrough = gateways.length > 0 && (!certain || tables.some(({ complete }) => !complete));
  const named = candidates.find(
    (endpoint) => endpoint.type !== "Gateway" && endpoint.privateDns !== false && answersInVpc(endpoint, service),
  );
  if (named && isSure(named) && named.privateDns && named.type === "Interface") {
    return pathThroughInterfaceEndpoint(graph, from, subnet, named);
  }
  const unclear =
    perhapsThrough ||
    candidates.some(
      (endpoint) =>
        !isSure(endpoint) ||
        endpoint.type === undefined ||
        (endpoint.type !== "Gateway" && endpoint.privateDns === undefined),
    );
  const direct = pathToInternetFrom(graph, from, subnet, HTTPS, service, explainEndpoints(candidates, subnet, service));
  if (direct.verdict !== "blocked") return direct;
  // Endpoints that can't be seen may be there, with addresses that the groups may know.
  const mayHaveOthers = unclear || mayHaveOtherEndpoints(graph, vpc);
  return mayHaveOthers && !letsNothingOut(graph, from) ? { verdict: "unknown", hops: direct.hops } : direct;
}

const NO_TABLES: PossibleTables = { tables: [], certain: false };

/**
 * S3's interface endpoint answers in the VPC under S3's own name only where an option asks for it, beside private DNS.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
 */
function answersInVpc({ resource }: Endpoint, service: string): boolean {
  if (service !== "s3") return true;
  const options = resource.get("dns_options");
  const first = Array.isArray(options) ? options[0] : options;
  const onlyForResolver = flag(
    (first as Record<string, never> | undefined)?.private_dns_only_for_inbound_resolver_endpoint,
    true,
  );
  return onlyForResolver === false;
}

/** Without egress on 443 there is no path, whatever endpoints may be there. */
function letsNothingOut(graph: Graph, from: Place): boolean {
  const somewhere = { groups: undefined, addresses: undefined };
  return from.groups !== undefined && groupsPermit(graph, from.groups, "egress", HTTPS, somewhere) === "no";
}

function explainEndpoints(candidates: readonly Endpoint[], subnet: Resource | undefined, service: string): string {
  const [interfaceEndpoint] = candidates.filter(({ type }) => type === "Interface");
  const [gateway] = candidates.filter(({ type }) => type === "Gateway");
  if (interfaceEndpoint && service === "s3") {
    return ` (${interfaceEndpoint.resource.address} is an interface endpoint: names of S3 don't lead to it)`;
  }
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
    ...leaveThroughGroups(graph, from, HTTPS, { groups: undefined, addresses: INTERNET, service }, service),
    ...aclHops(graph, subnet, "egress", { from: HTTPS, to: HTTPS }, INTERNET, service),
    hop("endpoint", table.label, `routes ${service} to ${endpoint.resource.address}`, "yes"),
    ...aclHops(graph, subnet, "ingress", CLIENT_PORTS, INTERNET, `answers of ${service}`),
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
  const to: Place = { label: resource.address, resource, subnets, groups: endpoint.groups, publicAddress: false };
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

/** From a place to everybody out there, on a port. */
export function pathToInternet(graph: Graph, from: Place, port: number, destination = "the internet"): Path {
  return worst(
    standpoints(from).map((subnet) => pathToInternetFrom(graph, from, subnet, port, destination)),
    certainOf(from),
  );
}

function pathToInternetFrom(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  port: number,
  destination: string,
  remark = "",
): Path {
  const service = /^[a-z0-9.-]+$/.test(destination) ? destination : undefined;
  const leaving = leaveThroughGroups(
    graph,
    from,
    port,
    { groups: undefined, addresses: INTERNET, service },
    destination,
    remark,
  );
  if (subnet === undefined)
    return pathOf([...leaving, hop("route", from.resource, "stands in subnets that can't be known", "maybe")]);
  return pathOf([
    ...leaving,
    ...aclHops(graph, subnet, "egress", { from: port, to: port }, INTERNET, destination),
    ...routeHops(graph, from, subnet, port, destination, remark),
    ...aclHops(graph, subnet, "ingress", CLIENT_PORTS, INTERNET, `answers of ${destination}`),
  ]);
}

/** From one place to another in the network, on a port. */
export function pathBetween(graph: Graph, from: Place, to: Place, port: number): Path {
  return once(graph, from, `${to.resource.address}:${port}`, () =>
    worst(
      standpoints(from).map((subnet) => pathFromSubnet(graph, from, subnet, to, port)),
      certainOf(from),
    ),
  );
}

function pathFromSubnet(graph: Graph, from: Place, subnet: Resource | undefined, to: Place, port: number): Path {
  return worst(
    standpoints(to).map((other) => pathBetweenSubnets(graph, from, subnet, to, other, port)),
    certainOf(to),
  );
}

function pathBetweenSubnets(
  graph: Graph,
  from: Place,
  subnet: Resource | undefined,
  to: Place,
  other: Resource | undefined,
  port: number,
): Path {
  const here = subnet && addressesOf(subnet);
  const there = other && addressesOf(other);
  const [ourVpc, theirVpc] = [subnet && vpcOf(subnet), other && vpcOf(other)];
  const otherNetwork = ourVpc !== undefined && theirVpc !== undefined && ourVpc !== theirVpc;
  if (otherNetwork) return otherVpcPath(graph, subnet as Resource, other as Resource);
  const arriving = (): Hop[] => {
    if (to.groups === undefined) return [];
    const passes = groupsPermit(graph, to.groups, "ingress", port, { groups: from.groups, addresses: here });
    const verb = passes === "no" ? "does not let" : "lets";
    return [hop("group", groupNames(to), `${verb} ${groupNames(from)} in on ${port}`, passes)];
  };
  const crosses = subnet !== undefined && other !== undefined && subnet !== other; // an ACL stands between subnets only
  return pathOf([
    ...leaveThroughGroups(graph, from, port, { groups: to.groups, addresses: there }, to.label),
    ...(crosses ? aclHops(graph, subnet, "egress", { from: port, to: port }, there, to.label) : []),
    ...(crosses ? aclHops(graph, other, "ingress", { from: port, to: port }, here, groupNames(from)) : []),
    ...arriving(),
    ...(crosses ? aclHops(graph, other, "egress", CLIENT_PORTS, here, `answers to ${groupNames(from)}`) : []),
    ...(crosses ? aclHops(graph, subnet, "ingress", CLIENT_PORTS, there, `answers of ${to.label}`) : []),
    ...(subnet && other ? [] : [hop("route", to.label, "the subnets can't be known", "maybe")]),
  ]);
}

/** Two VPCs: only a route that leads to the other one can join them. */
function otherVpcPath(graph: Graph, subnet: Resource, other: Resource): Path {
  const { tables } = tablesOf(graph, subnet);
  const leadsOn =
    tables.length === 0 ||
    tables.some(
      ({ routes, complete }) => !complete || routes.some(({ kind }) => kind === "other" || kind === "unknown"),
    );
  return pathOf([
    hop("route", subnet, `${other.address} is in another VPC, and no route leads there`, leadsOn ? "maybe" : "no"),
  ]);
}

/** From the internet to a place with a public address, on a port. A rule for some addresses out there is a choice, none at all is a mistake. */
export function pathFromInternet(graph: Graph, to: Place, port: number): Path {
  const paths = standpoints(to).map((subnet) => {
    const entering = (): Hop[] => {
      if (to.groups === undefined) return [];
      const passes = groupsPermit(graph, to.groups, "ingress", port, { groups: undefined, addresses: INTERNET });
      return [
        hop(
          "group",
          groupNames(to),
          passes === "no" ? `lets nothing in on ${port}` : `lets traffic in on ${port}`,
          passes,
        ),
      ];
    };
    if (subnet === undefined)
      return pathOf([...entering(), hop("route", to.resource, "stands in subnets that can't be known", "maybe")]);
    const { tables, certain } = tablesOf(graph, subnet);
    const ways = tables.map((table) => wayIn(graph, to, subnet, table));
    const [way = hop("route", subnet, "has a route table that can't be known", "maybe")] = ways;
    return pathOf([
      certain || (ways.length > 0 && ways.every(({ passes }) => passes === "no"))
        ? way
        : { ...way, passes: "maybe" as const },
      ...aclHops(graph, subnet, "ingress", { from: port, to: port }, INTERNET, "the internet"),
      ...entering(),
      ...aclHops(graph, subnet, "egress", CLIENT_PORTS, INTERNET, "answers to the internet"),
    ]);
  });
  return worst(paths, certainOf(to));
}

import { type Graph, linked, type Resource } from "@operation-app/preflight/graph";
import { byUse, countOf, hourly, type Meters, shareOf, textOr, unknown } from "./meter.ts";

/** Addresses, NAT and endpoints. VPCs, subnets, routes and security groups are free. */
export const NETWORK: Meters = {
  aws_nat_gateway: (gateway, stack) => {
    const through = shareOf(stack.usage.natGb, stack.count("aws_nat_gateway"));
    return [
      hourly("NAT gateway", "nat-gateway-hour"),
      byUse("data through it", "nat-gateway-gb", through),
      ...(textOr(gateway.get("availability_mode"), "zonal") === "zonal"
        ? []
        : [unknown("its zones", "a regional gateway is billed for each zone that it is in")]),
    ];
  },

  aws_eip: () => [hourly("public IPv4 address", "public-ipv4-hour")],

  aws_vpc_endpoint: (endpoint, stack) => {
    const type = textOr(endpoint.get("vpc_endpoint_type"), "Gateway");
    if (type === "Gateway") return [];
    if (type !== "Interface") return [unknown("endpoint", `vpc_endpoint_type ${type ?? "is not known"}`)];
    const own = countOf(endpoint.get("subnet_ids"));
    const zones = (own ?? Number.NaN) + (stack.graph.once(associations).get(endpoint) ?? 0);
    if (!(zones > 0)) return [unknown("interface endpoint", "the number of its subnet_ids is not known")];
    const sharing = stack.count("aws_vpc_endpoint", isInterface);
    return [
      hourly("interface endpoint", "endpoint-hour", zones),
      byUse("data through it", "endpoint-gb", shareOf(stack.usage.endpointGb, sharing)),
    ];
  },
};

/** How many subnets are given to an endpoint from outside. */
function associations(graph: Graph): ReadonlyMap<Resource, number> {
  const counts = new Map<Resource, number>();
  for (const association of graph.ofType("aws_vpc_endpoint_subnet_association"))
    for (const endpoint of linked(association.get("vpc_endpoint_id"), "aws_vpc_endpoint").resources)
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + (association.many ? Number.NaN : 1));
  return counts;
}

function isInterface(endpoint: Resource): boolean {
  return textOr(endpoint.get("vpc_endpoint_type"), "Gateway") === "Interface";
}

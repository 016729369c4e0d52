import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { type Block, blocks, isEmpty, isWritten, text } from "../../graph/value.ts";
import { SUBNET_TYPES } from "../../network/routes.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { repeats } from "../shared/attributes.ts";

const PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs";

/** The only IPv6 destination that a NAT gateway takes: addresses that DNS64 makes of IPv4 ones. */
const NAT64 = "64:ff9b::/96";

interface WrittenRoute {
  readonly resource: Resource;
  readonly table: string;
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
  /** A prefix list as the destination, by its id or address. */
  readonly list: string | undefined;
  readonly values: Block;
}

function writtenRoutes(graph: Graph): WrittenRoute[] {
  const inline = graph.ofType("aws_route_table", "aws_default_route_table").flatMap((resource) =>
    (resource.writes("route") ? blocks(resource.get("route")).blocks : []).map((values) => ({
      resource,
      table: resource.address,
      ipv4: text(values.cidr_block),
      ipv6: text(values.ipv6_cidr_block),
      list: listOf(values),
      values,
    })),
  );
  const separate = graph.ofType("aws_route").map((resource) => {
    const owner = linked(resource.get("route_table_id"), "aws_route_table", "aws_default_route_table", "aws_vpc");
    return {
      resource,
      table: owner.certain && owner.resources.length === 1 ? (owner.resources[0]?.address ?? "") : "",
      ipv4: text(resource.get("destination_cidr_block")),
      ipv6: text(resource.get("destination_ipv6_cidr_block")),
      list: listOf(resource.values),
      values: resource.values,
    };
  });
  return [...inline, ...separate];
}

function listOf({ destination_prefix_list_id: value }: Block): string | undefined {
  const { resources, certain, literal } = linked(
    value,
    "aws_ec2_managed_prefix_list",
    "data.aws_ec2_managed_prefix_list",
  );
  return certain && resources.length === 1 ? resources[0]?.address : literal || undefined;
}

function leadsToNat({ values }: WrittenRoute): boolean {
  const target = [values.nat_gateway_id, values.gateway_id].find((value) => !isEmpty(value));
  return !isEmpty(values.nat_gateway_id) || linked(target, "aws_nat_gateway").resources.length > 0;
}

/** Where a route may lead, by the argument of an aws_route; in a table, some have other names. */
const TARGETS = [
  "carrier_gateway_id",
  "core_network_arn",
  "egress_only_gateway_id",
  "gateway_id",
  "local_gateway_id",
  "nat_gateway_id",
  "network_interface_id",
  "transit_gateway_id",
  "vpc_endpoint_id",
  "vpc_peering_connection_id",
];
const DESTINATIONS = ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];
const INLINE_DESTINATIONS = ["cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"];

/** How many of some arguments are written; undefined where that can't be known. */
function countOf(values: Block, names: readonly string[]): readonly string[] | undefined {
  const written = names.filter((name) => isWritten(values[name]));
  const isOpen = names.some((name) => !isWritten(values[name]) && !isEmpty(values[name]));
  return isOpen && written.length < 2 ? undefined : written;
}

function* badlyShapedRoutes(graph: Graph): Generator<KindOfProblem<"targets" | "destinations">> {
  for (const route of writtenRoutes(graph)) {
    // Terraform has checked an aws_route before it made a plan.
    if (route.resource.type === "aws_route" && route.resource.change) continue;
    const destinations = route.resource.type === "aws_route" ? DESTINATIONS : INLINE_DESTINATIONS;
    const problems = [
      countProblem(route, "targets", TARGETS, "gateway_id"),
      countProblem(route, "destinations", destinations, destinations[0] ?? ""),
    ];
    yield* problems.filter((problem) => problem !== undefined);
  }
}

function countProblem<Kind extends string>(
  { resource, values }: WrittenRoute,
  kind: Kind,
  names: readonly string[],
  usual: string,
): KindOfProblem<Kind> | undefined {
  const written = countOf(values, names);
  if (written === undefined || written.length === 1) return undefined;
  const what = written.length === 0 ? `no ${kind.slice(0, -1)}` : `${written.length} ${kind}, ${written.join(" and ")}`;
  return {
    kind,
    at: resource,
    message: `has ${resource.type === "aws_route" ? "" : "a route with "}${what}.`,
    fix:
      written.length === 0
        ? `Write one, such as ${usual}.`
        : "Keep one of them, and write another route for what remains.",
    attribute: written[0] ?? usual,
  };
}

export const ROUTE_RULES: readonly Rule[] = [
  defineRule({
    id: "NET-026",
    severity: "error",
    title: "A route has one destination and one target",
    reference: `${PROVIDER}/resources/route`,
    problems: {
      targets: {
        when: "plan",
        prevents: '"gateway_id": only one of `carrier_gateway_id,…,gateway_id,…,nat_gateway_id,…` can be specified',
        cause: "A packet follows one route.",
      },
      destinations: {
        when: "plan",
        prevents:
          '"destination_cidr_block": one of `destination_cidr_block,destination_ipv6_cidr_block,destination_prefix_list_id` must be specified',
        cause: "A route is for one block of addresses, of IPv4 or of IPv6.",
      },
    },
    check: badlyShapedRoutes,
  }),
  {
    id: "NET-001",
    severity: "error",
    title: "A NAT gateway is the next hop for IPv4 only",
    when: "apply",
    prevents:
      "InvalidParameterValue: An interface that is part of a NAT gateway cannot be the next hop for an IPv6 destination CIDR block outside the CIDR range 64:ff9b::/96 or IPv6 prefix list.",
    cause: "NAT gateways translate IPv4; IPv6 leaves through an egress-only internet gateway.",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html",
    *check(graph) {
      for (const route of writtenRoutes(graph)) {
        const block = route.ipv6 ?? (route.ipv4?.includes(":") ? route.ipv4 : undefined);
        if (block === undefined || block === "" || block === NAT64 || !leadsToNat(route)) continue;
        yield {
          at: route.resource,
          message: `routes ${block} to a NAT gateway, which takes no IPv6.`,
          fix: 'Write the destination as IPv4, "0.0.0.0/0" in destination_cidr_block (cidr_block in a route table).',
          attribute: "destination_cidr_block",
        };
      }
    },
  },
  {
    id: "NET-014",
    severity: "error",
    title: "A subnet has one route table",
    when: "apply",
    prevents:
      "Resource.AlreadyAssociated: the specified association for route table rtb-… conflicts with an existing association",
    cause: "A second association of a subnet is refused.",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html",
    *check(graph) {
      const subnetOf = (association: Resource) => {
        const { resources, certain } = linked(association.get("subnet_id"), ...SUBNET_TYPES);
        return certain && resources.length === 1 && !association.many ? resources[0]?.address : undefined;
      };
      for (const { one, earlier } of repeats(graph.ofType("aws_route_table_association"), subnetOf)) {
        yield {
          at: one,
          message: `gives ${subnetOf(one)} a second route table, beside ${earlier.address}.`,
          fix: "Keep one of the two associations.",
        };
      }
    },
  },
  {
    id: "NET-015",
    severity: "error",
    title: "A route table has one route a destination",
    when: "apply",
    prevents: "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.",
    cause: "A second route for the same destination is refused.",
    reference: `${PROVIDER}/resources/route`,
    *check(graph) {
      const keyOf = ({ resource, table, ipv4, ipv6, list }: WrittenRoute) => {
        const destination = ipv4 || ipv6 || list;
        return table && destination && !resource.many ? `${destination} of ${table}` : undefined;
      };
      for (const { one, earlier } of repeats(writtenRoutes(graph), keyOf)) {
        yield {
          at: one.resource,
          message: `routes ${keyOf(one)}, as ${earlier.resource.address} does already.`,
          fix: "Keep one of the two routes.",
        };
      }
    },
  },
];

import { byLink } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { type Link, linked } from "../../graph/links.ts";
import { isAbsent, isEmpty, text } from "../../graph/value.ts";
import { isInternal, LB_TYPES, lbPlace } from "../../network/load-balancers.ts";
import { vpcOf } from "../../network/places.ts";
import { SUBNET_TYPES, VPC_TYPES } from "../../network/routes.ts";
import { hasInternetGateway } from "../../network/ways-out.ts";
import { defineRule, type Rule } from "../../rule.ts";

const PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs";

const gatewaysByVpc = byLink("aws_internet_gateway", "vpc_id", ...VPC_TYPES);

/** Public NAT gateways and load balancers, and the VPC that each is in. */
function* facingTheInternet(graph: Graph): Generator<{ resource: Resource; vpc: Resource | undefined }> {
  for (const resource of graph.ofType("aws_nat_gateway")) {
    if (!isAbsent(resource.get("connectivity_type")) && text(resource.get("connectivity_type")) !== "public") continue;
    const subnet: Link = linked(resource.get("subnet_id"), ...SUBNET_TYPES);
    const [first] = subnet.resources;
    yield { resource, vpc: first && subnet.certain ? vpcOf(first) : undefined };
  }
  for (const resource of graph.ofType(...LB_TYPES)) {
    const [subnet] = lbPlace(graph, resource).subnets.subnets;
    if (isInternal(resource) === false) yield { resource, vpc: subnet && vpcOf(subnet) };
  }
}

export const GATEWAY_RULES: readonly Rule[] = [
  defineRule({
    id: "NET-004",
    severity: "error",
    title: "A public NAT gateway or load balancer has an internet gateway",
    reference: `${PROVIDER}/resources/nat_gateway`,
    problems: {
      nat: {
        when: "apply",
        prevents: "Gateway.NotAttached: Network vpc-… has no Internet gateway attached",
        cause: "A public NAT gateway can only be created in a VPC that has an internet gateway.",
      },
      loadBalancer: {
        when: "apply",
        prevents: "InvalidSubnet: VPC vpc-… has no internet gateway",
        cause: "An internet-facing load balancer can only be created in a VPC that has an internet gateway.",
      },
    },
    *check(graph) {
      for (const { resource, vpc } of facingTheInternet(graph)) {
        if (vpc === undefined || hasInternetGateway(graph, vpc) !== "no") continue;
        yield {
          kind: resource.type === "aws_nat_gateway" ? "nat" : "loadBalancer",
          at: resource,
          message: `faces the internet, but ${vpc.address} has no internet gateway.`,
          fix: "Add an aws_internet_gateway to the VPC.",
        };
      }
    },
  }),
  {
    id: "NET-005",
    severity: "warning",
    title: "A NAT gateway or load balancer waits for the internet gateway",
    when: "apply",
    prevents: "Gateway.NotAttached: Network vpc-… has no Internet gateway attached",
    cause:
      "Nothing that it names tells Terraform that the internet gateway has to be there first, so it depends on luck which is made first.",
    reference: `${PROVIDER}/resources/nat_gateway`,
    *check(graph) {
      for (const { resource, vpc } of facingTheInternet(graph)) {
        const [gateway] = (vpc && graph.once(gatewaysByVpc).get(vpc)) ?? [];
        if (!gateway || graph.isOrdered(resource, gateway) !== false || !resource.isMade) continue;
        yield {
          at: resource,
          message: `may be made before ${gateway.address}.`,
          fix: `Add depends_on = ["${gateway.address}"].`,
        };
      }
    },
  },
  {
    id: "NET-023",
    severity: "error",
    title: "A public NAT gateway has an address",
    when: "apply",
    prevents: "MissingParameter: The request must contain the parameter AllocationId",
    cause: "A NAT gateway speaks to the internet from an Elastic IP address.",
    reference: `${PROVIDER}/resources/nat_gateway`,
    *check(graph) {
      for (const nat of graph.ofType("aws_nat_gateway")) {
        const isPublic = isAbsent(nat.get("connectivity_type")) || text(nat.get("connectivity_type")) === "public";
        if (!isPublic || !isEmpty(nat.get("allocation_id")) || !isEmpty(nat.get("availability_mode"))) continue;
        yield {
          at: nat,
          message: "is public and has no allocation_id.",
          fix: 'Add an aws_eip with domain = "vpc", and pass its ID as allocation_id.',
          attribute: "allocation_id",
        };
      }
    },
  },
];

import type { Graph } from "../../graph/graph.ts";
import { flag, isAbsent, isList, text } from "../../graph/value.ts";
import { allEndpoints, type Endpoint, WELL_KNOWN_SERVICES } from "../../network/endpoints.ts";
import { regionOf, zoneOf } from "../../network/places.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { repeats } from "../shared/attributes.ts";

function endpointVpc(graph: Graph) {
  return allEndpoints(graph).filter(({ type, vpc }) => type === "Interface" && vpc !== undefined && !vpc.isData);
}

const GATEWAY_SERVICES = new Set(["s3", "s3express", "dynamodb"]);

function squeezed(service: string): string {
  return service.toLowerCase().replaceAll(/[._-]/g, "");
}

/** The region of a configuration whose providers all have the same. */
function regionHere(graph: Graph): string | undefined {
  const regions = new Set(graph.ofType("aws_subnet").map(regionOf));
  return regions.size === 1 ? [...regions][0] : undefined;
}

export const ENDPOINT_RULES: readonly Rule[] = [
  {
    id: "NET-003",
    severity: "error",
    title: "Private DNS has a VPC that answers DNS",
    when: "apply",
    prevents:
      "InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true",
    cause: "An endpoint answers under a service's own name only in a VPC with DNS support and DNS host names.",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
    *check(graph) {
      for (const { resource, vpc, privateDns } of endpointVpc(graph)) {
        if (privateDns !== true || vpc === undefined) continue;
        const off = [
          ["enable_dns_support", flag(vpc.get("enable_dns_support"), true)],
          ["enable_dns_hostnames", flag(vpc.get("enable_dns_hostnames"), vpc.type === "aws_default_vpc")],
        ].filter(([, on]) => on === false);
        if (off.length === 0) continue;
        yield {
          at: resource,
          message: `has private DNS, but ${vpc.address} has ${off.map(([name]) => name).join(" and ")} off.`,
          fix: "Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
          attribute: "private_dns_enabled",
        };
      }
    },
  },
  defineRule({
    id: "NET-010",
    severity: "error",
    title: "An endpoint is of the type that its service has",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    problems: {
      service: {
        when: "apply",
        prevents: "InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface]).",
        cause:
          "Only S3, S3 Express One Zone and DynamoDB have gateway endpoints, and vpc_endpoint_type is Gateway where it is not written.",
      },
      subnets: {
        when: "apply",
        prevents: "InvalidParameter: Subnet IDs are only supported for Interface type VPC Endpoint.",
        cause: "A gateway endpoint is a route: it has no network interface in a subnet, and no security groups.",
      },
    },
    *check(graph) {
      for (const { resource, service, type } of allEndpoints(graph)) {
        if (type !== "Gateway" || service === undefined || GATEWAY_SERVICES.has(service)) continue;
        if (!isAbsent(resource.get("service_network_arn")) || !isAbsent(resource.get("resource_configuration_arn")))
          continue;
        yield {
          kind: "service",
          at: resource,
          message: `is a gateway endpoint for ${service}, which has interface endpoints only.`,
          fix: 'Set vpc_endpoint_type to "Interface", with subnet_ids, security_group_ids and private_dns_enabled.',
          attribute: "vpc_endpoint_type",
        };
      }
      for (const { resource, type } of allEndpoints(graph)) {
        if (type !== "Gateway") continue;
        const extra = ["subnet_ids", "security_group_ids"].filter((name) => {
          const value = resource.get(name);
          return isList(value) && value.length > 0;
        });
        if (extra.length === 0) continue;
        yield {
          kind: "subnets",
          at: resource,
          message: `is a gateway endpoint with ${extra.join(" and ")}, which only interface endpoints have.`,
          fix: "Name route_table_ids instead.",
          attribute: extra[0] as string,
        };
      }
    },
  }),
  {
    id: "NET-011",
    severity: "error",
    title: "An endpoint is for a service of its own region",
    when: "apply",
    prevents: "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.…' does not exist",
    cause: "The name of a service has the region in it.",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
    *check(graph) {
      for (const { resource, subnets } of allEndpoints(graph)) {
        const name = text(resource.get("service_name"));
        const region = /^com\.amazonaws\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(name ?? "")?.[1];
        const home = resource.region ?? (subnets.subnets[0] && regionOf(subnets.subnets[0])) ?? regionHere(graph);
        if (!region || !home || region === home || !isAbsent(resource.get("service_region"))) continue;
        yield {
          at: resource,
          message: `is for ${name}, a service of ${region}, and stands in ${home}.`,
          fix: `Write com.amazonaws.${home}.… as service_name.`,
          attribute: "service_name",
        };
      }
    },
  },
  {
    id: "NET-012",
    severity: "error",
    title: "An interface endpoint has one subnet a zone",
    when: "apply",
    prevents: "DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of subnet-…",
    cause: "An endpoint has one network interface in a zone.",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    *check(graph) {
      for (const { resource, subnets, type } of allEndpoints(graph)) {
        if (type !== "Interface" || !subnets.certain) continue;
        const zones = subnets.subnets.map(zoneOf).filter((zone) => zone !== undefined);
        const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
        if (twice === undefined) continue;
        yield {
          at: resource,
          message: `has two subnets in ${twice}.`,
          fix: "Name one subnet of each zone.",
          attribute: "subnet_ids",
        };
      }
    },
  },
  {
    id: "NET-013",
    severity: "error",
    title: "An endpoint, and the names that it answers to, are there once in a VPC",
    when: "apply",
    prevents:
      "InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for … in the VPC vpc-…",
    cause: "A name resolves to one endpoint.",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
    *check(graph) {
      const keyOf = ({ service, vpc, privateDns }: Endpoint) =>
        privateDns === true && service && vpc ? `${service} in ${vpc.address}` : undefined;
      for (const { one, earlier } of repeats(endpointVpc(graph), keyOf)) {
        yield {
          at: one.resource,
          message: `answers for ${keyOf(one)}, as ${earlier.resource.address} does already.`,
          fix: "Keep one of the two.",
        };
      }
    },
  },
  {
    id: "NET-024",
    severity: "error",
    title: "Names of endpoint services are spelled as AWS spells them",
    when: "apply",
    prevents: "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.…' does not exist",
    cause: "Some names have a dot, some a hyphen, some neither.",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
    *check(graph) {
      for (const { resource, service } of allEndpoints(graph)) {
        const meant =
          service && WELL_KNOWN_SERVICES.find((known) => known !== service && squeezed(known) === squeezed(service));
        if (!meant) continue;
        yield {
          at: resource,
          message: `is for ${service}, which is spelled ${meant}.`,
          fix: `Write ${meant} at the end of service_name.`,
          attribute: "service_name",
        };
      }
    },
  },
];

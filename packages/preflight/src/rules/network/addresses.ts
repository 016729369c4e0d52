import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { isAbsent, text } from "../../graph/value.ts";
import { type AddressRange, addressRange, beginsNetwork, holds, meets } from "../../network/addresses.ts";
import { vpcOf } from "../../network/places.ts";
import { VPC_TYPES } from "../../network/routes.ts";
import { defineRule, type Problem, type Rule } from "../../rule.ts";

/** A VPC that is made here, with a block that is known. */
function vpcBlocks(graph: Graph, vpc: Resource): { ranges: AddressRange[]; complete: boolean } {
  const others = graph.ofType("aws_vpc_ipv4_cidr_block_association").filter((one) => {
    const owner = linked(one.get("vpc_id"), ...VPC_TYPES);
    return owner.resources.includes(vpc) || !owner.certain;
  });
  const written = [vpc.get("cidr_block"), ...others.map((one) => one.get("cidr_block"))].map((value) =>
    addressRange(text(value) ?? ""),
  );
  const ranges = written.filter((range) => range !== undefined);
  return { ranges, complete: ranges.length === written.length && isAbsent(vpc.get("ipv4_ipam_pool_id")) };
}

function prefixLength(block: string): number {
  return Number(block.split("/")[1]);
}

function isAllowedSize(block: string): boolean {
  const length = prefixLength(block);
  return length >= 16 && length <= 28;
}

/** Subnets by the VPC that they are in. */
function subnetsByVpc(graph: Graph): Map<Resource, { subnet: Resource; block: string; range: AddressRange }[]> {
  const found = new Map<Resource, { subnet: Resource; block: string; range: AddressRange }[]>();
  for (const subnet of graph.ofType("aws_subnet")) {
    const vpc = vpcOf(subnet);
    const block = text(subnet.get("cidr_block"));
    const range = block === undefined ? undefined : addressRange(block);
    if (!vpc || !range || block === undefined || subnet.many) continue;
    found.set(vpc, [...(found.get(vpc) ?? []), { subnet, block, range }]);
  }
  return found;
}

function* overlappingSubnets(graph: Graph): Generator<Problem> {
  for (const subnets of subnetsByVpc(graph).values()) {
    // In the order of their addresses, whatever overlaps is beside its like.
    const sorted = [...subnets].sort((a, b) => a.range.first - b.range.first || b.range.last - a.range.last);
    let widest = sorted[0];
    for (const one of sorted.slice(1)) {
      if (widest && meets(widest.range, one.range)) {
        yield {
          at: one.subnet,
          message: `has the block ${one.block}, which overlaps ${widest.block} of ${widest.subnet.address}.`,
          fix: "Give each subnet a block of its own.",
          attribute: "cidr_block",
        };
      }
      if (!widest || one.range.last > widest.range.last) widest = one;
    }
  }
}

function* subnetsOutside(graph: Graph): Generator<Problem> {
  for (const [vpc, subnets] of subnetsByVpc(graph)) {
    const { ranges, complete } = vpcBlocks(graph, vpc);
    if (!complete || vpc.isData) continue;
    for (const { subnet, block, range } of subnets) {
      if (ranges.some((outer) => holds(outer, range))) continue;
      yield {
        at: subnet,
        message: `has the block ${block}, which lies outside of ${vpc.address} (${text(vpc.get("cidr_block"))}).`,
        fix: "Choose a block inside the VPC's.",
        attribute: "cidr_block",
      };
    }
  }
}

export const ADDRESS_RULES: readonly Rule[] = [
  {
    id: "NET-006",
    severity: "error",
    title: "Subnets do not overlap",
    when: "apply",
    prevents: "InvalidSubnet.Conflict: The CIDR '…' conflicts with another subnet",
    cause: "An address belongs to one subnet.",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    check: overlappingSubnets,
  },
  {
    id: "NET-007",
    severity: "error",
    title: "Subnets lie inside their VPC",
    when: "apply",
    prevents: "InvalidSubnet.Range: The CIDR '…' is invalid.",
    cause: "A subnet is a part of its VPC's addresses.",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    check: subnetsOutside,
  },
  defineRule({
    id: "NET-008",
    severity: "error",
    title: "VPCs and subnets are between /16 and /28",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
    problems: {
      vpc: {
        when: "apply",
        prevents: "InvalidVpc.Range: The CIDR '…' is invalid.",
        cause: "AWS makes no network that is larger or smaller.",
      },
      subnet: {
        when: "apply",
        prevents: "InvalidSubnet.Range: The CIDR '…' is invalid.",
        cause: "AWS makes no network that is larger or smaller.",
      },
    },
    *check(graph) {
      for (const resource of graph.ofType("aws_vpc", "aws_subnet", "aws_vpc_ipv4_cidr_block_association")) {
        const block = text(resource.get("cidr_block"));
        if (block === undefined || !addressRange(block) || isAllowedSize(block)) continue;
        yield {
          kind: resource.type === "aws_subnet" ? "subnet" : "vpc",
          at: resource,
          message: `has the block ${block}, which is not between /16 and /28.`,
          fix: "Write a prefix length from 16 (largest) to 28.",
          attribute: "cidr_block",
        };
      }
    },
  }),
  {
    id: "NET-019",
    severity: "error",
    title: "CIDR blocks begin where their network begins",
    when: "plan",
    prevents: '"10.0.10.5/24" is not a valid IPv4 CIDR block; did you mean "10.0.10.0/24"?',
    cause: "A block is written by its first address.",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    *check(graph) {
      for (const resource of graph.ofType("aws_vpc", "aws_subnet", "aws_vpc_ipv4_cidr_block_association")) {
        const block = text(resource.get("cidr_block"));
        if (block === undefined || !addressRange(block) || beginsNetwork(block)) continue;
        yield {
          at: resource,
          message: `has the block ${block}, which is not the beginning of a network.`,
          fix: "Write its first address.",
          attribute: "cidr_block",
        };
      }
    },
  },
  {
    id: "NET-020",
    severity: "error",
    title: "Subnets are in zones of their region",
    when: "apply",
    prevents:
      "InvalidParameterValue: Value (us-east-1c) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: …",
    cause: "The provider works in one region, and a zone belongs to one.",
    reference: "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html",
    *check(graph) {
      for (const subnet of graph.ofType("aws_subnet")) {
        const zone = text(subnet.get("availability_zone"));
        if (zone === undefined || subnet.region === undefined || zone.startsWith(subnet.region)) continue;
        yield {
          at: subnet,
          message: `is in ${zone}, and its provider in ${subnet.region}.`,
          fix: `Write a zone of ${subnet.region}.`,
          attribute: "availability_zone",
        };
      }
    },
  },
];

import type { Resource } from "../../graph/graph.ts";
import { type Link, linked } from "../../graph/links.ts";
import { isAbsent, items, type Value } from "../../graph/value.ts";
import type { SubnetSet } from "../../network/places.ts";
import { VPC_TYPES } from "../../network/routes.ts";
import type { Problem } from "../../rule.ts";

/**
 * What is wrong with security groups that are in another VPC than the subnets, as far as both VPCs are known.
 *
 * @param attribute where the groups are written
 */
export function strayGroups(
  at: Resource,
  attribute: string,
  groups: Value | undefined,
  { subnets }: SubnetSet,
): Problem[] {
  const vpcs = subnets.map((subnet) => knownVpc(subnet.get("vpc_id")));
  const [vpc] = vpcs;
  if (vpc === undefined || vpcs.some((other) => other?.name !== vpc.name)) return [];
  return items(groups).items.flatMap((item) => {
    const link = linked(item, "aws_security_group");
    const [group] = link.resources;
    if (!link.certain || group === undefined || link.resources.length > 1) return [];
    const own = group.get("vpc_id");
    // Where none is written, AWS takes the account's default VPC, which no configuration makes.
    const groupVpc = isAbsent(own) ? { name: "the default VPC", made: true } : knownVpc(own);
    if (groupVpc === undefined || groupVpc.made !== vpc.made || groupVpc.name === vpc.name) return [];
    return [
      {
        at,
        message: `has subnets of ${vpc.name}, and ${group.address}, which is in ${groupVpc.name}.`,
        fix: `Take a security group of ${vpc.name}.`,
        attribute,
      },
    ];
  });
}

/** A VPC by its address or id; `made`: the configuration makes it. One that is looked up may be any other. */
function knownVpc(value: Value | undefined): { readonly name: string; readonly made: boolean } | undefined {
  const link: Link = linked(value, ...VPC_TYPES);
  const [vpc] = link.resources;
  if (!link.certain) return undefined;
  if (vpc === undefined) return link.literal?.startsWith("vpc-") ? { name: link.literal, made: false } : undefined;
  return link.resources.length === 1 && vpc.type === "aws_vpc" ? { name: vpc.address, made: true } : undefined;
}

import type { Resource } from "../graph/graph.ts";
import { blocks, linked, text, type Value } from "../graph/value.ts";
import { type AddressRange, addressRange } from "./addresses.ts";

const LIST_TYPES = [
  "aws_vpc_endpoint",
  "data.aws_vpc_endpoint",
  "data.aws_prefix_list",
  "data.aws_ec2_managed_prefix_list",
  "aws_ec2_managed_prefix_list",
] as const;

/** The one prefix list that an id leads to, or the gateway endpoint whose list it is; undefined where there are several. */
export function prefixListAt(value: Value | undefined): Resource | undefined {
  const { resources } = linked(value, ...LIST_TYPES);
  return resources.length === 1 ? resources[0] : undefined;
}

/** The blocks of a list that the configuration makes; undefined where not all of them are known. */
export function blocksOfList(list: Resource | undefined): AddressRange[] | undefined {
  if (list?.type !== "aws_ec2_managed_prefix_list") return undefined;
  const entries = blocks(list.get("entry"));
  const ranges = entries.blocks.flatMap(({ cidr }) => addressRange(text(cidr) ?? "") ?? []);
  const isKnown = entries.complete && ranges.length > 0 && ranges.length === entries.blocks.length;
  return isKnown ? ranges : undefined;
}

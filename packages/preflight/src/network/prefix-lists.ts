import { byLink } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { blocks, text, type Value } from "../graph/value.ts";
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

const LIST = "aws_ec2_managed_prefix_list";
const entriesByList = byLink("aws_ec2_managed_prefix_list_entry", "prefix_list_id", LIST);
const hasEntryOfAny = (graph: Graph) =>
  graph
    .ofType("aws_ec2_managed_prefix_list_entry")
    .some((one) => one.many || linked(one.get("prefix_list_id"), LIST).resources.length !== 1);

/** Where a list has its blocks: one that is looked up has them in a plan only. */
const ENTRIES: Readonly<Record<string, string>> = { [LIST]: "entry", [`data.${LIST}`]: "entries" };

/**
 * The blocks of a list, written in it or as resources of their own, or as a plan has looked them up; undefined where not
 * all of them are known.
 */
export function blocksOfList(graph: Graph, list: Resource | undefined): AddressRange[] | undefined {
  const entries = ENTRIES[list?.type ?? ""];
  if (list === undefined || entries === undefined || graph.once(hasEntryOfAny) || graph.isHandedOn(list))
    return undefined;
  const inline = blocks(list.get(entries));
  const separate = graph.once(entriesByList).get(list) ?? [];
  const cidrs = [...inline.blocks.map(({ cidr }) => cidr), ...separate.map((one) => one.get("cidr"))];
  const ranges = cidrs.flatMap((cidr) => addressRange(text(cidr) ?? "") ?? []);
  return inline.complete && ranges.length > 0 && ranges.length === cidrs.length ? ranges : undefined;
}

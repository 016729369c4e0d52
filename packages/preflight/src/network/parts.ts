import type { Graph } from "../graph/graph.ts";
import { text } from "../graph/value.ts";
import {
  type Addresses,
  type AddressRange,
  addressRange,
  IPV6,
  isPublic,
  NEGLIGIBLE,
  rangesOf,
  sizeOf,
  splitBy,
} from "./addresses.ts";
import { aclBlocks } from "./network-acls.ts";
import type { Path } from "./path.ts";
import { blocksOfList, prefixListAt } from "./prefix-lists.ts";
import { routeTables } from "./routes.ts";
import { securityGroups } from "./security-groups.ts";

/**
 * The path of all of some addresses. Where it is not known as a whole, because rules and routes treat parts of them
 * differently, each part is followed by itself: what all have in common is known, and of the internet what becomes of
 * nearly all.
 */
export function byParts(graph: Graph, all: Addresses, pathOf: (addresses: Addresses) => Path): Path {
  const whole = pathOf(all);
  const blocks = graph.once(blocksOfRules);
  if (whole.verdict !== "unknown" || all === undefined || all === IPV6 || blocks.length > MOST_BLOCKS) return whole;
  const ranges = splitBy(rangesOf(all), blocks);
  const parts = ranges.map((range) => ({ size: sizeOf([range]), path: pathOf(isPublic(all) ? [range] : range) }));
  const [first] = parts;
  if (first && parts.every(({ path }) => path.verdict === "blocked")) return first.path;
  const open = parts.filter(({ path }) => path.verdict === "open");
  const share = open.reduce((sum, { size }) => sum + size, 0) / sizeOf(ranges);
  return open[0] && (share === 1 || (isPublic(all) && share > 1 - NEGLIGIBLE)) ? open[0].path : whole;
}

/** Where rules and routes name more blocks than these, parts are not followed. */
const MOST_BLOCKS = 100;

/** Blocks that rules and routes name, each once. */
function blocksOfRules(graph: Graph): readonly AddressRange[] {
  const routes = [...routeTables(graph).byResource.values()].flatMap((table) => table.routes);
  const rules = [...securityGroups(graph).values()].flatMap((group) => group.rules);
  const all = [
    ...aclBlocks(graph),
    ...routes.flatMap(({ destination }) => (typeof destination === "object" ? [destination] : [])),
    ...rules.flatMap(({ cidrs }) => cidrs.flatMap((cidr) => addressRange(text(cidr) ?? "") ?? [])),
    ...rules.flatMap(({ prefixLists }) => prefixLists.flatMap((list) => blocksOfList(graph, prefixListAt(list)) ?? [])),
  ];
  return [...new Map(all.map((block) => [`${block.first} ${block.last}`, block])).values()];
}

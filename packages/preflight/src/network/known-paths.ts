import type { Graph } from "../graph/graph.ts";
import { remembered } from "../graph/remembered.ts";
import type { Path } from "./path.ts";
import type { Place } from "./places.ts";

/** The path from a place, found once for all that stand in the same subnets with the same groups. */
export function once(graph: Graph, from: Place, to: string, find: () => Path): Path {
  const paths = graph.once(knownPaths);
  const key = `${standing(from)} ${to}`;
  const known = paths.get(key) ?? find();
  paths.set(key, known);
  return known;
}

/** What of a place decides where its paths lead. */
const standing = remembered(({ subnets, groups, publicAddress, clientPorts, ipv6 }: Place): string => {
  const names = [...subnets.subnets, "|", ...(groups?.groups ?? [])].map((one) =>
    typeof one === "string" ? one : one.address,
  );
  return [...names, subnets.certain, groups?.certain, publicAddress, clientPorts?.from, ipv6].join(" ");
});

const knownPaths = () => new Map<string, Path>();

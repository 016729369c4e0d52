import type { Graph } from "../graph/graph.ts";
import { remembered, rememberedIn } from "../graph/remembered.ts";
import type { Path } from "./path.ts";
import type { Place } from "./places.ts";

/** The path from a place, found once for all that stand in the same subnets with the same groups. */
export function once(graph: Graph, from: Place, to: string, find: () => Path): Path {
  const paths = pathsFrom(graph, from);
  const known = paths.get(to) ?? find();
  paths.set(to, known);
  return known;
}

/** Paths that are known from where a place stands, by where they lead. */
const pathsFrom = rememberedIn((graph, from: Place): Map<string, Path> => {
  const all = graph.once(knownPaths);
  const paths = all.get(standing(from)) ?? new Map<string, Path>();
  all.set(standing(from), paths);
  return paths;
});

/** What of a place decides where its paths lead. */
export const standing = remembered(({ resource, subnets, groups, publicAddress, clientPorts, ipv6 }: Place): string => {
  const names = [...subnets.subnets, "|", ...(groups?.groups ?? [])].map((one) =>
    typeof one === "string" ? one : one.address,
  );
  // Hops that can't be known name what stands there itself.
  const itself = subnets.subnets.length === 0 || !groups?.groups.length ? resource.address : "";
  return [...names, itself, subnets.certain, groups?.certain, publicAddress, clientPorts?.from, ipv6].join(" ");
});

const knownPaths = () => new Map<string, Map<string, Path>>();

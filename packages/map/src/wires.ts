import type { Graph, Resource } from "@operation-app/preflight/graph";
import {
  HTTPS,
  INTERNET,
  type NetworkEnd,
  networkEnds,
  networkUses,
  type Path,
  pathOver,
  type Use,
} from "@operation-app/preflight/network";
import { KINDS, kindOfService } from "./kinds.ts";
import type { Thing, Wire } from "./stack-map.ts";
import { idOfAws, type Outline } from "./things.ts";

/** What is drawn as one line: who, to whom, and how it goes. */
interface Stretch {
  readonly from: string;
  readonly to: string;
  readonly port?: number | undefined;
  readonly kind: Wire["kind"];
  readonly verdict: Wire["verdict"];
}

/** Kinds that run programs, which go out to the internet of their own accord. */
const RUNS = new Set<Thing["kind"]>(["service", "server", "function", "cluster"]);

/** The connections that are drawn: what a configuration means to have, by way of the gateways and doors that it takes. */
export function wiresOf(graph: Graph, outlines: readonly Outline[]): Wire[] {
  const ends = new Map(networkEnds(graph).map((end) => [end.resource, end]));
  const drawn = new Map(outlines.flatMap((one) => one.members.map((member) => [member, one.id] as const)));
  const stretches = [
    ...networkUses(graph).flatMap((use) => stretchesOf(graph, use, ends, drawn)),
    ...outlines.flatMap((outline) => stretchesOutside(graph, outline, ends)),
    ...outlines.flatMap((outline) => referred(outline, drawn)),
  ];
  return joined(stretches.filter(({ from, to }) => from !== to));
}

function stretchesOf(
  graph: Graph,
  { from, to, port, kind }: Use,
  ends: ReadonlyMap<Resource, NetworkEnd>,
  drawn: ReadonlyMap<Resource, string>,
): Stretch[] {
  const start = from === INTERNET ? INTERNET : drawn.get(from);
  const place = from === INTERNET ? INTERNET : ends.get(from)?.place;
  if (start === undefined) return [];
  if (to === INTERNET || "service" in to) {
    if (place === undefined || place === INTERNET) return [];
    const isOut = to === INTERNET;
    const path = pathOver(graph, place, isOut ? { internet: HTTPS } : to);
    return outward(start, kind, path, isOut ? INTERNET : idOfAws(kindOfService(to.service)));
  }
  const id = drawn.get(to);
  if (id === undefined) return [];
  return [{ from: start, to: id, port, kind, verdict: verdictOf(graph, place, ends.get(to), port) }];
}

function verdictOf(
  graph: Graph,
  from: NetworkEnd["place"] | typeof INTERNET | undefined,
  to: NetworkEnd | undefined,
  port: number | undefined,
): Wire["verdict"] {
  if (from === undefined || to === undefined || port === undefined) return undefined;
  return pathOver(graph, from, { place: to.place, port }).verdict;
}

/** Out of the network: through an endpoint, a NAT gateway, or with an address of its own. */
function outward(from: string, kind: Stretch["kind"], path: Path, to: string): Stretch[] {
  const { verdict, hops, endpoint } = path;
  if (verdict === "blocked") return [{ from, to, kind, verdict }];
  if (endpoint)
    return [
      { from, to: endpoint.address, kind, verdict },
      { from: endpoint.address, to, kind, verdict },
    ];
  const onward = to === INTERNET ? [] : [{ from: INTERNET, to, kind, verdict }];
  const nat = natOf(hops);
  if (nat !== undefined)
    return [{ from, to: nat, kind: "out", verdict }, { from: nat, to: INTERNET, kind: "out", verdict }, ...onward];
  return verdict === "unknown" && to !== INTERNET
    ? [{ from, to, kind, verdict }]
    : [{ from, to: INTERNET, kind: "out", verdict }, ...onward];
}

/** A route that leads to a NAT gateway or instance names it. */
function natOf(hops: Path["hops"]): string | undefined {
  return hops.flatMap(({ kind, what }) =>
    kind === "route" ? (/ to (\S*aws_(?:nat_gateway|network_interface|instance)\.\S+)$/.exec(what)?.[1] ?? []) : [],
  )[0];
}

/** What is open to the internet, or goes out to it, though nothing says that it is meant to. */
function stretchesOutside(
  graph: Graph,
  { kind, members: [resource] }: Outline,
  ends: ReadonlyMap<Resource, NetworkEnd>,
): Stretch[] {
  const end = resource && ends.get(resource);
  if (resource === undefined || end === undefined || KINDS[kind].site !== "network") return [];
  const { place, ports } = end;
  const into = ports.flatMap((port): Stretch[] => {
    const { verdict } = pathOver(graph, INTERNET, { place, port });
    return verdict === "open" ? [{ from: INTERNET, to: resource.address, port, kind: "requests", verdict }] : [];
  });
  const isOut = RUNS.has(kind) && pathOver(graph, place, { internet: HTTPS }).verdict === "open";
  const out = isOut ? ofEachSubnet(place).map((one) => pathOver(graph, one, { internet: HTTPS })) : [];
  return [...into, ...out.flatMap((path) => outward(resource.address, "out", path, INTERNET))];
}

/** Each zone may have a way out of its own. */
function ofEachSubnet(place: NetworkEnd["place"]): NetworkEnd["place"][] {
  const { subnets, certain } = place.subnets;
  return subnets.length > 1
    ? subnets.map((subnet) => ({ ...place, subnets: { subnets: [subnet], certain } }))
    : [place];
}

/** Content networks and API gateways name what they ask; no packet rule stands between that is known here. */
function referred({ id, kind, members }: Outline, drawn: ReadonlyMap<Resource, string>): Stretch[] {
  if (kind !== "cdn" && kind !== "api") return [];
  const named = members.flatMap(({ dependencies }) => [...dependencies].flatMap((one) => drawn.get(one) ?? []));
  const targets = named.filter((target) => target !== idOfAws("filter") && target !== idOfAws("logs"));
  return [
    { from: INTERNET, to: id, kind: "requests", verdict: undefined },
    ...targets.map((to): Stretch => ({ from: id, to, kind: "requests", verdict: undefined })),
  ];
}

const WORST_LAST: readonly Wire["verdict"][] = [undefined, "open", "unknown", "blocked"];

/** One line for each pair, with all its ports. */
function joined(stretches: readonly Stretch[]): Wire[] {
  const found = new Map<string, Wire>();
  for (const { from, to, port, kind, verdict } of stretches) {
    const key = `${from}\n${to}`;
    const same = found.get(key);
    const ports = [...new Set([...(same?.ports ?? []), ...(port === undefined ? [] : [port])])].sort((a, b) => a - b);
    const worse = same && WORST_LAST.indexOf(same.verdict) > WORST_LAST.indexOf(verdict) ? same.verdict : verdict;
    found.set(key, { from, to, ports, kind: same?.kind ?? kind, verdict: worse });
  }
  return [...found.values()];
}

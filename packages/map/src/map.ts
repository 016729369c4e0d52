import type { Cost, Range } from "@operation-app/cost";
import type { PathComparison } from "@operation-app/plan-review";
import type { Finding } from "@operation-app/preflight";
import type { Graph, PlannedChange, Resource } from "@operation-app/preflight/graph";
import { INTERNET } from "@operation-app/preflight/network";
import { KINDS, type Kind, kindOfType } from "./kinds.ts";
import { layersOf } from "./layers.ts";
import { OF_NETWORK, ownersOf } from "./owners.ts";
import { pathTable } from "./path-table.ts";
import type { ChangeKind, StackMap, Thing } from "./stack-map.ts";
import { changeOf, labelOf, networksOf, type Outline, outlinesOf, partOf } from "./things.ts";
import { wiresOf } from "./wires.ts";

export interface MapOptions {
  /** What a plan opens and closes. @default nothing */
  readonly pathChanges?: PathComparison;
  readonly name: string;
  /** @default none */
  readonly findings?: readonly Finding[];
  /** @default nothing is priced */
  readonly cost?: Cost | undefined;
  /** File and line that made a resource, by address. @default not known */
  readonly sources?: ReadonlyMap<string, string>;
}

/** What a configuration or plan makes, ready to be drawn. */
export function mapOf(
  graph: Graph,
  { name, findings = [], cost, sources = new Map(), pathChanges = { changes: [], isWhole: true } }: MapOptions,
): StackMap {
  const areas = networksOf(graph);
  const outlines = outlinesOf(graph, areas);
  const wires = wiresOf(graph, outlines);
  const layers = layersOf(outlines, wires);
  const resourcesByThing = partsOf(graph, outlines);
  const facts = new ResourceFacts(findings, cost, sources);
  const things = outlines.map((outline) =>
    thingOf(outline, resourcesByThing.of(outline), layers.get(outline.id) ?? 0, facts),
  );
  const gone = graph.removals.flatMap((change) => {
    const kind = kindOfType(change.type);
    return kind === undefined ? [] : [removedThing(change, kind)];
  });
  const used = new Set(things.flatMap(({ place }) => place?.network ?? []));
  const networks = areas.filter(({ id }) => (id === "" ? used.has(id) : true));
  return {
    name,
    isPlan: graph.kind === "plan",
    networks: networks.map((area) => ({
      ...area,
      ...facts.about(area.id === "" ? [] : resourcesByThing.ofNetwork(area.id)),
    })),
    things: [...outsideThings(), ...things, ...gone],
    wires: [{ from: "people", to: INTERNET, ports: [], kind: "requests", verdict: undefined }, ...wires],
    paths: pathTable(graph),
    others: [
      ...resourcesByThing.others.map((resource) => partOf(resource, sources)),
      ...graph.removals
        .filter(({ type }) => kindOfType(type) === undefined && !type.startsWith("data."))
        .map((change) => ({ address: change.address, change: changeOf(change) })),
    ],
    pathChanges,
    total: cost?.total,
  };
}

/** Findings, cost and source of resources. */
class ResourceFacts {
  private readonly findings = new Map<string, Finding[]>();
  private readonly costs: ReadonlyMap<string, Range>;
  private readonly sources: ReadonlyMap<string, string>;

  constructor(findings: readonly Finding[], cost: Cost | undefined, sources: ReadonlyMap<string, string>) {
    for (const finding of findings)
      this.findings.set(finding.address, [...(this.findings.get(finding.address) ?? []), finding]);
    this.costs = new Map(cost?.resources.map(({ address, fixed, use }) => [address, added(fixed, use)]));
    this.sources = sources;
  }

  about(resources: readonly Resource[]) {
    const costs = resources.flatMap(({ address }) => this.costs.get(address) ?? []);
    return {
      parts: resources.map((resource) => partOf(resource, this.sources)),
      findings: resources.flatMap(({ address }) => this.findings.get(address) ?? []),
      cost: costs.length === 0 ? undefined : costs.reduce(added),
    };
  }
}

function added(a: Range, b: Range): Range {
  return { low: a.low + b.low, high: a.high + b.high };
}

function thingOf(outline: Outline, resources: readonly Resource[], layer: number, facts: ResourceFacts): Thing {
  const { members, ...drawn } = outline;
  const about = facts.about(resources);
  const own = members.map(({ change }) => changeOf(change));
  const parts = about.parts.map(({ change }) => change);
  return {
    ...drawn,
    ...about,
    count: members.length,
    place: drawn.place && { ...drawn.place, layer },
    change: changeOfAll(own, parts),
    losesData: KINDS[drawn.kind].keepsData === true && own.some((one) => one === "replace" || one === "delete"),
  };
}

/** Its own change; of several, or of its parts alone, that it is changed. */
function changeOfAll(
  own: readonly (ChangeKind | undefined)[],
  parts: readonly (ChangeKind | undefined)[],
): ChangeKind | undefined {
  const [first] = own;
  if (first !== undefined && own.every((one) => one === first)) return first;
  if (own.includes("replace")) return "replace";
  return parts.some((one) => one !== undefined) ? "update" : undefined;
}

const BARE = {
  count: 0,
  chips: [],
  place: undefined,
  settings: [],
  parts: [],
  groups: [],
  findings: [],
  cost: undefined,
} as const;

function outsideThings(): Thing[] {
  const bare = { ...BARE, title: "", change: undefined, losesData: false };
  return [
    { ...bare, id: "people", kind: "people" },
    { ...bare, id: INTERNET, kind: "internet" },
  ];
}

function removedThing(planned: PlannedChange, kind: Kind): Thing {
  const { address, type } = planned;
  const change = changeOf(planned);
  const losesData = KINDS[kind].keepsData === true && change === "delete";
  return { ...BARE, id: address, kind, title: labelOf(address, type), parts: [{ address, change }], change, losesData };
}

/** VPCs that a part of a network names, itself or by what it names. */
function vpcsOf(part: Resource): ReadonlySet<string> {
  const near = [...part.dependencies];
  return new Set([...near, ...near.flatMap(({ dependencies }) => [...dependencies])].map(({ address }) => address));
}

/** The resources that each thing or network shows. */
function partsOf(graph: Graph, outlines: readonly Outline[]) {
  const owners = ownersOf(graph);
  const members = new Set(outlines.flatMap((one) => one.members));
  const byOwner = new Map<Resource, Resource[]>();
  for (const [part, all] of owners) for (const owner of all) byOwner.set(owner, [...(byOwner.get(owner) ?? []), part]);
  const networkParts = graph.resources.filter(({ type }) => OF_NETWORK.test(type));
  const isShown = (resource: Resource) =>
    members.has(resource) || owners.has(resource) || OF_NETWORK.test(resource.type);
  return {
    of: ({ members: own }: Outline) => [...own, ...new Set(own.flatMap((one) => byOwner.get(one) ?? []))],
    ofNetwork: (vpc: string) => networkParts.filter((one) => one.address === vpc || vpcsOf(one).has(vpc)),
    others: graph.resources.filter((resource) => !resource.isData && !isShown(resource)),
  };
}

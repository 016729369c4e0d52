import {
  type Graph,
  isBlock,
  linked,
  type PlannedChange,
  type Resource,
  text,
  type Value,
} from "@operation-app/preflight/graph";
import {
  calledServices,
  KEEPING_SERVICES,
  nameOf,
  networkEnds,
  type Place,
  SUBNET_TYPES,
  services,
  tablesOf,
  VPC_TYPES,
  vpcOf,
  zoneOf,
} from "@operation-app/preflight/network";
import { kindOf } from "./drawn.ts";
import { KINDS, type Kind, kindOfService } from "./kinds.ts";
import { settingsOf } from "./settings.ts";
import type { ChangeKind, NetworkArea, Part, Thing, ThingPlace } from "./stack-map.ts";

/** What is drawn of a thing before anything is told about it. */
export type Outline = Pick<Thing, "id" | "kind" | "title" | "chips" | "place" | "groups" | "settings"> & {
  readonly members: readonly Resource[];
};

/** The address of a VPC that is written out, or in no file. */
const ELSEWHERE = "";

/** What is drawn: each thing of a network by itself, services of AWS by their kind. */
export function outlinesOf(graph: Graph, networks: readonly NetworkArea[]): Outline[] {
  const drawn = graph.resources.flatMap((resource) => {
    const kind = kindOf(resource);
    return kind === undefined ? [] : [{ resource, kind }];
  });
  const single = drawn.filter(({ resource, kind }) => isSingle(graph, resource, kind));
  const together = drawn.filter(({ resource, kind }) => !isSingle(graph, resource, kind));
  const outlines = single.map(({ resource, kind }) => outlineOf(graph, resource, kind, networks));
  return [...outlines, ...outlinesTogether(graph, together)];
}

/** In a network, or a door of one. */
function isSingle(graph: Graph, resource: Resource, kind: Kind): boolean {
  const { site } = KINDS[kind];
  return site === "door" || (site === "network" && subnetsOf(graph, resource) !== undefined);
}

function outlineOf(graph: Graph, resource: Resource, kind: Kind, networks: readonly NetworkArea[]): Outline {
  const place = placeOf(graph, resource);
  return {
    id: resource.address,
    kind,
    title: titleOf(resource),
    chips: chipsOf(graph, resource),
    place: thingPlace(graph, resource, networks),
    groups: (place?.groups?.groups ?? []).map(({ address }) => address),
    settings: settingsOf(resource),
    members: [resource],
  };
}

/** One for all that AWS keeps of a kind, and one for each service that is called without anything of it here. */
function outlinesTogether(
  graph: Graph,
  drawn: readonly { readonly resource: Resource; readonly kind: Kind }[],
): Outline[] {
  const byKind = new Map<Kind, { members: Resource[]; services: Set<string> }>();
  const of = (kind: Kind) => {
    const known = byKind.get(kind) ?? { members: [], services: new Set() };
    byKind.set(kind, known);
    return known;
  };
  for (const { resource, kind } of drawn) {
    of(kind).members.push(resource);
    const service = KEEPING_SERVICES[resource.type];
    if (service !== undefined) of(kind).services.add(service);
  }
  for (const service of calledServices(graph)) of(kindOfService(service)).services.add(service);
  const order = Object.keys(KINDS);
  return [...byKind]
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([kind, { members, services: called }]) => ({
      id: idOfAws(kind),
      kind,
      title: "",
      chips: [...called].sort(),
      place: undefined,
      groups: [],
      settings: [],
      members,
    }));
}

/** The id of what is drawn for all that AWS keeps of a kind. */
export function idOfAws(kind: Kind): string {
  return `aws:${kind}`;
}

/** Its own name where one is written, else the name that Terraform has for it. */
function titleOf(resource: Resource): string {
  if (resource.type === "aws_vpc_endpoint") return serviceOfEndpoint(resource);
  const names = ["name", "identifier", "cluster_identifier", "replication_group_id", "cluster_id", "function_name"];
  const written = names.map((name) => text(resource.get(name))).find((name) => name !== undefined && name !== "");
  return written ?? taggedName(resource) ?? labelOf(resource.address, resource.type);
}

/** What has no name of its own is called by its tag in the console: of a module, Terraform has `this[0]` for all. */
function taggedName(resource: Resource): string | undefined {
  const tags = resource.get("tags");
  return (isBlock(tags) ? text(tags.Name) : undefined) || undefined;
}

/** `module.app.aws_nat_gateway.main[0]` → `main[0]`. */
export function labelOf(address: string, type: string): string {
  return address.slice(address.lastIndexOf(`${type}.`) + type.length + 1);
}

function chipsOf(graph: Graph, resource: Resource): string[] {
  const task = resource.type === "aws_ecs_service" ? graph.once(tasksByService).get(resource) : undefined;
  return (task?.containers ?? []).map(nameOf);
}

const tasksByService = (graph: Graph) => new Map(services(graph).map(({ resource, task }) => [resource, task]));

/** `com.amazonaws.ap-northeast-1.ecr.api` → `ecr.api`. */
function serviceOfEndpoint(resource: Resource): string {
  const name = text(resource.get("service_name"));
  return (
    name?.replace(/^(?:com|cn\.com)?\.?(?:amazonaws|aws)\.[a-z0-9-]+\./, "") ?? labelOf(resource.address, resource.type)
  );
}

const placesByResource = (graph: Graph) => new Map(networkEnds(graph).map(({ resource, place }) => [resource, place]));

function placeOf(graph: Graph, resource: Resource): Place | undefined {
  return graph.once(placesByResource).get(resource);
}

/** Subnets that a thing stands in, as far as a configuration tells; undefined for what stands in none. */
function subnetsOf(graph: Graph, resource: Resource): readonly Resource[] | undefined {
  const place = placeOf(graph, resource);
  if (place) return place.subnets.subnets;
  const named = NETWORK_ARGUMENTS.map((name) => resource.get(name)).filter(
    (value) => value !== undefined && value !== null,
  );
  const groups = named.flatMap((value) => linked(value, ...SUBNET_GROUPS).resources);
  const values: (Value | undefined)[] = [...named, ...groups.map((group) => group.get("subnet_ids"))];
  const found = [...new Set(values.flatMap((value) => linked(value, ...SUBNET_TYPES).resources))];
  return found.length > 0 || named.length > 0 ? found : undefined;
}

/** Arguments that name subnets, where preflight does not know the type. */
const NETWORK_ARGUMENTS = [
  ...["subnet_ids", "subnets", "subnet_id", "vpc_subnet_ids", "vpc_zone_identifier", "db_subnet_group_name"],
  ...["subnet_group_name", "cluster_subnet_group_name", "network_configuration", "vpc_id", "cluster_identifier"],
];
const SUBNET_GROUPS = ["db", "elasticache", "docdb", "neptune", "redshift", "memorydb"].map(
  (one) => `aws_${one}_subnet_group`,
);

function thingPlace(graph: Graph, resource: Resource, networks: readonly NetworkArea[]): ThingPlace {
  const subnets = subnetsOf(graph, resource) ?? [];
  const own = linked(resource.get("vpc_id"), ...VPC_TYPES).resources[0];
  const vpc = own ?? subnets.map((subnet) => vpcOf(subnet)).find((one) => one !== undefined);
  const network = networks.find(({ id }) => id === (vpc?.address ?? ELSEWHERE));
  const zones = new Set(
    subnets.map((subnet) => network?.zones.indexOf(zoneName(subnet)) ?? -1).filter((index) => index >= 0),
  );
  const open = subnets.map((subnet) => isPublic(graph, subnet));
  return {
    network: network?.id ?? ELSEWHERE,
    isPublic: open.length === 0 || open.includes(undefined) ? undefined : open.every((one) => one === true),
    zones: [...zones].sort((a, b) => a - b),
    layer: 0,
  };
}

/** Whether a subnet has a route to an internet gateway. */
function isPublic(graph: Graph, subnet: Resource): boolean | undefined {
  const { tables, certain } = tablesOf(graph, subnet);
  if (tables.length === 0) return undefined;
  const leads = tables.map(({ routes, ofDefaultVpc, complete }) => {
    if (ofDefaultVpc || routes.some(({ kind }) => kind === "gateway")) return true;
    return complete ? false : undefined;
  });
  return certain || leads.every((one) => one === leads[0]) ? leads[0] : undefined;
}

/** VPCs of a configuration, and one more for what stands in subnets that can't be known. */
export function networksOf(graph: Graph): NetworkArea[] {
  const vpcs = graph.ofType(...VPC_TYPES);
  const subnets = graph.ofType(...SUBNET_TYPES);
  const areas = vpcs.map((vpc) => ({
    id: vpc.address,
    title: [taggedName(vpc) ?? labelOf(vpc.address, vpc.type), text(vpc.get("cidr_block"))]
      .filter((part) => part !== undefined)
      .join(" · "),
    zones: zonesIn(subnets.filter((subnet) => vpcOf(subnet) === vpc)),
    parts: [],
    findings: [],
  }));
  areas.sort((a, b) => (a.id < b.id ? -1 : 1));
  const others = zonesIn(subnets.filter((subnet) => vpcOf(subnet) === undefined));
  return [...areas, { id: ELSEWHERE, title: "", zones: others, parts: [], findings: [] }];
}

function zonesIn(subnets: readonly Resource[]): string[] {
  return [...new Set(subnets.map(zoneName))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

function zoneName(subnet: Resource): string {
  return zoneOf(subnet) ?? "?";
}

export function changeOf(change: PlannedChange | undefined): ChangeKind | undefined {
  const actions = change?.actions.join() ?? "";
  if (actions.includes("create") && /delete|forget/.test(actions)) return "replace";
  return (["create", "update", "delete", "forget"] as const).find((kind) => kind === actions);
}

export function partOf(resource: Resource, sources: ReadonlyMap<string, string>): Part {
  return { address: resource.address, source: sources.get(resource.address), change: changeOf(resource.change) };
}

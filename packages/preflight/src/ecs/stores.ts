import { byLink } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { rememberedIn } from "../graph/remembered.ts";
import { flag, isAbsent, number, text } from "../graph/value.ts";
import { asksForIpv6, groupSetOf, type Place, type SubnetSet, subnetSetOf } from "../network/places.ts";

/** Ports that engines listen on where none is written. Source: the provider's documents of each resource. */
const DEFAULT_PORTS: readonly [RegExp, number][] = [
  [/mysql|mariadb|aurora-mysql|^aurora$/, 3306],
  [/postgres/, 5432],
  [/oracle/, 1521],
  [/sqlserver/, 1433],
  [/memcached/, 11211],
  [/redis|valkey/, 6379],
];

/** Where a database or cache stands, and the port that it listens on; undefined where that can't be known. */
export const storePlace = rememberedIn((graph, store: Resource): { place: Place; port: number | undefined } => {
  const isDatabase = store.type === "aws_db_instance" || store.type === "aws_rds_cluster";
  const groups = isDatabase ? store.get("vpc_security_group_ids") : store.get("security_group_ids");
  const subnets = storeSubnets(store);
  const place = {
    label: store.address,
    resource: store,
    subnets,
    groups: groupSetOf(graph, groups, subnets.subnets[0]?.get("vpc_id")),
    publicAddress: isDatabase ? isPubliclyAccessible(graph, store) : false,
    ipv6: asksForIpv6(store.get("network_type")),
  };
  return { place, port: portOf(store) };
});

/** Of a cluster, where all of its instances are: its names lead to any of them. */
function isPubliclyAccessible(graph: Graph, database: Resource): boolean | undefined {
  const instances = graph.once(instancesByCluster).get(database) ?? [database];
  const [first, ...others] = instances.map((one) => flag(one.get("publicly_accessible"), false));
  return others.every((one) => one === first) ? first : undefined;
}

/** One of a cluster's instances, which has a name of its own. */
export function instancePlace(graph: Graph, instance: Resource): ReturnType<typeof storePlace> | undefined {
  const [cluster] = linked(instance.get("cluster_identifier"), "aws_rds_cluster").resources;
  if (cluster === undefined) return undefined;
  const { place, port } = storePlace(graph, cluster);
  const publicAddress = flag(instance.get("publicly_accessible"), false);
  return { place: { ...place, label: instance.address, resource: instance, publicAddress }, port };
}

const instancesByCluster = byLink("aws_rds_cluster_instance", "cluster_identifier", "aws_rds_cluster");

/** Subnets of a store, through the subnet group that it names. */
export function storeSubnets(store: Resource): SubnetSet {
  if (!isAbsent(store.get("subnet_ids"))) return subnetSetOf(store.get("subnet_ids"));
  const group = subnetGroupOf(store);
  return group ? subnetSetOf(group.get("subnet_ids")) : { subnets: [], certain: false };
}

/** The subnet group that a store names, where it is made in the configuration. */
function subnetGroupOf(store: Resource): Resource | undefined {
  const link = linked(
    store.get("db_subnet_group_name") ?? store.get("subnet_group_name"),
    "aws_db_subnet_group",
    "aws_elasticache_subnet_group",
  );
  return link.certain ? link.resources[0] : undefined;
}

function portOf(store: Resource): number | undefined {
  if (!isAbsent(store.get("port"))) return number(store.get("port"));
  const engine = text(store.get("engine")) ?? (store.type.startsWith("aws_elasticache") ? "redis" : "");
  return DEFAULT_PORTS.find(([engines]) => engines.test(engine))?.[1];
}

/** Zones of subnets, as far as they are known; `complete` where they are all. */
export function zonesOf(subnets: SubnetSet, zone: (subnet: Resource) => string | undefined) {
  const zones = subnets.subnets.map(zone);
  return {
    zones: new Set(zones.filter((one) => one !== undefined)),
    complete: subnets.certain && zones.every((one) => one !== undefined),
    count: subnets.subnets.length,
  };
}

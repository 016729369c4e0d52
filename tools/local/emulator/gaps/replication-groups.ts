import type { Call } from "../call.ts";
import { cacheArn, cacheReply, keepTags, listOf, service } from "./elasticache.ts";
import type { Gap } from "./gap.ts";
import { queryError, type Xml } from "./replies.ts";

/** A replication group is the settings it was made with, as later calls have changed them. */
type Settings = URLSearchParams;

const why =
  "moto shows no members of a replication group, ignores the number of nodes, can't change the group, " +
  "and leaves it in the state `deleting` for ever";

/**
 * ElastiCache: replication groups and their member clusters, kept from creation to deletion.
 *
 * @param groups in which they are kept, by id
 */
export function replicationGroups(groups = new Map<string, Settings>()): Gap[] {
  const idIn = (call: Call) => call.parameters.get("ReplicationGroupId") ?? "";

  return [
    {
      service,
      action: "CreateReplicationGroup",
      why,
      standIn: "keeps the settings; hands the tags to moto",
      async answer(call, moto) {
        const id = idIn(call);
        if (groups.has(id)) return alreadyThere(id);
        groups.set(id, call.parameters);
        await keepTags(call, moto, cacheArn(call, "replicationgroup", id));
        return cacheReply(call, { ReplicationGroup: showGroup(call, call.parameters) });
      },
    },
    {
      service,
      action: "DescribeReplicationGroups",
      why,
      standIn: "the groups that were kept, always available",
      async answer(call) {
        const id = idIn(call);
        const found = [...groups].filter(([name]) => !id || name === id).map(([, settings]) => settings);
        if (id && found.length === 0) return notThere(id);
        return cacheReply(call, {
          ReplicationGroups: { ReplicationGroup: found.map((settings) => showGroup(call, settings)) },
        });
      },
    },
    {
      service,
      action: "ModifyReplicationGroup",
      why,
      standIn: "keeps the new settings, at once",
      async answer(call) {
        const settings = groups.get(idIn(call));
        if (!settings) return notThere(idIn(call));
        change(settings, call.parameters);
        return cacheReply(call, { ReplicationGroup: showGroup(call, settings) });
      },
    },
    {
      service,
      action: "DeleteReplicationGroup",
      why,
      standIn: "forgets the group, at once",
      async answer(call) {
        const settings = groups.get(idIn(call));
        if (!settings) return notThere(idIn(call));
        groups.delete(idIn(call));
        return cacheReply(call, { ReplicationGroup: showGroup(call, settings) });
      },
    },
    {
      service,
      action: "DescribeCacheClusters",
      why,
      standIn: "the member clusters of the groups that were kept; for any other cluster, moto's own answer",
      async answer(call, moto) {
        const id = call.parameters.get("CacheClusterId");
        const owner = [...groups.values()].find((settings) => id && membersOf(settings).includes(id));
        if (!id || !owner) return moto.forward(call);
        return cacheReply(call, { CacheClusters: { CacheCluster: showMember(call, owner, id) } });
      },
    },
  ];
}

/** Names of a group's endpoints: the primary's, and the readers'. */
export function endpointsOf(id: string): [string, string] {
  return [`master.${id}.local.cache.amazonaws.com`, `replica.${id}.local.cache.amazonaws.com`];
}

/** A list that is given replaces the whole list before it. */
function change(settings: Settings, changes: URLSearchParams): void {
  const listsGiven = new Set([...changes.keys()].filter((key) => key.includes(".")).map(listName));
  for (const key of [...settings.keys()]) if (listsGiven.has(listName(key))) settings.delete(key);
  for (const [key, value] of changes) settings.set(key, value);
}

const listName = (key: string) => key.split(".")[0];

function membersOf(settings: Settings): string[] {
  const nodes = Number(settings.get("NumCacheClusters") ?? Number(settings.get("ReplicasPerNodeGroup") ?? 0) + 1);
  return Array.from(
    { length: nodes },
    (_, i) => `${settings.get("ReplicationGroupId")}-${String(i + 1).padStart(3, "0")}`,
  );
}

function showGroup(call: Call, settings: Settings): Xml {
  const id = settings.get("ReplicationGroupId") ?? "";
  const members = membersOf(settings);
  const [primary, reader] = endpointsOf(id);
  const endpoint = (Address: string) => ({ Address, Port: portOf(settings) });
  return {
    ARN: cacheArn(call, "replicationgroup", id),
    ReplicationGroupId: id,
    Description: settings.get("ReplicationGroupDescription") ?? "",
    Status: "available",
    MemberClusters: { ClusterId: members },
    NodeGroups: {
      NodeGroup: {
        NodeGroupId: "0001",
        Status: "available",
        PrimaryEndpoint: endpoint(primary),
        ReaderEndpoint: endpoint(reader),
        NodeGroupMembers: {
          NodeGroupMember: members.map((member, i) => ({
            CacheClusterId: member,
            CacheNodeId: "0001",
            CurrentRole: i === 0 ? "primary" : "replica",
          })),
        },
      },
    },
    AutomaticFailover: enabled(settings.get("AutomaticFailoverEnabled")),
    MultiAZ: enabled(settings.get("MultiAZEnabled")),
    ClusterEnabled: false,
    ClusterMode: "disabled",
    CacheNodeType: settings.get("CacheNodeType") ?? "",
    SnapshotRetentionLimit: settings.get("SnapshotRetentionLimit") ?? 0,
    SnapshotWindow: settings.get("SnapshotWindow") ?? "05:00-06:00",
    KmsKeyId: settings.get("KmsKeyId") ?? undefined,
    ...encryptionAndUpgrades(settings),
  };
}

function showMember(call: Call, settings: Settings, id: string): Xml {
  return {
    ARN: cacheArn(call, "cluster", id),
    CacheClusterId: id,
    ReplicationGroupId: settings.get("ReplicationGroupId") ?? "",
    CacheClusterStatus: "available",
    CacheNodeType: settings.get("CacheNodeType") ?? "",
    NumCacheNodes: 1,
    CacheNodes: {
      CacheNode: {
        CacheNodeId: "0001",
        CacheNodeStatus: "available",
        Endpoint: { Address: `${id}.local.cache.amazonaws.com`, Port: portOf(settings) },
      },
    },
    CacheSubnetGroupName: settings.get("CacheSubnetGroupName") ?? "default",
    CacheParameterGroup: {
      CacheParameterGroupName: settings.get("CacheParameterGroupName") ?? "default",
      ParameterApplyStatus: "in-sync",
    },
    SecurityGroups: {
      member: listOf(settings, "SecurityGroupIds.SecurityGroupId").map((group) => ({
        SecurityGroupId: group,
        Status: "active",
      })),
    },
    EngineVersion: fullVersion(settings.get("EngineVersion") ?? ""),
    PreferredMaintenanceWindow: settings.get("PreferredMaintenanceWindow") ?? "sun:18:00-sun:19:00",
    SnapshotRetentionLimit: settings.get("SnapshotRetentionLimit") ?? 0,
    SnapshotWindow: settings.get("SnapshotWindow") ?? "05:00-06:00",
    ...encryptionAndUpgrades(settings),
  };
}

function encryptionAndUpgrades(settings: Settings) {
  const transit = settings.get("TransitEncryptionEnabled") === "true";
  return {
    Engine: settings.get("Engine") ?? "redis",
    AtRestEncryptionEnabled: settings.get("AtRestEncryptionEnabled") === "true",
    TransitEncryptionEnabled: transit,
    TransitEncryptionMode: transit ? (settings.get("TransitEncryptionMode") ?? "required") : undefined,
    AuthTokenEnabled: settings.has("AuthToken"),
    AutoMinorVersionUpgrade: settings.get("AutoMinorVersionUpgrade") ?? "true",
    NetworkType: settings.get("NetworkType") ?? "ipv4",
    IpDiscovery: settings.get("IpDiscovery") ?? "ipv4",
  };
}

const enabled = (flag: string | null) => (flag === "true" ? "enabled" : "disabled");

const portOf = (settings: Settings) => settings.get("Port") ?? 6379;

/** AWS shows the patch level that it chose: asked for 7.1, it shows 7.1.0. */
const fullVersion = (asked: string) => (/^\d+\.\d+$/.test(asked) ? `${asked}.0` : asked);

const alreadyThere = (id: string) =>
  queryError(400, "ReplicationGroupAlreadyExists", `Replication group ${id} already exists.`);

const notThere = (id: string) => queryError(404, "ReplicationGroupNotFoundFault", `Replication group ${id} not found.`);

import type { Call } from "../call.ts";
import { cacheArn, cacheReply, keepTags, listOf, service } from "./elasticache.ts";
import type { Gap } from "./gap.ts";
import { queryError } from "./replies.ts";

export interface SubnetGroup {
  readonly name: string;
  readonly description: string;
  readonly subnetIds: readonly string[];
}

const why = "moto makes subnet groups and shows them, but can neither change nor delete one";

/**
 * ElastiCache: subnet groups, kept from creation to deletion because moto can't delete them.
 *
 * @param groups in which they are kept, by name
 */
export function cacheSubnetGroups(groups = new Map<string, SubnetGroup>()): Gap[] {
  return [
    {
      service,
      action: "CreateCacheSubnetGroup",
      why,
      standIn: "keeps name, description and subnets; hands the tags to moto",
      async answer(call, moto) {
        const group = groupIn(call);
        if (groups.has(group.name)) return alreadyThere(group.name);
        groups.set(group.name, group);
        await keepTags(call, moto, cacheArn(call, "subnetgroup", group.name));
        return cacheReply(call, { CacheSubnetGroup: show(call, group) });
      },
    },
    {
      service,
      action: "DescribeCacheSubnetGroups",
      why,
      standIn: "the groups that were kept",
      async answer(call) {
        const name = call.parameters.get("CacheSubnetGroupName");
        const found = [...groups.values()].filter((group) => !name || group.name === name);
        if (name && found.length === 0) return notThere(name);
        return cacheReply(call, {
          CacheSubnetGroups: { CacheSubnetGroup: found.map((group) => show(call, group)) },
        });
      },
    },
    {
      service,
      action: "ModifyCacheSubnetGroup",
      why,
      standIn: "keeps the new description and subnets",
      async answer(call) {
        const name = call.parameters.get("CacheSubnetGroupName") ?? "";
        const before = groups.get(name);
        if (!before) return notThere(name);
        const after = groupIn(call, before);
        groups.set(name, after);
        return cacheReply(call, { CacheSubnetGroup: show(call, after) });
      },
    },
    {
      service,
      action: "DeleteCacheSubnetGroup",
      why,
      standIn: "forgets the group",
      async answer(call) {
        const name = call.parameters.get("CacheSubnetGroupName") ?? "";
        return groups.delete(name) ? cacheReply(call, undefined) : notThere(name);
      },
    },
  ];
}

function groupIn({ parameters }: Call, before?: SubnetGroup): SubnetGroup {
  const subnetIds = listOf(parameters, "SubnetIds.SubnetIdentifier");
  return {
    name: parameters.get("CacheSubnetGroupName") ?? "",
    description: parameters.get("CacheSubnetGroupDescription") ?? before?.description ?? "",
    subnetIds: subnetIds.length > 0 ? subnetIds : (before?.subnetIds ?? []),
  };
}

function show(call: Call, group: SubnetGroup) {
  return {
    ARN: cacheArn(call, "subnetgroup", group.name),
    CacheSubnetGroupName: group.name,
    CacheSubnetGroupDescription: group.description,
    Subnets: { Subnet: group.subnetIds.map((id) => ({ SubnetIdentifier: id })) },
  };
}

const alreadyThere = (name: string) =>
  queryError(400, "CacheSubnetGroupAlreadyExists", `Cache subnet group ${name} already exists.`);

const notThere = (name: string) =>
  queryError(404, "CacheSubnetGroupNotFoundFault", `Cache subnet group ${name} not found.`);

import type { Graph, Resource } from "../../graph/graph.ts";
import { isAbsent, isEmpty, linked, number, text, type Value } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";

const VERSIONS = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html";

/** A cache that Terraform makes, its engine and its version, as far as they are known. */
interface Engine {
  readonly cache: Resource;
  readonly engine: string;
  readonly version: string | undefined;
}

/** Members of a global datastore aside, which take the engine of that. */
function engines(graph: Graph): Engine[] {
  return graph.ofType("aws_elasticache_replication_group", "aws_elasticache_cluster").flatMap((cache) => {
    const isMember =
      !isEmpty(cache.get("global_replication_group_id")) ||
      (!isEmpty(cache.get("replication_group_id")) && cache.type === "aws_elasticache_cluster");
    const written = cache.get("engine");
    const engine =
      isAbsent(written) && cache.type === "aws_elasticache_replication_group" ? "redis" : text(written)?.toLowerCase();
    return isMember || engine === undefined || !cache.isMade
      ? []
      : [{ cache, engine, version: text(cache.get("engine_version")) }];
  });
}

export const CACHE_ENGINE_RULES: readonly Rule[] = [
  {
    id: "CACHE-006",
    severity: "error",
    title: "The parameter group is for the engine and its version",
    when: "apply",
    prevents:
      "InvalidParameterCombination: Expected a parameter group of family valkey8 but found one of family redis7",
    cause: "A parameter group belongs to one family: an engine and its major version.",
    reference: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.html",
    *check(graph) {
      for (const { cache, engine, version } of engines(graph)) {
        const wanted = familyOf(engine, version);
        const family = familyIn(cache.get("parameter_group_name"));
        if (
          wanted === undefined ||
          family === undefined ||
          family === wanted ||
          (wanted === engine && family.startsWith(engine))
        )
          continue;
        yield {
          at: cache,
          message: `runs ${engine}${version === undefined ? "" : ` ${version}`} with a parameter group of the family ${family}.`,
          fix: `Take a parameter group of the family ${wanted}${wanted === engine ? "…" : ""}.`,
          attribute: "parameter_group_name",
        };
      }
    },
  },
  {
    id: "CACHE-007",
    severity: "error",
    title: "The engine has that version",
    when: "apply",
    prevents:
      "InvalidParameterCombination: Cannot find version 7.1 for valkey; engine_version: 7.0.5 is invalid. For Redis v6 or higher, use <major>.<minor>.",
    cause: "Redis ends with 7.1 on ElastiCache, and Valkey begins with 7.2.",
    reference: VERSIONS,
    *check(graph) {
      for (const { cache, engine, version } of engines(graph)) {
        const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? "") ?? [];
        if (major === undefined || minor === undefined) continue;
        if (Number(major) >= 6 && engine !== "memcached" && /^\d+\.\d+\.\d+$/.test(version ?? "")) {
          yield {
            at: cache,
            message: `runs ${engine} ${version}, a version with three numbers.`,
            fix: `Write "${major}.${minor}".`,
            attribute: "engine_version",
          };
          continue;
        }
        const ordinal = Number(major) * 1000 + Number(minor);
        const isWrong = engine === "redis" ? ordinal > 7001 : engine === "valkey" ? ordinal < 7002 : false;
        if (!isWrong) continue;
        yield {
          at: cache,
          message: `runs ${engine} ${version}, which ElastiCache does not have${cache.get("engine") === undefined ? " (engine is redis where it is not written)" : ""}.`,
          fix:
            engine === "redis"
              ? 'Set engine to "valkey", or engine_version to "7.1".'
              : 'Set engine_version to "7.2" or later, such as "8.0".',
          attribute: "engine_version",
        };
      }
    },
  },
  {
    id: "CACHE-011",
    severity: "error",
    title: "A cluster by itself is Memcached, or one node of Redis",
    when: "apply",
    prevents:
      'InvalidParameterValue: This API doesn\'t support Valkey engine. Please use CreateReplicationGroup API for Valkey cluster creation.; engine "redis" does not support num_cache_nodes > 1',
    cause: "Several nodes of Redis, and Valkey at all, are a replication group.",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_cluster",
    *check(graph) {
      for (const { cache, engine } of engines(graph)) {
        if (cache.type !== "aws_elasticache_cluster") continue;
        const nodes = number(cache.get("num_cache_nodes"));
        const isMany = engine === "redis" && nodes !== undefined && nodes > 1;
        if (engine !== "valkey" && !isMany) continue;
        yield {
          at: cache,
          message: isMany ? `has num_cache_nodes = ${nodes} with redis.` : "has the engine valkey.",
          fix: "Make it an aws_elasticache_replication_group.",
          attribute: isMany ? "num_cache_nodes" : "engine",
        };
      }
    },
  },
];

/** Family of the parameter groups of an engine and version; where the version is not known, the engine. */
function familyOf(engine: string, version: string | undefined): string | undefined {
  const [, major = "", minor] = /^(\d+)(?:\.(\d+|x))?/.exec(version ?? "") ?? [];
  const number = Number(major);
  if (engine === "memcached") return minor === undefined ? engine : `memcached${major}.${minor}`;
  if (engine === "valkey") return major === "" ? engine : number === 7 || number === 8 ? `valkey${major}` : undefined;
  if (engine !== "redis") return undefined;
  if (major === "") return engine;
  if (number === 7) return "redis7";
  if (number === 6) return "redis6.x";
  return minor === undefined ? undefined : `redis${major}.${minor}`;
}

function familyIn(group: Value | undefined): string | undefined {
  const link = linked(group, "aws_elasticache_parameter_group");
  if (link.certain && link.resources.length === 1) return text(link.resources[0]?.get("family"));
  return /^default\.(.+?)(?:\.cluster\.on)?$/.exec(link.literal ?? "")?.[1];
}

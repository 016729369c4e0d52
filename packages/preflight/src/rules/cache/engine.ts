import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { isAbsent, isEmpty, number, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";

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
          fix: `Use a parameter group of ${wanted === engine ? `a family of ${engine}` : `the family ${wanted}`}.`,
          attribute: "parameter_group_name",
        };
      }
    },
  },
  defineRule({
    id: "CACHE-007",
    severity: "error",
    title: "ElastiCache has that version of the engine",
    reference: VERSIONS,
    problems: {
      format: {
        when: "plan",
        prevents: "engine_version: 7.0.5 is invalid. For Redis v6 or higher, use <major>.<minor>.",
        cause: "ElastiCache chooses the patch version of Redis 6 and later, and of Valkey, by itself.",
      },
      missing: {
        when: "apply",
        prevents: "InvalidParameterCombination: Cannot find version 7.1 for valkey",
        cause: "Redis ends with 7.1 on ElastiCache, and Valkey begins with 7.2.",
      },
      unlisted: {
        when: "apply",
        prevents: "InvalidParameterCombination: Cannot find version 8.9 for valkey",
        cause: "It is not among the versions that were known in August 2026, and may have come since.",
        severity: "warning",
      },
    },
    *check(graph) {
      for (const one of engines(graph)) {
        const wrong = wrongVersion(one);
        if (wrong) yield { ...wrong, at: one.cache, attribute: "engine_version" };
      }
    },
  }),
  defineRule({
    id: "CACHE-011",
    severity: "error",
    title: "A standalone cluster is Memcached, or one node of Redis",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_cluster",
    problems: {
      valkey: {
        when: "apply",
        prevents:
          "InvalidParameterValue: This API doesn't support Valkey engine. Please use CreateReplicationGroup API for Valkey cluster creation.",
        cause: "Valkey is always a replication group.",
      },
      nodes: {
        when: "plan",
        prevents: 'engine "redis" does not support num_cache_nodes > 1',
        cause: "Several nodes of Redis are a replication group.",
      },
    },
    *check(graph) {
      for (const { cache: at, engine } of engines(graph)) {
        if (at.type !== "aws_elasticache_cluster") continue;
        const fix = "Make it an aws_elasticache_replication_group.";
        const nodes = number(at.get("num_cache_nodes")) ?? 1;
        if (engine === "valkey")
          yield { kind: "valkey", at, message: 'has engine = "valkey".', fix, attribute: "engine" };
        if (engine === "redis" && nodes > 1)
          yield {
            kind: "nodes",
            at,
            message: `has num_cache_nodes = ${nodes} with redis.`,
            fix,
            attribute: "num_cache_nodes",
          };
      }
    },
  }),
];

/** Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html, in August 2026 */
const KNOWN_VERSIONS: Readonly<Record<string, RegExp>> = {
  redis: /^(?:[2-5]\.\d+(?:\.\d+)?|6\.[x02]|7\.[x01])$/,
  valkey: /^(?:7\.2|8\.[012]|9\.[01])$/,
  memcached: /^1\.(?:4\.(?:5|14|24|33|34)|5\.(?:10|16)|6\.(?:6|12|17|22))$/,
};

const NEWEST: Readonly<Record<string, string>> = {
  redis: 'Set engine to "valkey", or engine_version to "7.1".',
  valkey: 'Set engine_version to "7.2" or later, such as "8.0".',
  memcached: 'Set engine_version to "1.6.22".',
};

function wrongVersion({ cache, engine, version = "" }: Engine) {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(\.\d+$)?/.exec(version) ?? [];
  if (patch !== undefined && Number(major) >= 6 && engine !== "memcached") {
    const message = `runs ${engine} ${version}, a version with three numbers.`;
    return { kind: "format" as const, message, fix: `Write "${major}.${minor}".` };
  }
  const kind = whyMissing(engine, version);
  if (!kind) return undefined;
  const why = cache.get("engine") === undefined ? " (the default engine is redis)" : "";
  const what = kind === "missing" ? "which ElastiCache does not have" : "a version that was not known in August 2026";
  const fix = NEWEST[engine] ?? "Write a version that ElastiCache has.";
  return { kind, message: `runs ${engine} ${version}, ${what}${why}.`, fix };
}

/** Redis gets no more versions there, and Valkey none before its first. */
function whyMissing(engine: string, version: string): "missing" | "unlisted" | undefined {
  const known = KNOWN_VERSIONS[engine];
  if (!known || !/^\d+\.[\dx]+/.test(version) || known.test(version)) return undefined;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return engine === "redis" || (engine === "valkey" && major * 1000 + minor < 7002) ? "missing" : "unlisted";
}

/** Family of the parameter groups of an engine and version; where the version is not known, the engine. */
function familyOf(engine: string, version: string | undefined): string | undefined {
  const [, major, minor] = /^(\d+)(?:\.(\d+|x))?/.exec(version ?? "") ?? [];
  const exact = minor === undefined ? undefined : `${engine}${major}.${minor}`;
  switch (engine) {
    case "memcached":
      return exact ?? engine;
    case "valkey":
      return major === undefined ? engine : /^[78]$/.test(major) ? `valkey${major}` : undefined;
    case "redis":
      return major === undefined ? engine : ({ "6": "redis6.x", "7": "redis7" }[major] ?? exact);
    default:
      return undefined;
  }
}

function familyIn(group: Value | undefined): string | undefined {
  const link = linked(group, "aws_elasticache_parameter_group");
  if (link.certain && link.resources.length === 1) return text(link.resources[0]?.get("family"));
  return /^default\.(.+?)(?:\.cluster\.on)?$/.exec(link.literal ?? "")?.[1];
}

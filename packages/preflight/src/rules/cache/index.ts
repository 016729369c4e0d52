import { storeSubnets, zonesOf } from "../../ecs/stores.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { Expression, flag, isAbsent, isWritten, number, text } from "../../graph/value.ts";
import { zoneOf } from "../../network/places.ts";
import type { Rule } from "../../rule.ts";
import { madePassword } from "../shared/made-password.ts";
import { strayGroups } from "../shared/same-vpc.ts";
import { windowsOverlap } from "../shared/windows.ts";
import { CACHE_ENGINE_RULES } from "./engine.ts";

const CREATE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html";
const AUTH = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html";
const PROVIDER =
  "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_replication_group";

/** Replication groups that Terraform makes or changes. */
function groups(graph: Graph): Resource[] {
  return graph.ofType("aws_elasticache_replication_group").filter(({ isPlanned }) => isPlanned);
}

/** A setting that nobody wrote is off; that of a global datastore's member is the datastore's. */
function isOn(group: Resource, attribute: string): boolean | undefined {
  return isAbsent(group.get("global_replication_group_id")) ? flag(group.get(attribute), false) : undefined;
}

const CACHE_GROUP_RULES: readonly Rule[] = [
  {
    id: "CACHE-001",
    severity: "error",
    title: "Passwords of a cache go over TLS",
    when: "apply",
    prevents:
      "InvalidParameterValue: The AUTH token is only supported when encryption-in-transit is enabled; User group based access control requires encryption-in-transit to be enabled on the replication group.",
    cause: "ElastiCache takes no password that would cross the network in the clear.",
    reference: AUTH,
    *check(graph) {
      for (const group of groups(graph)) {
        const used = ["auth_token", "user_group_ids"].filter((name) => isSet(group, name));
        if (used.length === 0 || isOn(group, "transit_encryption_enabled") !== false) continue;
        yield {
          at: group,
          message: `has ${used.join(" and ")} without transit_encryption_enabled.`,
          fix: "Set transit_encryption_enabled to true.",
          attribute: "transit_encryption_enabled",
        };
      }
    },
  },
  {
    id: "CACHE-002",
    severity: "error",
    title: "ElastiCache takes the password",
    when: "plan",
    prevents:
      '"auth_token" must contain from 16 to 128 alphanumeric characters or symbols (excluding @, ", and /) (of AWS: InvalidParameterValue: Invalid AuthToken provided.)',
    cause: "A token has 16 to 128 characters, and of the special ones only ! & # $ ^ < > -.",
    reference: AUTH,
    *check(graph) {
      for (const group of groups(graph)) {
        const token = group.get("auth_token");
        const known = text(token);
        const made = known === undefined ? madePassword(token) : undefined;
        const length = known?.length ?? made?.length;
        if (length !== undefined && length > 0 && (length < 16 || length > 128)) {
          yield {
            at: group,
            message: `has an auth_token of ${length < 16 ? "fewer than 16" : "more than 128"} characters.`,
            fix: "Make it 16 to 128 characters long.",
            attribute: "auth_token",
          };
        }
        const refused = [...new Set((known ?? made?.special ?? "").replace(/[A-Za-z0-9!&#$^<>-]/g, ""))];
        if (refused.length === 0) continue;
        yield {
          at: group,
          message: made
            ? `takes its auth_token from ${made.resource.address}, which may have ${refused.join(" ")} in it.`
            : "has special characters in its auth_token that ElastiCache does not take.",
          fix: made ? "Set special to false there." : "Write letters and digits only.",
          attribute: "auth_token",
          ...(made && { severity: "warning" as const }),
        };
      }
    },
  },
  {
    id: "CACHE-003",
    severity: "error",
    title: "Failover has a node to fail over to",
    when: "plan",
    prevents:
      '"num_cache_clusters": must be at least 2 if automatic_failover_enabled is true (of AWS: Automatic failover requires 2 or more cache clusters. Create more cache clusters or disable automatic failover.)',
    cause: "A replica takes over when the primary fails.",
    reference: PROVIDER,
    *check(graph) {
      for (const group of groups(graph)) {
        if (isOn(group, "automatic_failover_enabled") !== true) continue;
        const nodes = number(group.get("num_cache_clusters"));
        const isSharded = !isAbsent(group.get("num_node_groups")) || !isAbsent(group.get("replicas_per_node_group"));
        if (nodes === undefined || nodes >= 2 || (isSharded && !group.isMade)) continue;
        yield {
          at: group,
          message: `has automatic_failover_enabled and num_cache_clusters = ${nodes}.`,
          fix: "Set num_cache_clusters to 2, or automatic_failover_enabled to false.",
          attribute: "num_cache_clusters",
        };
      }
    },
  },
  {
    id: "CACHE-004",
    severity: "error",
    title: "Several zones need automatic failover",
    when: "plan",
    prevents: "automatic_failover_enabled must be true if multi_az_enabled is true",
    cause: "A node in a second zone is of use only when it takes over.",
    reference: PROVIDER,
    *check(graph) {
      for (const group of groups(graph)) {
        if (isOn(group, "multi_az_enabled") !== true || isOn(group, "automatic_failover_enabled") !== false) continue;
        yield {
          at: group,
          message: "has multi_az_enabled without automatic_failover_enabled.",
          fix: "Set automatic_failover_enabled to true, with two nodes at least.",
          attribute: "multi_az_enabled",
        };
      }
    },
  },
  {
    id: "CACHE-005",
    severity: "warning",
    title: "A cache for several zones has subnets in them",
    when: "apply",
    prevents: "InvalidParameterCombination, or all nodes in the one zone, which fails with all of them",
    cause: "Nodes stand in the zones of the subnet group's subnets.",
    reference: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html",
    *check(graph) {
      for (const group of groups(graph)) {
        const subnets = storeSubnets(group);
        const { zones, complete } = zonesOf(subnets, zoneOf);
        if (
          isOn(group, "multi_az_enabled") !== true ||
          !complete ||
          zones.size !== 1 ||
          subnets.subnets.some(({ many }) => many)
        )
          continue;
        yield {
          at: group,
          message: `has multi_az_enabled, and subnets in ${[...zones][0]} only.`,
          fix: "Add a subnet in another zone to its subnet group.",
          attribute: "multi_az_enabled",
        };
      }
    },
  },
  {
    id: "CACHE-008",
    severity: "error",
    title: "Security groups and subnets of a cache are in one VPC",
    when: "apply",
    prevents: "InvalidParameterValue: … security group … is not in the VPC of the cache subnet group",
    cause: "A network interface takes groups of its own VPC only.",
    reference: CREATE,
    *check(graph) {
      for (const cache of [
        ...groups(graph),
        ...graph.ofType("aws_elasticache_cluster").filter(({ isPlanned }) => isPlanned),
      ]) {
        yield* strayGroups(cache, "security_group_ids", cache.get("security_group_ids"), storeSubnets(cache));
      }
    },
  },
  {
    id: "CACHE-009",
    severity: "error",
    title: "Settings of a replication group that exclude each other are not both written",
    when: "plan",
    prevents: '"num_cache_clusters": conflicts with num_node_groups; "auth_token": conflicts with user_group_ids',
    cause:
      "num_cache_clusters counts the nodes of a group without shards, num_node_groups the shards; a password is that of everybody, or of users.",
    reference: PROVIDER,
    *check(graph) {
      for (const group of groups(graph).filter(({ isMade }) => isMade)) {
        for (const pair of EXCLUSIVE) {
          if (!pair.every((name) => isSet(group, name))) continue;
          yield {
            at: group,
            message: `has both ${pair[0]} and ${pair[1]}.`,
            fix: `Drop ${pair[1]}, or ${pair[0]}.`,
            attribute: pair[1],
          };
        }
      }
    },
  },
  {
    id: "CACHE-012",
    severity: "error",
    title: "Node types begin with cache.",
    when: "apply",
    prevents: "InvalidParameterValue: Invalid Cache Node type: t4g.micro",
    cause: "ElastiCache's types have names of their own.",
    reference: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html",
    *check(graph) {
      for (const cache of graph
        .ofType("aws_elasticache_replication_group", "aws_elasticache_cluster")
        .filter(({ isPlanned }) => isPlanned)) {
        const type = text(cache.get("node_type"));
        if (!type || type.startsWith("cache.")) continue;
        yield {
          at: cache,
          message: `has the node_type ${type}.`,
          fix: `Write a node_type of ElastiCache, such as cache.t4g.micro.`,
          attribute: "node_type",
        };
      }
    },
  },
  {
    id: "CACHE-013",
    severity: "error",
    title: "Snapshots are not made during maintenance",
    when: "apply",
    prevents: "InvalidParameterValue: The snapshot window and maintenance window must not overlap",
    cause: "ElastiCache does one of the two at a time.",
    reference: CREATE,
    *check(graph) {
      for (const group of groups(graph)) {
        const [snapshots, maintenance] = [text(group.get("snapshot_window")), text(group.get("maintenance_window"))];
        if (!windowsOverlap(snapshots, maintenance)) continue;
        yield {
          at: group,
          message: `has the snapshot_window ${snapshots} and the maintenance_window ${maintenance}, which overlap.`,
          fix: "Move one of the two.",
          attribute: "snapshot_window",
        };
      }
    },
  },
  {
    id: "CACHE-010",
    severity: "error",
    title: "ElastiCache takes the name",
    when: "plan",
    prevents:
      "must contain only alphanumeric characters and hyphens; must begin with a letter; cannot contain two consecutive hyphens; cannot end with a hyphen; expected length of replication_group_id to be in the range (1 - 40)",
    cause: "The name is a part of the host name.",
    reference: CREATE,
    *check(graph) {
      for (const [type, attribute, longest] of NAMES) {
        for (const cache of graph.ofType(type)) {
          const name = text(cache.get(attribute));
          if (
            name === undefined ||
            (/^[A-Za-z][A-Za-z0-9-]*$/.test(name) &&
              !name.includes("--") &&
              !name.endsWith("-") &&
              name.length <= longest)
          )
            continue;
          yield {
            at: cache,
            message: `has the ${attribute} ${JSON.stringify(name)}.`,
            fix: `Write up to ${longest} letters, digits and single hyphens, a letter first and no hyphen last.`,
            attribute,
          };
        }
      }
    },
  },
];

const EXCLUSIVE = [
  ["num_cache_clusters", "num_node_groups"],
  ["num_cache_clusters", "replicas_per_node_group"],
  ["auth_token", "user_group_ids"],
] as const;

const NAMES = [
  ["aws_elasticache_replication_group", "replication_group_id", 40],
  ["aws_elasticache_cluster", "cluster_id", 50],
] as const;

/** An expression that is not known may be null; a plan's is not, and neither is a token that has an update strategy. */
function isSet(group: Resource, attribute: string): boolean {
  const value = group.get(attribute);
  if (isWritten(value)) return true;
  const isOpen = value instanceof Expression && value.known === undefined;
  if (attribute === "auth_token")
    return isOpen && (group.change !== undefined || isWritten(group.get("auth_token_update_strategy")));
  return attribute === "user_group_ids" && isOpen && group.change !== undefined;
}

/** What ElastiCache refuses, in the order of the ids. */
export const CACHE_RULES: readonly Rule[] = [...CACHE_GROUP_RULES, ...CACHE_ENGINE_RULES].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);

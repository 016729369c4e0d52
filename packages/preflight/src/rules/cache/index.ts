import { storeSubnets, zonesOf } from "../../ecs/stores.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { Expression, flag, isAbsent, isWritten, number, text } from "../../graph/value.ts";
import { zoneOf } from "../../network/places.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { attributeRule, like } from "../shared/attribute-rule.ts";
import { madePassword } from "../shared/made-password.ts";
import { strayGroups } from "../shared/same-vpc.ts";
import { windowsOverlap } from "../shared/windows.ts";
import { CACHE_ENGINE_RULES } from "./engine.ts";
import { CACHE_OFFER_RULES } from "./offers.ts";

const CREATE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html";
const AUTH = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html";
const PROVIDER =
  "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_replication_group";

const TOKEN_REFUSED =
  '"auth_token" must contain from 16 to 128 alphanumeric characters or symbols (excluding @, ", and /)';

/** Replication groups that Terraform makes or changes. */
function groups(graph: Graph): Resource[] {
  return graph.ofType("aws_elasticache_replication_group").filter(({ isPlanned }) => isPlanned);
}

/** A setting that is not written is off; that of a global datastore's member is the datastore's. */
function isOn(group: Resource, attribute: string): boolean | undefined {
  return isAbsent(group.get("global_replication_group_id")) ? flag(group.get(attribute), false) : undefined;
}

const CACHE_GROUP_RULES: readonly Rule[] = [
  defineRule({
    id: "CACHE-001",
    severity: "error",
    title: "Passwords of a cache are sent over TLS",
    reference: AUTH,
    problems: {
      auth_token: {
        when: "apply",
        prevents: "InvalidParameterValue: The AUTH token is only supported when encryption-in-transit is enabled",
        cause: "ElastiCache accepts no password that would cross the network unencrypted.",
      },
      user_group_ids: {
        when: "apply",
        prevents:
          "InvalidParameterValue: User group based access control requires encryption-in-transit to be enabled on the replication group.",
        cause: "ElastiCache accepts no password that would cross the network unencrypted.",
      },
    },
    *check(graph) {
      for (const group of groups(graph).filter((one) => isOn(one, "transit_encryption_enabled") === false)) {
        for (const kind of ["auth_token", "user_group_ids"] as const) {
          if (!isSet(group, kind)) continue;
          yield {
            kind,
            at: group,
            message: `has ${kind} without transit_encryption_enabled.`,
            fix: "Set transit_encryption_enabled to true.",
            attribute: "transit_encryption_enabled",
          };
        }
      }
    },
  }),
  defineRule({
    id: "CACHE-002",
    severity: "error",
    title: "ElastiCache accepts the password",
    reference: AUTH,
    problems: {
      length: { when: "plan", prevents: TOKEN_REFUSED, cause: "A token has 16 to 128 characters." },
      characters: {
        when: "plan",
        prevents: TOKEN_REFUSED,
        cause: "The only special characters that ElastiCache accepts are ! & # $ ^ < > -.",
      },
      generated: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid AuthToken provided.",
        cause: "The default special characters of random_password include some that ElastiCache refuses.",
        severity: "warning",
      },
    },
    *check(graph) {
      for (const group of groups(graph)) {
        yield* refusedTokens(group);
      }
    },
  }),
  {
    id: "CACHE-003",
    severity: "error",
    title: "Automatic failover has a second node",
    when: "plan",
    prevents:
      '"num_cache_clusters": must be at least 2 if automatic_failover_enabled is true (or from AWS: Automatic failover requires 2 or more cache clusters. Create more cache clusters or disable automatic failover.)',
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
    title: "Multi-AZ has automatic failover",
    when: "plan",
    prevents: "automatic_failover_enabled must be true if multi_az_enabled is true",
    cause: "A node in a second zone is of use only if it takes over on failure.",
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
    title: "A Multi-AZ cache has subnets in several zones",
    when: "apply",
    prevents: "InvalidParameterCombination, or all nodes are in the one zone, and fail with it",
    cause: "Nodes are placed in the zones of the subnet group's subnets.",
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
  defineRule({
    id: "CACHE-009",
    severity: "error",
    title: "A replication group has no settings that exclude each other",
    reference: PROVIDER,
    problems: {
      nodes: {
        when: "plan",
        prevents: '"num_cache_clusters": conflicts with num_node_groups',
        cause: "num_cache_clusters counts the nodes of a group without shards, num_node_groups the shards.",
      },
      password: {
        when: "plan",
        prevents: '"auth_token": conflicts with user_group_ids',
        cause: "A replication group has one password for all, or users with their own.",
      },
    },
    *check(graph) {
      for (const group of groups(graph).filter(({ isMade }) => isMade)) {
        for (const [kind, one, other] of EXCLUSIVE) {
          if (!isSet(group, one) || !isSet(group, other)) continue;
          const message = `has both ${one} and ${other}.`;
          yield { kind, at: group, message, fix: `Drop ${one} or ${other}.`, attribute: other };
        }
      }
    },
  }),
  attributeRule({
    id: "CACHE-012",
    severity: "error",
    title: "Node types begin with cache.",
    when: "apply",
    prevents: "InvalidParameterValue: Invalid Cache Node type: t4g.micro",
    cause: "ElastiCache's node types have names of their own.",
    reference: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html",
    checks: [
      {
        types: ["aws_elasticache_replication_group", "aws_elasticache_cluster"],
        attribute: "node_type",
        takes: like(/^cache\./, "a node type of ElastiCache, such as cache.t4g.micro"),
        bad: { node_type: "t4g.micro" },
        good: { node_type: "cache.t4g.micro" },
      },
    ],
  }),
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
          fix: "Move one of the two windows.",
          attribute: "snapshot_window",
        };
      }
    },
  },
  attributeRule({
    id: "CACHE-010",
    severity: "error",
    title: "ElastiCache accepts the names of caches",
    when: "plan",
    prevents: "must contain only alphanumeric characters and hyphens",
    cause: "The name is a part of the host name.",
    reference: CREATE,
    checks: (
      [
        ["aws_elasticache_replication_group", "replication_group_id", 40],
        ["aws_elasticache_cluster", "cluster_id", 50],
      ] as const
    ).map(([type, attribute, longest]) => ({
      types: [type],
      attribute,
      of: "all",
      takes: like(
        new RegExp(`^(?!.*--)(?!.*-$)[A-Za-z][A-Za-z0-9-]{0,${longest - 1}}$`),
        `up to ${longest} letters, digits and single hyphens, a letter first and no hyphen last`,
      ),
      bad: { [attribute]: "shop_sessions" },
      good: { [attribute]: "shop-sessions" },
    })),
  }),
];

const EXCLUSIVE = [
  ["nodes", "num_cache_clusters", "num_node_groups"],
  ["nodes", "num_cache_clusters", "replicas_per_node_group"],
  ["password", "auth_token", "user_group_ids"],
] as const;

/** Characters that no token may have. */
function refusedIn(characters = ""): string[] {
  return [...new Set(characters.replace(/[A-Za-z0-9!&#$^<>-]/g, ""))];
}

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
export const CACHE_RULES: readonly Rule[] = [...CACHE_GROUP_RULES, ...CACHE_ENGINE_RULES, ...CACHE_OFFER_RULES].sort(
  (a, b) => (a.id < b.id ? -1 : 1),
);

function* refusedTokens(group: Resource): Generator<KindOfProblem<"length" | "characters" | "generated">> {
  const attribute = "auth_token";
  const token = text(group.get(attribute));
  const made = token === undefined ? madePassword(group.get(attribute)) : undefined;
  const length = token?.length ?? made?.length;
  if (length && (length < 16 || length > 128)) {
    const message = `has an auth_token of ${length < 16 ? "fewer than 16" : "more than 128"} characters.`;
    yield { kind: "length", at: group, message, fix: "Make it 16 to 128 characters long.", attribute };
  }
  if (refusedIn(token).length > 0) {
    const message = "has special characters in its auth_token that ElastiCache does not accept.";
    yield { kind: "characters", at: group, message, fix: "Write letters and digits only.", attribute };
  }
  const possible = refusedIn(made?.special);
  if (made && possible.length > 0) {
    const message = `gets its auth_token from ${made.resource.address}, which can have ${possible.join(" ")} in it.`;
    yield { kind: "generated", at: group, message, fix: "Set special to false there.", attribute };
  }
}

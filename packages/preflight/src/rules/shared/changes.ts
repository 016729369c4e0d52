import type { Graph, PlannedChange, Resource } from "../../graph/graph.ts";
import { isBlock, type Json } from "../../graph/value.ts";
import { isMarked, soundsSecret } from "../../secret-forms.ts";

/** What holds something that is nowhere else, and is gone with it. Read replicas and the like are left out by `holdsData`. */
const STATEFUL_TYPES = [
  "aws_backup_vault",
  "aws_db_instance",
  "aws_docdb_cluster",
  "aws_dynamodb_table",
  "aws_ebs_volume",
  "aws_ecr_repository",
  "aws_efs_file_system",
  "aws_elasticache_cluster",
  "aws_elasticache_replication_group",
  "aws_elasticache_serverless_cache",
  "aws_elasticsearch_domain",
  "aws_kms_key",
  "aws_memorydb_cluster",
  "aws_mq_broker",
  "aws_msk_cluster",
  "aws_neptune_cluster",
  "aws_opensearch_domain",
  "aws_rds_cluster",
  "aws_redshift_cluster",
  "aws_route53_zone",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
];

/** User pools, and what applications know of them. */
export const COGNITO_TYPES = ["aws_cognito_user_pool", "aws_cognito_user_pool_client", "aws_cognito_user_pool_domain"];

/** Whether something that is nowhere else goes with the resource. */
export function holdsData({ type, before }: PlannedChange): boolean {
  if (!STATEFUL_TYPES.includes(type)) return false;
  const values = isBlock(before) ? before : {};
  if (type === "aws_db_instance") return !values.replicate_source_db;
  return type !== "aws_elasticache_cluster" || !(values.replication_group_id || values.engine === "memcached");
}

/** A resource that is destroyed and made anew. */
export interface Replacement {
  readonly resource: Resource;
  readonly change: PlannedChange;
  /** Attributes that force it; none where Terraform was asked for it, or the resource is tainted. */
  readonly forcedBy: readonly string[];
}

export function replacements(graph: Graph): readonly Replacement[] {
  return graph.once(collectReplacements);
}

function collectReplacements({ resources }: Graph): Replacement[] {
  return resources.flatMap((resource) => {
    const { change } = resource;
    if (!change?.actions.includes("delete") || !change.actions.includes("create")) return [];
    return [{ resource, change, forcedBy: [...new Set(change.replacePaths)] }];
  });
}

/** Characters of a value that are shown; whole documents are not. */
const LONGEST_SHOWN = 80;

/** What forces a replacement, in words: `transit_encryption_enabled (false → true) forces it`. No secret is shown. */
export function whatForces({ change, forcedBy }: Replacement): string {
  return forcedBy
    .map((path) => {
      const steps = path.split(".");
      const shown = [change.before, change.after].map((values) => shownAt(values, steps));
      const hidden =
        change.sensitive.some((marks) => isMarked(marks, steps)) ||
        (soundsSecret(path) && shown.some((value) => /^["[{]/.test(value))) ||
        shown.some((value) => value.length > LONGEST_SHOWN);
      return hidden ? path : `${path} (${shown.join(" → ")})`;
    })
    .join(", ");
}

function shownAt(values: Json | undefined, steps: readonly string[]): string {
  const found = steps.reduce<unknown>(stepInto, values);
  return found === undefined ? "known after apply" : JSON.stringify(found);
}

function stepInto(value: unknown, step: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined;
}

/**
 * Resources that go and that nothing takes the place of. In a plan that leaves nothing, all of them are meant to go:
 * somebody has asked for `terraform destroy`.
 */
export function removals(graph: Graph): readonly PlannedChange[] {
  if (graph.resources.every(({ isData }) => isData)) return [];
  const moved = new Set(renamings(graph).map(({ from }) => from));
  return graph.removals.filter((removal) => !moved.has(removal));
}

/** A resource that is destroyed at one address and made again at another. */
export interface Renaming {
  readonly from: PlannedChange;
  readonly to: Resource;
}

/** Attributes that tell one resource of a type from another. */
const IDENTITY = [
  "alarm_name",
  "bucket",
  "cidr_block",
  "cluster_id",
  "cluster_identifier",
  "domain",
  "domain_name",
  "family",
  "function_name",
  "identifier",
  "name",
  "replication_group_id",
  "role",
  "type",
  "user_pool_id",
  "zone_id",
];

/** Of these, those that are not enough alone: they tell where a resource belongs. */
const CONTEXT = new Set(["role", "type", "user_pool_id", "zone_id"]);

export function renamings(graph: Graph): readonly Renaming[] {
  return graph.once(collectRenamings);
}

function collectRenamings(graph: Graph): Renaming[] {
  const gone = new Map<string, PlannedChange[]>();
  for (const removal of graph.removals) {
    if (!removal.actions.includes("delete") || removal.type.startsWith("data.")) continue;
    for (const key of identityKeys(removal.type, removal.before)) gone.set(key, [...(gone.get(key) ?? []), removal]);
  }
  const taken = new Set<PlannedChange>();
  return graph.resources.flatMap((to) => {
    if (to.change?.actions.join() !== "create" || to.isData) return [];
    const after = to.change.after;
    const from = identityKeys(to.type, after)
      .flatMap((key) => gone.get(key) ?? [])
      .find((one) => !taken.has(one) && isSame(one.before, after));
    if (!from) return [];
    taken.add(from);
    return [{ from, to }];
  });
}

function identityKeys(type: string, values: Json | undefined): string[] {
  if (!isBlock(values)) return [];
  const own = IDENTITY.filter((name) => !CONTEXT.has(name) && isSaid(values[name]));
  if (own.length > 0) return own.map((name) => `${type} ${name} ${values[name]}`);
  // Of its kind there are few: a key, a file system. They are told apart by all of their attributes.
  return STATEFUL_TYPES.includes(type) ? [`${type}`] : [];
}

/** What is known of both is the same: what tells them apart, or everything where nothing does. */
function isSame(before: Json | undefined, after: Json | undefined): boolean {
  if (!isBlock(before) || !isBlock(after)) return false;
  const hasIdentity = IDENTITY.some((name) => !CONTEXT.has(name) && isSaid(before[name]) && isSaid(after[name]));
  const names = hasIdentity ? IDENTITY : Object.keys(after).filter((name) => name !== "tags_all");
  return names.every(
    (name) =>
      !isSaid(after[name]) || !isSaid(before[name]) || JSON.stringify(before[name]) === JSON.stringify(after[name]),
  );
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== false;
}

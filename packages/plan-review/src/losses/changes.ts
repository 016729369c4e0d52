import type { Graph, PlannedChange, Resource } from "@operation-app/preflight/graph";
import { isBlock, type Json } from "@operation-app/preflight/graph";
import { isMarked, soundsSecret } from "@operation-app/preflight/secrets";
import { whatIsLost } from "../protected-types.ts";

/** A resource that is destroyed and created again. */
export interface Replacement {
  readonly resource: Resource;
  readonly change: PlannedChange;
  /** Attributes that force it; none where it was requested, or the resource is tainted. */
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

/** Longer values are not shown: they are documents. */
const LONGEST_SHOWN = 80;

/** What forces a replacement, without secrets: `transit_encryption_enabled (false → true)`. */
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

/** Resources that are deleted, except renamed ones. None in a plan that leaves nothing: that is `terraform destroy`. */
export function removals(graph: Graph): readonly PlannedChange[] {
  if (graph.resources.every(({ isData }) => isData)) return [];
  const moved = new Set(renamings(graph).map(({ from }) => from));
  return graph.removals.filter((removal) => !moved.has(removal));
}

/** A resource that is destroyed at one address and created again at another. */
export interface Renaming {
  readonly from: PlannedChange;
  readonly to: Resource;
}

/** Attributes that identify a resource of a type. */
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

/** Of these, those that are not enough alone: they say what a resource belongs to. */
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
  const matched = new Set<PlannedChange>();
  return graph.resources.flatMap((to) => {
    if (to.change?.actions.join() !== "create" || to.isData) return [];
    const after = to.change.after;
    const from = identityKeys(to.type, after)
      .flatMap((key) => gone.get(key) ?? [])
      .find((one) => !matched.has(one) && isSame(one.before, after));
    if (!from) return [];
    matched.add(from);
    return [{ from, to }];
  });
}

function identityKeys(type: string, values: Json | undefined): string[] {
  if (!isBlock(values)) return [];
  const own = IDENTITY.filter((name) => !CONTEXT.has(name) && isSet(values[name]));
  if (own.length > 0) return own.map((name) => `${type} ${name} ${values[name]}`);
  // There are few of a kind, such as keys or file systems. They are compared by all of their attributes.
  return whatIsLost(type, values) === undefined ? [] : [type];
}

/** What is known of both is equal: what identifies them, or everything where nothing does. */
function isSame(before: Json | undefined, after: Json | undefined): boolean {
  if (!isBlock(before) || !isBlock(after)) return false;
  const hasIdentity = IDENTITY.some((name) => !CONTEXT.has(name) && isSet(before[name]) && isSet(after[name]));
  const names = hasIdentity ? IDENTITY : Object.keys(after).filter((name) => name !== "tags_all");
  return names.every(
    (name) =>
      !isSet(after[name]) || !isSet(before[name]) || JSON.stringify(before[name]) === JSON.stringify(after[name]),
  );
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== false;
}

import type { Graph } from "@operation-app/preflight/graph";
import { listOf, objectOf, type Plan, type ResourceChange } from "../plan.ts";

/** An object that a plan changes, with its values before and after. */
export interface ChangedObject {
  readonly change: ResourceChange;
  readonly address: string;
  readonly type: string;
  /** Empty where it is created. */
  readonly before: Readonly<Record<string, unknown>>;
  /** Empty where it is deleted. */
  readonly after: Readonly<Record<string, unknown>>;
  readonly unknown: unknown;
}

/** Objects that a plan changes; a move or an import alone changes nothing. */
export function changedObjects({ resource_changes: changes }: Plan): ChangedObject[] {
  return changes
    .filter(
      ({ mode, deposed, change }) => mode === "managed" && deposed === undefined && change.actions.join() !== "no-op",
    )
    .map((change) => ({
      change,
      address: change.address,
      type: change.type,
      before: objectOf(change.change.before),
      after: objectOf(change.change.after),
      unknown: change.change.after_unknown,
    }));
}

/** The value at a path such as `versioning_configuration.0.status`. */
export function valueAt(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((at, step) => (Array.isArray(at) ? listOf(at)[Number(step)] : objectOf(at)[step]), values);
}

/** The value at a path, or what contains it, is known after apply. */
export function isUnknownAt(unknown: unknown, path: string): boolean {
  const steps = path.split(".");
  return steps.some((_, index) => valueAt(unknown, steps.slice(0, index + 1).join(".")) === true) || unknown === true;
}

/** A value of a replacement that is known after apply because the configuration does not set it: the provider chooses it, as before. */
export function isLeftToProvider({ address, change, unknown }: ChangedObject, path: string, graph: Graph): boolean {
  const [attribute = path] = path.split(".");
  if (!change.change.actions.includes("create") || valueAt(unknown, attribute) !== true) return false;
  return graph.find(address)?.writes(attribute) === false;
}

export function isGoing({ change }: ChangedObject): boolean {
  return change.change.actions.join() === "delete";
}

/** Ids and ARNs of what is deleted: what protects it goes with it. */
export function goneIds(objects: readonly ChangedObject[]): ReadonlySet<unknown> {
  return new Set(objects.filter(isGoing).flatMap(({ before: { id, arn } }) => [id, arn].filter(Boolean)));
}

/** Names of the buckets that are deleted. */
export function goneBuckets(objects: readonly ChangedObject[]): ReadonlySet<unknown> {
  return new Set(
    objects.filter((one) => isGoing(one) && one.type === "aws_s3_bucket").map(({ before }) => before.bucket),
  );
}

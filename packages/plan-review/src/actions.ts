import { InputError } from "@operation-app/preflight/input";
import type { Plan, ResourceChange } from "./plan.ts";

/** What a plan does to one object, the most important first. */
export const KINDS = ["delete", "replace", "forget", "update", "create", "import", "move", "read", "no-op"] as const;
export type Kind = (typeof KINDS)[number];

/** Every list of actions that Terraform writes. `create, forget`: a new object; the old one stays, in no state. */
const KIND_OF: Readonly<Record<string, Kind>> = {
  "no-op": "no-op",
  create: "create",
  read: "read",
  update: "update",
  delete: "delete",
  "delete, create": "replace",
  "create, delete": "replace",
  forget: "forget",
  "create, forget": "replace",
};

/** Changes by kind: each counts once, and together they are `total`. */
export interface Counts extends Readonly<Record<Kind, number>> {
  readonly total: number;
  /** Of any kind: these also get a new address. */
  readonly moved: number;
  /** Of any kind: these are also imported. */
  readonly imported: number;
  /** Of the deleted: left over from an unfinished replacement. */
  readonly deposed: number;
  /** Of the replaced: the old object is removed from the state, not destroyed. */
  readonly replacedByForgetting: number;
}

/** What is done to an object: a `move` or an `import` where nothing else changes. */
export function kindOf({ change, previous_address: from }: ResourceChange): Kind {
  const kind = KIND_OF[change.actions.join(", ")] ?? "no-op";
  if (kind !== "no-op") return kind;
  if (change.importing != null) return "import";
  return from === undefined ? "no-op" : "move";
}

/** @throws InputError in one line where an action is unknown, or contradicts the values */
export function assertKnownActions({ resource_changes: changes }: Plan, name: string): void {
  for (const change of changes) {
    const problem = whyNot(change);
    if (problem) throw new InputError(`${name}: ${JSON.stringify(change.address)} ${problem}, so it can't be judged.`);
  }
}

function whyNot({ mode, change }: ResourceChange): string | undefined {
  const actions = change.actions.join(", ");
  if (!Object.hasOwn(KIND_OF, actions)) return `has unknown actions (${JSON.stringify(change.actions)})`;
  if (mode !== "managed" && mode !== "data") return `has an unknown mode (${JSON.stringify(mode)})`;
  if (mode === "data") return undefined;
  const isThere = change.before !== null && change.before !== undefined;
  const stays = change.after !== null && change.after !== undefined;
  const should = { before: !/^(create|read)$/.test(actions), after: !/^(delete|forget)$/.test(actions) };
  return isThere === should.before && stays === should.after ? undefined : `has values that contradict "${actions}"`;
}

export function countsOf({ resource_changes: changes }: Plan): Counts {
  const kinds = changes.map(kindOf);
  const ofKind = Object.fromEntries(KINDS.map((kind) => [kind, kinds.filter((one) => one === kind).length]));
  return {
    ...(ofKind as Record<Kind, number>),
    total: changes.length,
    moved: changes.filter(({ previous_address: from }) => from !== undefined).length,
    imported: changes.filter(({ change }) => change.importing != null).length,
    deposed: changes.filter(({ deposed }) => deposed !== undefined).length,
    replacedByForgetting: changes.filter(({ change }) => change.actions.join() === "create,forget").length,
  };
}

/** Terraform's own line: it leaves out what is removed from the state, and counts a replacement twice. */
export function summaryLine(counts: Counts, invoked = 0): string {
  if (counts["no-op"] === counts.total && invoked === 0) return "No changes.";
  const imported = counts.imported > 0 ? `${counts.imported} to import, ` : "";
  const line = `Plan: ${imported}${counts.create + counts.replace} to add, ${counts.update} to change, ${counts.delete + counts.replace - counts.replacedByForgetting} to destroy.`;
  return invoked > 0 ? `${line} Actions: ${invoked} to invoke.` : line;
}

const REASONS: Readonly<Record<string, string>> = {
  replace_because_cannot_update: "it can't be updated in place",
  replace_because_tainted: "it is tainted: its creation did not complete",
  replace_by_request: "requested with -replace",
  replace_by_triggers: "its replace_triggered_by changed",
  delete_because_no_resource_config: "no longer in the configuration",
  delete_because_wrong_repetition: "count or for_each was added or removed, so its address changed",
  delete_because_count_index: "its index is beyond count",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_enabled_false: "no longer enabled",
  delete_because_no_module: "its module is no longer in the configuration",
  delete_because_no_move_target: "a moved block points to an address that is not in the configuration",
  read_because_config_unknown: "it depends on values known after apply",
  read_because_dependency_pending: "it depends on pending changes",
  read_because_check_nested: "it belongs to a check block",
};

/** Terraform's reason, in plain words. */
export function reasonOf({ action_reason: reason }: ResourceChange): string | undefined {
  return reason === undefined ? undefined : (REASONS[reason] ?? reason.replaceAll("_", " "));
}

import { InputError } from "../../preflight/src/input/user-error.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/** What a plan does to one object, in the order of importance. */
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

/** How many changes there are of each kind: a change counts once, and all of them add up to `total`. */
export interface Counts extends Readonly<Record<Kind, number>> {
  readonly total: number;
  /** Of all kinds, these also get a new address. */
  readonly moved: number;
  /** Of all kinds, these also come into the state. */
  readonly imported: number;
  /** Of the deleted, these were left over from a replacement that did not end. */
  readonly deposed: number;
  /** Of the replaced, the old object of these is forgotten and not destroyed. */
  readonly replacedByForgetting: number;
}

/** What is done to an object. Without another change, a new address is a `move`, and what comes in is an `import`. */
export function kindOf({ change, previous_address: from }: ResourceChange): Kind {
  const kind = KIND_OF[change.actions.join(", ")] ?? "no-op";
  if (kind !== "no-op") return kind;
  if (change.importing != null) return "import";
  return from === undefined ? "no-op" : "move";
}

/** @throws InputError in one line where the plan has actions that are not known, or that its values contradict */
export function assertKnownActions({ resource_changes: changes }: Plan, name: string): void {
  for (const change of changes) {
    const problem = whyNot(change);
    if (problem) throw new InputError(`${name}: ${JSON.stringify(change.address)} ${problem}, so it can't be judged.`);
  }
}

function whyNot({ mode, change }: ResourceChange): string | undefined {
  const actions = change.actions.join(", ");
  if (!Object.hasOwn(KIND_OF, actions)) return `has actions that are not known (${JSON.stringify(change.actions)})`;
  if (mode !== "managed" && mode !== "data") return `is of a mode that is not known (${JSON.stringify(mode)})`;
  if (mode === "data") return undefined;
  const isThere = change.before !== null && change.before !== undefined;
  const stays = change.after !== null && change.after !== undefined;
  const should = { before: !/^(create|read)$/.test(actions), after: !/^(delete|forget)$/.test(actions) };
  return isThere === should.before && stays === should.after ? undefined : `has values that contradict "${actions}"`;
}

/** Counts that add up to the plan's `resource_changes`. */
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

/** Terraform's own line: it does not count what is forgotten, and takes a replacement for two. */
export function summaryLine(counts: Counts, invoked = 0): string {
  if (counts["no-op"] === counts.total && invoked === 0) return "No changes.";
  const imported = counts.imported > 0 ? `${counts.imported} to import, ` : "";
  const line = `Plan: ${imported}${counts.create + counts.replace} to add, ${counts.update} to change, ${counts.delete + counts.replace - counts.replacedByForgetting} to destroy.`;
  return invoked > 0 ? `${line} Actions: ${invoked} to invoke.` : line;
}

const REASONS: Readonly<Record<string, string>> = {
  replace_because_cannot_update: "what changes can't be changed in place",
  replace_because_tainted: "it is tainted: its creation did not end well",
  replace_by_request: "it was asked for with -replace",
  replace_by_triggers: "something in its replace_triggered_by changes",
  delete_because_no_resource_config: "it is not in the configuration any more",
  delete_because_wrong_repetition: "its count or for_each came or went, so its address is another",
  delete_because_count_index: "its number is beyond count",
  delete_because_each_key: "its key is not in for_each any more",
  delete_because_enabled_false: "it is not enabled any more",
  delete_because_no_module: "its module is not in the configuration any more",
  delete_because_no_move_target: "a moved block takes it to an address that the configuration does not have",
  read_because_config_unknown: "it asks for what is only known after apply",
  read_because_dependency_pending: "what it depends on changes",
  read_because_check_nested: "it belongs to a check",
};

/** Why Terraform does it, in plain words. */
export function reasonOf({ action_reason: reason }: ResourceChange): string | undefined {
  return reason === undefined ? undefined : (REASONS[reason] ?? reason.replaceAll("_", " "));
}

import { datesText, money, type NotPriced, signed, usageText } from "@operation-app/cost";
import { counted } from "@operation-app/preflight/terminal";
import type { Kind } from "../actions.ts";
import type { Difference } from "../differences.ts";
import type { Review, ReviewedChange, ReviewedOutput } from "../review.ts";

/** Part of a line: our own words, foreign text, or a name or value. */
export type Run = string | { readonly prose: string } | { readonly code: string };

export interface Item {
  readonly head: readonly Run[];
  readonly details: readonly (readonly Run[])[];
  /** Lines to copy, shown after the first of the details. */
  readonly code?: string;
}

export interface Section {
  readonly title: string;
  /** Singular of an item, for what is left out: `update`. */
  readonly noun: string;
  readonly items: readonly Item[];
  /** The higher, the earlier it is left out where room is short. */
  readonly rank: number;
  readonly isCollapsed: boolean;
}

/** The verdict in one line. */
export function verdictOf({ verdict, blocked, summary }: Review): { readonly word: string; readonly rest: string } {
  if (verdict === "good") return { word: "Good", rest: `nothing blocks this plan. ${summary}` };
  return { word: "Blocked", rest: `${counted(blocked.length, "finding")}. ${summary}` };
}

const NAMES: Readonly<Record<Kind, string>> = {
  delete: "delete",
  replace: "replace",
  forget: "removed from the state (stays in AWS)",
  update: "update",
  create: "create",
  import: "import only",
  move: "move only",
  read: "read",
  "no-op": "unchanged",
};

/** Objects by kind, with a note on what overlaps. */
export function countsTable({ counts }: Review): {
  readonly rows: readonly (readonly [string, number])[];
  readonly note: string;
} {
  const kinds = Object.keys(NAMES) as Kind[];
  const rows = kinds.filter((kind) => counts[kind] > 0).map((kind) => [NAMES[kind], counts[kind]] as const);
  const parts = [
    counts.moved > counts.move && `${counts.moved} of them also move`,
    counts.imported > counts.import && `${counts.imported} of them are also imported`,
    counts.deposed > 0 && `${counts.deposed} of them left over from an unfinished replacement`,
    counts.replacedByForgetting > 0 && `${counts.replacedByForgetting} of the replaced stay in AWS, outside the state`,
  ].filter((part) => part !== false);
  return { rows: [...rows, ["all", counts.total]], note: parts.length > 0 ? `${parts.join("; ")}.` : "" };
}

/** Everything after the verdict, in order; the table of counts comes between the two. */
export function sectionsOf(review: Review): { readonly first: Section[]; readonly afterTable: Section[] } {
  const ofKind = (kind: Kind) => review.changes.filter((change) => change.kind === kind);
  const changes = (title: string, noun: Kind, rank: number, isCollapsed = false) =>
    section(title, noun, rank, ofKind(noun).map(changeItem), isCollapsed);
  return {
    first: nonEmpty([
      section(
        "Blocked",
        "stop",
        0,
        review.blocked.map((one) => blockedItem(one, review.policyFile)),
      ),
      section("Exceptions", "exception", 1, review.exceptions.map(exceptionItem)),
      section("Checks", "check", 2, review.checks.map(checkItem)),
      section(
        "Please check",
        "note",
        3,
        review.notes.map((note) => item([{ prose: note }])),
      ),
    ]),
    afterTable: nonEmpty([
      costSection(review),
      pathSection(review),
      changes("Deleted", "delete", 4),
      changes("Replaced", "replace", 5),
      changes("Removed from the state", "forget", 6),
      changes("Updated", "update", 7),
      changes("Imported", "import", 10, true),
      changes("Moved", "move", 11, true),
      changes("Created", "create", 12, true),
      changes("Read", "read", 14, true),
      section("Outputs", "output", 8, review.outputs.map(outputItem)),
      { ...driftSection(review.drift), isCollapsed: true },
      section("Preflight warnings", "warning", 13, review.warnings.map(warningItem), true),
    ]),
  };
}

/** Changes made outside Terraform. */
export function driftSection(drift: Review["drift"]): Section {
  return section("Changed outside Terraform", "drift", 9, drift.map(driftItem));
}

function section(title: string, noun: string, rank: number, items: readonly Item[], isCollapsed = false): Section {
  return { title, noun, rank, items, isCollapsed };
}

function nonEmpty(sections: readonly Section[]): Section[] {
  return sections.filter(({ items }) => items.length > 0);
}

function item(head: readonly Run[], details: readonly (readonly Run[])[] = [], code?: string): Item {
  return { head, details, code };
}

function blockedItem(
  { address, action, message, fix, code, exception }: Review["blocked"][number],
  policyFile: string,
): Item {
  const lines: Run[][] = [["Fix: ", { prose: fix }]];
  if (exception) lines.push(["If intended, add to exceptions in ", { code: policyFile }, ": ", { code: exception }]);
  return item([`${action}: `, { code: address }, " ", { prose: message }], lines, code);
}

/** What the plan changes a month, with the things that make it. Foreign names are in code or prose, as everywhere. */
function costSection({ cost }: Review): Section {
  if (cost === undefined) return section("Cost", "cost", 3, []);
  const { before, after, monthly, resources, notPriced, usage, pricesOf } = cost;
  const because = new Map<string, NotPriced[]>();
  for (const one of notPriced) because.set(one.why, [...(because.get(one.why) ?? []), one]);
  const more = notPriced.length > 0 ? ", and what is not priced" : "";
  return section(`Cost: ${signed(monthly)} USD a month${more}`, "cost", 3, [
    ...resources.map((one) =>
      item(
        [{ code: one.address }, `: ${signed(one.monthly)}`],
        one.lines.length > 1 ? one.lines.map((line) => [{ prose: line.what }, `: ${signed(line.monthly)}`]) : [],
      ),
    ),
    ...[...because].map(([why, all]) => item(["not priced, ", { prose: why }, ": ", ...namedRuns(all)])),
    item([
      `all: ${money(before)} → ${money(after)}. List prices before tax${datesText(pricesOf)}. `,
      `Assumed: ${usageText(usage)}`,
    ]),
  ]);
}

/** More are counted. */
const MAX_PATHS = 30;

/** What the plan opens and closes in the network: what no reader sees in a difference of rules. */
function pathSection({ paths = [] }: Review): Section {
  const items = paths
    .slice(0, MAX_PATHS)
    .map(({ from, to, becomes }) => item([`${becomes}: `, { code: from }, " → ", { code: to }]));
  const others = paths.length - items.length;
  const all = others > 0 ? [...items, item([`and ${others} more`])] : items;
  return section("Paths in the network", "path", 3, all);
}

/** More of the same kind are counted. */
const MAX_NAMED = 10;

function namedRuns(notPriced: readonly NotPriced[]): Run[] {
  const named = notPriced
    .slice(0, MAX_NAMED)
    .flatMap(({ address, what }, index): Run[] => [
      index > 0 ? ", " : "",
      { code: address },
      " (",
      { prose: what },
      ")",
    ]);
  const others = notPriced.length - MAX_NAMED;
  return others > 0 ? [...named, ` and ${others} more`] : named;
}

const STATES = {
  used: "applies",
  expired: "has expired: remove it, or extend it",
  unused: "matches nothing in this plan: remove it when it is no longer needed",
};

function exceptionItem({ address, action, reason, until, state }: Review["exceptions"][number]): Item {
  return item([
    `${state}: ${action} of `,
    { code: address },
    `, until ${until}, ${STATES[state]}. Reason: `,
    { prose: reason },
  ]);
}

function checkItem({ address, status, problems }: Review["checks"][number]): Item {
  const words: Readonly<Record<string, string>> = {
    fail: "failed",
    error: "could not be checked",
    unknown: "is known after apply",
  };
  return item(
    [{ code: address }, ` ${words[status] ?? "has an unknown status"}`],
    problems.map((prose) => [{ prose }]),
  );
}

function changeItem(change: ReviewedChange): Item {
  const { address, from, imported, deposed, reason, renamed, forcing, differences, actions, kind } = change;
  const words: Run[] = [{ code: address }];
  if (deposed !== undefined) words.push(", left over from a replacement (", { code: deposed }, ")");
  if (from !== undefined) words.push(", from ", { code: from });
  if (imported !== undefined) words.push(", imported", ...(imported === "" ? [] : [" as ", { code: imported }]));
  if (actions.join() === "create,forget") words.push(", the old object stays in AWS, outside the state");
  if (kind === "replace" && actions[0] === "create") words.push(", created before the old one is destroyed");
  if (reason !== undefined) words.push(": ", { prose: reason });
  const details = [
    ...(renamed === undefined ? [] : [["perhaps renamed to ", { code: renamed }, " without a moved block"]]),
    ...forcing.map((one) => ["forces replacement: ", ...differenceRuns(one)]),
    ...differences.map(differenceRuns),
  ];
  if (kind === "update" && details.length === 0)
    details.push(["nothing visible: only sensitive values, or Terraform's own records"]);
  return item(words, details);
}

function differenceRuns({ path, before, after }: Difference): Run[] {
  return [...(path === "" ? [] : [{ code: path }, ": "]), { code: before }, " → ", { code: after }];
}

function driftItem(change: ReviewedChange): Item {
  const { head, details } = changeItem(change);
  return item([...head, change.kind === "delete" ? " is gone" : ""], details);
}

function outputItem({ name, action, differences }: ReviewedOutput): Item {
  return item([`${action}: `, { code: name }], differences.map(differenceRuns));
}

function warningItem({ id, address, message }: Review["warnings"][number]): Item {
  return item([`${id}: `, { code: address }, " ", { prose: message }]);
}

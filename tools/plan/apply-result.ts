import type { Plan } from "@operation-app/plan-review/plan";
import { type Environment, statePlace } from "../../environments/schema/index.ts";
import { readLock, removeLockCommand } from "../lib/aws/environment-lock.ts";
import { readEnvironmentState } from "../lib/aws/environment-state.ts";
import { shellQuoted } from "../lib/process/shell.ts";
import type { State } from "../lib/terraform/state-file.ts";
import { type HeldLock, holderText } from "../lib/terraform/state-lock.ts";
import { allObjects } from "../lib/terraform/state-objects.ts";
import type { ApplyLog, Operation } from "./apply-log.ts";
import { isOnRunner, type PlanPlace, preparation, terraformByHand } from "./by-hand.ts";

export interface EndedApply extends PlanPlace {
  readonly plan: Plan;
  readonly log: ApplyLog;
  /** Time at which Terraform was started. */
  readonly startedAt: Date;
}

/** What the state bucket holds after an apply; a text where it can't be read. */
export interface Remote {
  readonly state: State | undefined | string;
  readonly lock: HeldLock | undefined | string;
}

/** Reads the state and its lock. An error of AWS is part of the answer: it is often what the apply failed for, too. */
export async function readRemote(environment: Environment): Promise<Remote> {
  const [state, lock] = await Promise.all([
    readEnvironmentState(environment).catch((error: Error) => error.message),
    readLock(environment).catch((error: Error) => error.message),
  ]);
  return { state, lock };
}

/** What of a plan was applied, what was not finished, where the state is and whether it is locked. */
export function applyResult(ended: EndedApply, { state, lock }: Remote): string {
  const { environment, plan, log } = ended;
  const known = typeof state === "string" ? undefined : (state ?? { resources: [] });
  return [
    "After the apply:",
    `  ${countText(log.done, operationsIn(plan))}`,
    ...(known ? unfinishedText(ended, known) : log.unfinished.map(({ address }) => `  Not finished: ${address}`)),
    `  State: ${statePlace(environment)}${typeof state === "string" ? `, which can't be read: ${state}` : ""}`,
    `  Lock: ${lockText(ended, lock)}`,
  ].join("\n");
}

/** Creates, updates and deletes that a plan consists of; a replacement is two. */
function operationsIn({ resource_changes: changes }: Plan): number {
  return changes.flatMap(({ change }) => change.actions).filter((action) => PAST.has(action)).length;
}

const PAST = new Map([
  ["create", "created"],
  ["update", "updated"],
  ["delete", "deleted"],
]);

function countText(done: readonly Operation[], all: number): string {
  const counts = [...PAST].flatMap(([action, past]) => {
    const count = done.filter((one) => one.action === action).length;
    return count > 0 ? [`${count} ${past}`] : [];
  });
  if (counts.length === 0) return `None of the plan's ${all} operations was completed.`;
  return `${done.length} of the plan's ${all} operations were completed: ${counts.join(", ")}.`;
}

function unfinishedText(ended: EndedApply, state: Pick<State, "resources">): string[] {
  const { log } = ended;
  const terraform = terraformByHand(ended);
  const objects = allObjects(state as State);
  const inState = new Set(objects.map(({ address }) => address));
  const tainted = new Set(objects.filter(({ instance }) => instance.status === "tainted").map((one) => one.address));
  const lost = log.done.filter(({ action, address, id }) => action === "create" && id && !inState.has(address));
  const [creates, others] = [
    log.unfinished.filter(({ action }) => action === "create"),
    log.unfinished.filter(({ action }) => action !== "create"),
  ];
  const addresses = (operations: readonly Operation[]) => operations.map(({ address }) => address);
  const unfinished = creates.filter(({ address }) => tainted.has(address));
  const first = lost.length + unfinished.length > 0 ? preparation(ended) : undefined;
  return [
    ...list(
      "Created, but missing from the state. Import each; otherwise the next apply creates a second one, or fails because it exists:",
      lost.map(({ address, id }) => `${terraform} import ${shellQuoted(address)} ${shellQuoted(id ?? "")}`),
    ),
    ...list(
      "Started, but missing from the state. Check in AWS whether each exists, and delete or import it:",
      addresses(creates.filter(({ address }) => !inState.has(address))),
    ),
    ...list(
      `Created, but not completed: tainted, so the next plan replaces them (the review blocks that if data would be lost). To keep one that is complete in AWS: ${terraform} untaint ADDRESS:`,
      addresses(unfinished),
    ),
    ...(first ? [`  ${first}`] : []),
    ...list(
      "Update or delete started, but not completed. The next plan reads their actual state from AWS:",
      addresses(others),
    ),
  ];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}

function lockText(ended: EndedApply, lock: HeldLock | undefined | string): string {
  const { environment, startedAt } = ended;
  if (lock === undefined) return "none.";
  if (typeof lock === "string") return `can't be read: ${lock}`;
  if (new Date(lock.created) < startedAt) return `held by ${holderText(lock)}.`;
  const release = isOnRunner() ? removeLockCommand(environment) : `${terraformByHand(ended)} force-unlock ${lock.id}`;
  return `left by this run, ${holderText(lock)}. Check that no other apply is running, then release it: ${release}`;
}

import { isDeepStrictEqual } from "node:util";
import { InputError, UserError } from "@operation-app/preflight/input";
import type { AdoptedCognito } from "../../modules/cognito/adopted.ts";
import { shellQuoted } from "../lib/process/shell.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import type { State } from "../lib/terraform/state-file.ts";
import { allObjects } from "../lib/terraform/state-objects.ts";
import type { Lock } from "./lock.ts";
import type { StateStore } from "./state-store.ts";
import {
  adoptedObjects,
  emptyState,
  locate,
  type Moving,
  unmoved,
  withAdopted,
  withObjects,
  withoutObjects,
} from "./states.ts";

/** What a move or a rollback works on. */
export interface Between {
  readonly adopted: AdoptedCognito;
  /** The state that the objects come from. */
  readonly old: StateStore;
  /** The environment's. */
  readonly target: StateStore;
  /** Address of the AWS provider in a state. */
  readonly provider: string;
  /** Keeps both states before anything is written. @returns where */
  readonly backUp: (old: State, target: State) => string;
  readonly progress: Progress;
}

export interface MoveOptions extends Between {
  /** Plans the environment on a state. @throws UserError where that would change any Cognito object */
  readonly proveUnchanged: (state: State) => Promise<void>;
}

/** What is left for the user to do. */
export interface Moved {
  /** Addresses that are still in the old state, which can't be written. */
  readonly stillInOld: readonly string[];
  /** Both states are one, in which a deployment moves the objects. */
  readonly isOneState?: boolean;
}

/**
 * Moves the adopted objects from one state to the other. They are in at least one of them at every moment: they come
 * into the new state first, and leave the old one only when they are seen there. Run again after it was interrupted, it
 * finds them where they are, and goes on.
 *
 * @throws UserError where an object is in neither state, or a plan would change one; nothing is written then
 */
export async function move(options: MoveOptions): Promise<Moved> {
  const { adopted, old, target, provider, backUp, proveUnchanged, progress } = options;
  if (await isOneState(old, target)) {
    refuseStuckBlocks(adopted, await target.pull());
    return { stillInOld: [], isOneState: true };
  }
  return locked([target, old], progress, async () => {
    progress.step("Locate the objects");
    const [oldState, newState] = [await old.pull(), await target.pull()];
    const moving = locate(adopted, oldState, newState);
    tellPlaces(moving, progress);
    const merged = withAdopted(newState, moving, provider);
    const leaving = moving.flatMap(({ inOld }) => inOld ?? []);
    const stillInOld = old.push ? [] : leaving.map(({ address }) => address);

    progress.step("Plan the environment's Cognito objects with its new state, before anything is written");
    await proveUnchanged(merged);
    progress.fact(`${moving.length} Cognito objects; none would change`);
    if (merged === newState && (leaving.length === 0 || !old.push)) return { stillInOld };

    progress.step("Back up both states");
    progress.fact(backUp(oldState, newState));

    if (merged !== newState) {
      progress.step(`Write ${target.name}`);
      await write(target, merged);
      progress.fact("written and verified");
      await proveUnchanged(await target.pull());
      progress.fact("planned again: no Cognito object would change");
    }

    if (leaving.length === 0 || !old.push) return { stillInOld };
    progress.step(`Remove the objects from ${old.name}`);
    await write(old, withoutObjects(oldState, leaving));
    progress.fact("written and verified");
    return { stillInOld };
  });
}

/** How a rollback ended. */
export interface RolledBack {
  /** Nothing was written: the objects were in the old state, and only there. */
  readonly wasDone?: boolean;
  /** Both states are one: these commands give the objects their old addresses back; none where they have them. */
  readonly renamings?: readonly string[];
}

/**
 * Moves the objects back. As in a move, they come into the old state before they leave the new one. What else has changed
 * in either state since stays.
 *
 * @param before the old state as it was backed up
 * @throws UserError where the old state can't take them back, or is another one than they came from; nothing is written
 */
export async function rollback({
  before,
  ...options
}: Between & { readonly before: State | undefined }): Promise<RolledBack> {
  const { adopted, old, target, backUp, progress } = options;
  if (!old.push) {
    throw new InputError(
      `${old.name}: is a copy of the old state, so nothing can be moved back into it. Name the old project's directory instead: --state DIR.`,
    );
  }
  if (await isOneState(old, target)) return { renamings: renamings(adopted, await target.pull()) };
  return locked([target, old], progress, async () => {
    progress.step("Locate the objects");
    const [oldState, newState] = [await old.pull(), await target.pull()];
    if (before && before.lineage !== oldState.lineage) {
      throw new UserError(
        `${old.name}: is not the state that the objects came from, according to its newest backup. Name the old project's directory: --state DIR.`,
      );
    }
    const moving = locate(adopted, oldState, newState);
    tellPlaces(moving, progress);
    refuseTaken(moving);
    const returning = moving.filter(({ inOld }) => !inOld);
    const leaving = moving.flatMap(({ inNew }) => inNew ?? []);
    if (leaving.length === 0) return { wasDone: true };
    const put = returning.length === 0 ? oldState : withObjects(oldState, objectsFrom(before, adopted, returning));
    progress.step("Back up both states");
    progress.fact(backUp(oldState, newState));

    if (put !== oldState) {
      progress.step(`Restore the objects in ${old.name}`);
      await write(old, put);
      progress.fact("written and verified");
    }
    progress.step(`Remove the objects from ${target.name}`);
    await write(target, withoutObjects(newState, leaving));
    progress.fact("written and verified");
    return {};
  });
}

/** @throws UserError where another object stands in the old state where one is to come back, such as a second pool */
function refuseTaken(moving: readonly Moving[]): void {
  const occupied = moving.flatMap(({ from, inWay }) => (inWay ? [{ from, id: inWay.id }] : []));
  if (occupied.length === 0) return;
  throw new UserError(
    occupied
      .map(
        ({ from, id }) =>
          `${from}: the old state now has another object at this address, ${id}. If it is not needed, delete it in AWS, and remove it from the state: terraform state rm ${shellQuoted(from)}.`,
      )
      .join("\n"),
  );
}

function tellPlaces(moving: readonly Moving[], progress: Progress): void {
  for (const { from, to, inOld, inNew } of moving) {
    progress.fact(
      `${from} | ${to}: in ${inOld && inNew ? "both states" : inNew ? "the environment's state" : "the old state"}`,
    );
  }
}

/** The objects as the old state had them. */
function objectsFrom(before: State | undefined, adopted: AdoptedCognito, returning: readonly Moving[]) {
  if (before === undefined) {
    throw new UserError("No backup of the old state has these objects, so they can't be moved back.");
  }
  const kept = locate(adopted, before, emptyState());
  return returning.flatMap(({ from }) => kept.find((one) => one.from === from)?.inOld ?? []);
}

/** The old state is the environment's own: nothing can move between its two sides. */
async function isOneState(old: StateStore, target: StateStore): Promise<boolean> {
  return (await old.pull()).lineage === (await target.pull()).lineage;
}

/** @throws UserError where a moved block can't fetch an object within one state */
function refuseStuckBlocks(adopted: AdoptedCognito, state: State): void {
  const stuck = unmoved(adopted, state).map(([to, { from, id }]) => `${from} (${id}) → ${to}`);
  if (stuck.length === 0) return;
  throw new UserError(
    `The old state is the environment's own, where moved blocks do the move, except for ${stuck.join(", ")}: it is missing, or another resource has the new address. ` +
      "Rename that resource in the old project first (its block, and terraform state mv), and adopt again.",
  );
}

/** Commands that give the objects their old addresses back, within one state. */
function renamings(adopted: AdoptedCognito, state: State): string[] {
  const idAt = new Map(allObjects(state).map(({ address, id }) => [address, id]));
  return adoptedObjects(adopted)
    .filter(([to, { from, id }]) => to !== from && idAt.get(to) === id)
    .map(([to, { from }]) => `terraform state mv ${shellQuoted(to)} ${shellQuoted(from)}`);
}

/** @throws UserError where what is there afterwards is not what was written */
async function write(store: StateStore, state: State): Promise<void> {
  if (!store.push) throw new Error(`${store.name} can't be written`);
  await store.push(state);
  if (isDeepStrictEqual(contentsOf(await store.pull()), contentsOf(state))) return;
  throw new UserError(
    `${store.name}: was written, but has changed since: another run is writing to it. Find out which.`,
  );
}

/** What a state has, however Terraform orders it and fills it in. */
function contentsOf(state: State) {
  return new Map(allObjects(state).map(({ address, instance }) => [address, instance.attributes]));
}

/** Works while nobody else writes the states. */
export async function locked<T>(stores: readonly StateStore[], progress: Progress, work: () => Promise<T>): Promise<T> {
  progress.step("Lock the states");
  const locks: Lock[] = [];
  try {
    for (const store of stores) {
      const lock = await store.lock();
      if (lock) locks.push(lock);
      if (lock || !store.push)
        progress.fact(lock ? `${store.name}: locked` : `${store.name}: a copy, which is not changed`);
      else progress.text(`Warning: ${store.name} can't be locked. Make sure that no other run writes to it.`);
    }
    return await work();
  } finally {
    for (const lock of locks) {
      const complaint = await lock.release();
      if (complaint) progress.text(`The lock could not be released. Terraform says:\n${complaint}`);
    }
  }
}

import { randomUUID } from "node:crypto";
import { UserError } from "@operation-app/preflight/input";
import type { AdoptedCognito, AdoptedObject } from "../../modules/cognito/adopted.ts";
import type { State, StateResource } from "../lib/terraform/state-file.ts";
import { allObjects, isDeposed, type StateObject } from "./objects.ts";
import { shellQuoted } from "./shell.ts";

/** An object that moves, and where it is found now. */
export interface Moving {
  readonly from: string;
  readonly to: string;
  readonly inOld: StateObject | undefined;
  readonly inNew: StateObject | undefined;
  /** Another object that the old state has at the old address. */
  readonly inWay: StateObject | undefined;
}

/** The objects that an environment takes over, by their addresses there. */
export function adoptedObjects(adopted: AdoptedCognito): [string, AdoptedObject][] {
  return Object.entries(adopted).flatMap(([to, object]) => (object ? [[to, object]] : []));
}

/**
 * Finds each adopted object in the two states.
 *
 * @throws UserError with every object that is in neither, or whose address another object has
 */
export function locate(adopted: AdoptedCognito, old: State, target: State): Moving[] {
  const byAddress = (state: State) => new Map(standing(state).map((object) => [object.address, object]));
  const [olds, news] = [byAddress(old), byAddress(target)];
  const problems: string[] = [];
  const ids = new Set([...standing(old), ...standing(target)].map(({ id }) => id));
  const isAnywhere = adoptedObjects(adopted).some(([to, { id }]) => ids.has(id) || news.has(to));
  if (!isAnywhere) {
    throw new UserError(
      "None of the adopted objects is in either state. Is --state the old project's own directory, its root, in its workspace? If it is, adopt what is there now: bin/infra adopt.",
    );
  }
  const found = adoptedObjects(adopted).map(([to, { from, id }]) => {
    const [there, here] = [olds.get(from), news.get(to)];
    if (here && here.id !== id)
      problems.push(
        `${to}: the environment's state has another object there, ${here.id}, and not ${id}. Take that one out first, if nobody needs it: terraform state rm ${shellQuoted(to)}.`,
      );
    const inOld = there?.id === id ? there : undefined;
    if (!inOld && !here)
      problems.push(
        `${from}: ${id} is in neither state${there ? ` (the old one has ${there.id} there)` : ""}. Adopt what is there now: bin/infra adopt.`,
      );
    for (const [name, state, address] of [["old", old, from] as const, ["environment's", target, to] as const]) {
      const elsewhere = standing(state).find(
        (one) => one.id === id && one.type === to.split(".")[0] && one.address !== address,
      );
      if (elsewhere)
        problems.push(
          `${address}: ${id} is at ${elsewhere.address} in the ${name} state. Give it its address back there: terraform state mv ${shellQuoted(elsewhere.address)} ${shellQuoted(address)}.`,
        );
    }
    return { from, to, inOld, inNew: here, inWay: there && !inOld ? there : undefined };
  });
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return found;
}

/** Adopted objects that are not in a state at their address, nor where a `moved` block fetches them from. */
export function unmoved(adopted: AdoptedCognito, state: State): [string, AdoptedObject][] {
  const idAt = new Map(standing(state).map(({ address, id }) => [address, id]));
  return adoptedObjects(adopted).filter(([to, { from, id }]) => {
    const isFetched = !idAt.has(to) && !adopted[from] && idAt.get(from) === id;
    return idAt.get(to) !== id && !isFetched;
  });
}

function standing(state: State): StateObject[] {
  return allObjects(state).filter((object) => !isDeposed(object));
}

/** A state with nothing in it. */
export function emptyState(): State {
  return { version: 4, serial: 0, lineage: randomUUID(), outputs: {}, resources: [], check_results: null };
}

/** The environment's state with the objects that it does not have yet, at their addresses there. */
export function withAdopted(state: State, moving: readonly Moving[], provider: string): State {
  const newAddress = new Map(moving.map(({ from, to }) => [withoutIndex(from), to]));
  const arrivals = moving.flatMap(({ to, inOld, inNew }): StateResource[] => {
    if (inNew || !inOld) return [];
    const { index_key: _, dependencies = [], ...instance } = inOld.instance;
    const known = dependencies.flatMap((address) => newAddress.get(withoutIndex(address)) ?? []);
    const [type = "", name = ""] = to.split(".");
    return [{ mode: "managed", type, name, provider, instances: [{ ...instance, dependencies: known }] }];
  });
  return arrivals.length === 0 ? state : changed(state, [...state.resources, ...arrivals]);
}

/** A state without some of its objects. */
export function withoutObjects(state: State, objects: readonly StateObject[]): State {
  const leaving = new Set(objects.map(({ instance }) => instance));
  if (leaving.size === 0) return state;
  const resources = state.resources
    .map((resource) => ({ ...resource, instances: resource.instances.filter((instance) => !leaving.has(instance)) }))
    .filter(({ instances }, index) => instances.length > 0 || state.resources[index]?.instances.length === 0);
  return changed(state, resources);
}

/** A state with objects put back as they were, beside what it has. */
export function withObjects(state: State, objects: readonly StateObject[]): State {
  const resources = [...state.resources];
  for (const { resource, instance } of objects) {
    const index = resources.findIndex((one) => isSame(one, resource));
    const place = resources[index];
    if (place) resources[index] = { ...place, instances: [...place.instances, instance] };
    else resources.push({ ...resource, instances: [instance] });
  }
  return objects.length === 0 ? state : changed(state, resources);
}

/** Terraform takes a state only with a higher serial than the one that it has. */
function changed(state: State, resources: StateResource[]): State {
  return { ...state, serial: state.serial + 1, resources };
}

function isSame(a: StateResource, b: StateResource): boolean {
  return a.mode === b.mode && a.module === b.module && a.type === b.type && a.name === b.name;
}

/** The address without the keys of its instance and of the modules that it is in, as a configuration names it. */
export function withoutIndex(address: string): string {
  return address.replace(/\[("([^"\\]|\\.)*"|\d+)\]/g, "");
}

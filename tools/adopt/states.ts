import { randomUUID } from "node:crypto";
import { UserError } from "@operation-app/preflight/input";
import type { AdoptedCognito, AdoptedObject } from "../../modules/cognito/adopted.ts";
import { shellQuoted } from "../lib/process/shell.ts";
import type { State, StateResource } from "../lib/terraform/state-file.ts";
import { allObjects, isDeposed, type StateObject } from "../lib/terraform/state-objects.ts";

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
  const [olds, news] = [byAddress(old), byAddress(target)];
  const objects = adoptedObjects(adopted);
  const ids = new Set([...olds.values(), ...news.values()].map(({ id }) => id));
  if (!objects.some(([to, { id }]) => ids.has(id) || news.has(to))) {
    throw new UserError(
      "None of the adopted objects is in either state. Is --state the root directory of the old project, in the right workspace? If so, adopt its current objects: bin/infra adopt.",
    );
  }
  const problems = objects.flatMap(([to, object]) => [
    ...problemsOfPlaces(to, object, olds.get(object.from), news.get(to)),
    ...elsewhere(object.id, object.from, to, olds, "old"),
    ...elsewhere(object.id, to, to, news, "environment's"),
  ]);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return objects.map(([to, { from, id }]) => {
    const there = olds.get(from);
    const isThere = there?.id === id;
    return {
      from,
      to,
      inOld: isThere ? there : undefined,
      inNew: news.get(to),
      inWay: isThere ? undefined : there,
    };
  });
}

type Places = ReadonlyMap<string, StateObject>;

function byAddress(state: State): Places {
  return new Map(standing(state).map((object) => [object.address, object]));
}

/** @param there what the old state has at its address; @param here what the environment's has */
function problemsOfPlaces(
  to: string,
  { from, id }: AdoptedObject,
  there: StateObject | undefined,
  here: StateObject | undefined,
): string[] {
  const problems: string[] = [];
  if (here && here.id !== id)
    problems.push(
      `${to}: the environment's state has another object at this address, ${here.id} instead of ${id}. If it is not needed, remove it first: terraform state rm ${shellQuoted(to)}.`,
    );
  if (!here && there?.id !== id)
    problems.push(
      `${from}: ${id} is in neither state${there ? ` (the old one has ${there.id} at this address)` : ""}. Adopt the current objects: bin/infra adopt.`,
    );
  return problems;
}

/** That an object of the type of `to` is in a state at another address than it should be. */
function elsewhere(id: string, address: string, to: string, places: Places, name: string): string[] {
  const type = to.split(".")[0];
  const found = [...places.values()].find((one) => one.id === id && one.type === type && one.address !== address);
  if (!found) return [];
  return [
    `${address}: ${id} is at ${found.address} in the ${name} state. Move it back to its address: terraform state mv ${shellQuoted(found.address)} ${shellQuoted(address)}.`,
  ];
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

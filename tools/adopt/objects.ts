import { InputError } from "@operation-app/preflight/input";
import { OWN_ADDRESSES } from "../../modules/cognito/adopted.ts";
import { shellQuoted } from "../lib/process/shell.ts";
import type { State } from "../lib/terraform/state-file.ts";
import { allObjects, isDeposed, type StateObject } from "../lib/terraform/state-objects.ts";
import { HELD_TYPES, isHeld } from "./held-types.ts";
import { planNames } from "./names.ts";

/** What becomes of an object: it gets an address here, or it is left where it is. */
export interface Destination {
  readonly object: StateObject;
  readonly to?: string;
  /** Why it is left. */
  readonly left?: string;
}

export interface Choice {
  /** Address or id of the user pool; needed where there are several. */
  readonly pool?: string;
  /** Address or id of the app client that Rails logs people in with; needed where that is not clear. */
  readonly client?: string;
  /** Addresses or ids of objects that are left behind. */
  readonly leave?: readonly string[];
}

/** Everything of Cognito's in a state, and what lets Cognito call a function. */
function cognitoObjects(state: State): StateObject[] {
  return allObjects(state).filter(
    ({ type, instance }) =>
      type.startsWith("aws_cognito_") ||
      (type === "aws_lambda_permission" && instance.attributes.principal === "cognito-idp.amazonaws.com"),
  );
}

/**
 * Decides for each Cognito object of a state whether it moves in, and to which address.
 *
 * @throws InputError where there is no pool, or where it is not clear which one, or which client, is meant
 */
export function destinations(state: State, choice: Choice = {}): Destination[] {
  const all = cognitoObjects(state);
  const pool = choosePool(all, choice.pool);
  const leaving = leftBehind(all, pool, choice.leave);
  const objects = all.filter((object) => !leaving.has(object));
  const belongsToPool = ({ type, id, instance }: StateObject) =>
    type === "aws_cognito_user_pool" ? id === pool.id : instance.attributes.user_pool_id === pool.id;
  const moving = objects.filter((object) => isHeld(object.type) && !isDeposed(object) && belongsToPool(object));
  const main = new Map<StateObject, string>([[pool, OWN_ADDRESSES.userPool]]);
  const client = chooseClient(moving, choice.client);
  if (client) main.set(client, OWN_ADDRESSES.client);
  const domains = moving.filter(({ type }) => type === "aws_cognito_user_pool_domain");
  const domain = domains.find(({ instance }) => !instance.attributes.certificate_arn) ?? domains[0];
  if (domain) main.set(domain, OWN_ADDRESSES.domain);
  const names = planNames(
    moving.filter((object) => !main.has(object)),
    Object.values(OWN_ADDRESSES),
  );
  return all.map((object) => {
    if (leaving.has(object)) return { object, left: "left because of --leave" };
    const to = main.get(object) ?? names.get(object);
    return to === undefined ? { object, left: whyLeft(object, pool) } : { object, to };
  });
}

/** @throws InputError where a name is none of an object that may be left behind */
function leftBehind(all: readonly StateObject[], pool: StateObject, names: readonly string[] = []): Set<StateObject> {
  const others = all.filter((object) => object !== pool);
  const unknown = names.find((name) => !others.some(({ address, id }) => address === name || id === name));
  if (unknown !== undefined)
    throw new InputError(`--leave ${unknown}: is not an object that can be left. There are: ${listed(others)}.`);
  return new Set(others.filter(({ address, id }) => names.includes(address) || names.includes(id)));
}

/**
 * The same, where no pool or client has to be chosen yet: each object with the option that it moves by.
 *
 * @throws InputError where there is no pool
 */
export function possibleDestinations(state: State, choice: Choice = {}): Destination[] {
  const objects = cognitoObjects(state);
  const isPool = ({ type }: StateObject) => type === "aws_cognito_user_pool";
  const pools = objects.filter((object) => isPool(object) && !isDeposed(object));
  if (choice.pool === undefined && pools.length > 1) {
    return objects.map((object) => {
      const pool = pools.find(
        ({ id }) => id === (isPool(object) ? object.id : object.instance.attributes.user_pool_id),
      );
      const isMoving = pool !== undefined && isHeld(object.type) && !isDeposed(object);
      return {
        object,
        left: isMoving ? `moves with --pool ${pool.address}` : whyLeft(object, pools[0] as StateObject),
      };
    });
  }
  const pool = choosePool(objects, choice.pool);
  const clients = objects.filter(
    ({ type, instance }) => type === "aws_cognito_user_pool_client" && instance.attributes.user_pool_id === pool.id,
  );
  const isClear = choice.client !== undefined || clients.length < 2 || clients.filter(hasSecret).length === 1;
  if (isClear) return destinations(state, choice);
  const [first] = clients;
  return destinations(state, { ...choice, client: first?.address }).map((one) =>
    clients.some(({ address }) => address === one.object.address)
      ? { object: one.object, left: "moves if --client names it as the one that Rails uses" }
      : one,
  );
}

/** Says so of a deposed object. */
export function unfinished({ address, id }: StateObject): string {
  return `${address}: ${id} is left over from an unfinished replacement. Run terraform apply in the old project first.`;
}

function whyLeft(object: StateObject, pool: StateObject): string {
  const { type } = object;
  if (isDeposed(object)) return "is left over from an unfinished replacement";
  if (HELD_TYPES[type]) return `belongs to another user pool than ${pool.id}`;
  if (type === "aws_lambda_permission") return "stays with its function";
  if (type === "aws_cognito_user" || type === "aws_cognito_user_in_group")
    return "is a user, not infrastructure: users and their groups stay in the pool unchanged";
  return "is of a type that this project does not support";
}

function choosePool(objects: readonly StateObject[], chosen: string | undefined): StateObject {
  const all = objects.filter(({ type }) => type === "aws_cognito_user_pool");
  const pools = all.filter((object) => !isDeposed(object));
  if (all.length > pools.length && pools.length === 0) throw new InputError(all.map(unfinished).join("\n"));
  if (pools.length === 0) throw new InputError("This state has no aws_cognito_user_pool.");
  return choose(pools, chosen, "--pool", "user pools") ?? tooMany(pools, "user pools", "--pool");
}

/** Rails's client: the one named, the only one, or the only one that has a secret. */
function chooseClient(moving: readonly StateObject[], chosen: string | undefined): StateObject | undefined {
  const clients = moving.filter(({ type }) => type === "aws_cognito_user_pool_client");
  if (clients.length === 0 && chosen === undefined) return undefined;
  const withSecret = clients.filter(hasSecret);
  return (
    choose(clients, chosen, "--client", "app clients") ??
    (withSecret.length === 1 ? withSecret[0] : tooMany(clients, "app clients", "--client"))
  );
}

/** @returns the one that is meant; nothing where that is not clear */
function choose(objects: readonly StateObject[], chosen: string | undefined, option: string, what: string) {
  if (chosen === undefined) return objects.length === 1 ? objects[0] : undefined;
  const found = objects.filter(({ address, id }) => address === chosen || id === chosen);
  if (found.length === 1) return found[0];
  throw new InputError(`${option} ${chosen}: is not one of the ${what} in this state. There are: ${listed(objects)}.`);
}

function tooMany(objects: readonly StateObject[], what: string, option: string): never {
  throw new InputError(
    `There are ${objects.length} ${what}, and the app uses one. Name it with ${option}, by address or id: ${listed(objects)}.`,
  );
}

function listed(objects: readonly StateObject[]): string {
  return objects.map(({ address, id }) => `${address} (${id})`).join(", ") || "none";
}

/** An app client has a secret. */
export function hasSecret({ instance }: StateObject): boolean {
  return typeof instance.attributes.client_secret === "string" && instance.attributes.client_secret !== "";
}

/** Providers that have AWS's objects; the last two are how Terraform 0.12 wrote it. */
const AWS_PROVIDER =
  /^(module\..*\.)?provider(\["registry\.(terraform\.io|opentofu\.org)\/(hashicorp|-)\/aws"\]|\.aws)(\.[\w-]+)?$/;

/** What stands in the way of moving objects; each in one line. */
export function obstacles(moving: readonly StateObject[], region: string): string[] {
  return moving.flatMap(({ address, type, id, resource, instance }, index) => {
    const problems: string[] = [];
    const before = moving.slice(0, index);
    const complain = (problem: string) => problems.push(`${address}: ${problem}`);
    if (!AWS_PROVIDER.test(resource.provider))
      complain(`is managed by ${resource.provider}, not by hashicorp/aws. This project can't take it over.`);
    if (id === "")
      complain(
        "has no id, so the state is incomplete. Run terraform apply in the old project, and pull its state again.",
      );
    if (before.some((one) => one.address === address))
      complain("is in this state twice, which Terraform never writes.");
    const same = before.find((one) => one.type === type && one.id === id && id !== "" && one.address !== address);
    if (same)
      complain(
        `is the same object as ${same.address} (${id}). Remove one of them from the state: terraform state rm ${shellQuoted(address)}.`,
      );
    if (instance.status === "tainted")
      complain(`is tainted, so Terraform would replace it. Run: terraform untaint ${shellQuoted(address)}.`);
    if (type === "aws_cognito_user_pool" && id !== "" && !id.startsWith(`${region}_`))
      complain(
        `the pool ${id} is in another region than the environment (${region}). Set the environment's region to the pool's.`,
      );
    return problems;
  });
}

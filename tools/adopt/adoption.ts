import { isDeepStrictEqual } from "node:util";
import { InputError } from "@operation-app/preflight/input";
import diff from "microdiff";
import { ADOPTION_VERSION } from "../../environments/schema/adopted-cognito.ts";
import type { Environment } from "../../environments/schema/index.ts";
import { snakeCase } from "../../modules/argument-names.ts";
import {
  type AdoptedCognito,
  type AdoptedObject,
  adoptedDomain,
  OWN_ADDRESSES,
} from "../../modules/cognito/adopted.ts";
import { clientDefaults, userPoolDefaults } from "../../modules/cognito/defaults.ts";
import type { State } from "../lib/terraform/state-file.ts";
import { isDeposed, type StateObject } from "../lib/terraform/state-objects.ts";
import { argumentsOf, unwritable, writtenDespiteMarks } from "./arguments.ts";
import { type Choice, destinations, hasSecret, obstacles, unfinished } from "./objects.ts";

export interface Adoption {
  readonly adopted: AdoptedCognito;
  /** Objects that stay in the old project. */
  readonly left: readonly { readonly object: StateObject; readonly left: string }[];
  /** Arguments that the old state marks as sensitive, and that are no secrets: `address: name`. */
  readonly marked: readonly string[];
  /** Defaults of this project that the existing objects do not have. */
  readonly differences: readonly Difference[];
  /** `cognito.domainPrefix` of the environment, where the file says something else. */
  readonly unusedDomainPrefix?: string;
  /** Settings of the environment that go before what an object has: they would change it with the move. */
  readonly overriding: readonly Difference[];
}

/** An argument that this project would set otherwise. */
export interface Difference {
  readonly address: string;
  readonly argument: string;
  readonly is: unknown;
  readonly would: unknown;
}

/**
 * Makes of a state what the environment takes over: the attributes that the objects have, and where they come from.
 *
 * @throws InputError with everything that stands in the way
 */
export function adopt(state: State, environment: Environment, choice: Choice = {}): Adoption {
  const found = destinations(state, choice);
  const moving = found.flatMap(({ object, to }) => (to === undefined ? [] : [{ object, to }]));
  const objects = moving.map(({ object }) => object);
  const problems = [
    ...found.flatMap(({ object }) => (isDeposed(object) ? [unfinished(object)] : [])),
    ...obstacles(objects, environment.region),
    ...objects.flatMap(unwritable),
  ];
  if (environment.lb.authenticateCognito) {
    problems.push(
      `environments/${environment.name}.ts: lb.authenticateCognito: creates another app client. Set it to false until the move is done.`,
    );
  }
  if (problems.length > 0) throw new InputError(problems.join("\n"));

  const defaults = defaultsOf(environment);
  const adopted: Record<string, AdoptedObject | null> = Object.fromEntries(
    Object.values(OWN_ADDRESSES).map((address) => [address, null]),
  );
  for (const { object, to } of moving.toSorted((a, b) => (a.to < b.to ? -1 : 1))) {
    adopted[to] = takenOver(object, defaults[to] ?? {});
  }
  const { domainPrefix } = environment.cognito;
  return {
    adopted,
    unusedDomainPrefix: domainPrefix === adoptedDomain(adopted) ? undefined : domainPrefix,
    left: found.flatMap(({ object, left }) => (left === undefined ? [] : [{ object, left }])),
    marked: objects.flatMap((object) => writtenDespiteMarks(object).map((name) => `${object.address}: ${name}`)),
    differences: differencesOf(adopted, defaults).filter(({ argument }) => !NO_MATTER.includes(argument)),
    overriding: differencesOf(adopted, settingsOf(environment)),
  };
}

/**
 * What an earlier file said otherwise, by address and argument: lines that had been removed to harden an object,
 * or had changed.
 */
export function overwritten(before: AdoptedCognito, now: AdoptedCognito): string[] {
  const places = diff(before, now).map(({ path: [address, part, argument] }) =>
    part === "attributes" && argument !== undefined ? `${address}: ${argument}` : `${address}`,
  );
  return [...new Set(places)];
}

/** The text of the file beside the environment. */
export function adoptionText(adopted: AdoptedCognito): string {
  return `${JSON.stringify({ version: ADOPTION_VERSION, objects: adopted }, null, 2)}\n`;
}

function takenOver(object: StateObject, defaults: Readonly<Record<string, unknown>>): AdoptedObject {
  const { attributes, ignoreChanges } = argumentsOf(object);
  const unset = Object.keys(defaults).filter((argument) => !(argument in attributes));
  const all = { ...attributes, ...Object.fromEntries(unset.map((argument) => [argument, null])) };
  return {
    from: object.address,
    id: object.id,
    ...(hasSecret(object) && { hasSecret: true }),
    ...(ignoreChanges.length > 0 && { ignoreChanges }),
    attributes: Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** This project's defaults, in the form that a state has. */
function defaultsOf({ app, protection }: Environment): Record<string, Record<string, unknown>> {
  return {
    [OWN_ADDRESSES.userPool]: asInState(userPoolDefaults(app, protection)),
    [OWN_ADDRESSES.client]: asInState(clientDefaults(app)),
  };
}

/** What the environment sets by itself, in the same form. */
function settingsOf({ cognito }: Environment): Record<string, Record<string, unknown>> {
  const { lifecycle: _, ...userPool } = cognito.userPool;
  const { lifecycle: __, ...client } = cognito.client;
  return { [OWN_ADDRESSES.userPool]: asInState(userPool), [OWN_ADDRESSES.client]: asInState(client) };
}

function asInState(config: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const argument = snakeCase(name);
      if (Array.isArray(value)) return [argument, value.map((item) => (isObject(item) ? asInState(item) : item))];
      return [argument, isObject(value) ? [asInState(value)] : value];
    }),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Names are not worth a word, and what makes another object of it is not to be had. */
const NO_MATTER = ["name", "username_configuration", "generate_secret"];

function differencesOf(
  adopted: AdoptedCognito,
  defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Difference[] {
  return Object.entries(defaults).flatMap(([address, arguments_]) =>
    Object.entries(arguments_).flatMap(([argument, would]) => {
      const object = adopted[address];
      if (!object) return [];
      const is = object.attributes[argument];
      return isDeepStrictEqual(sorted(is), sorted(would)) ? [] : [{ address, argument, is, would }];
    }),
  );
}

/** Lists of texts are sets here. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value.toSorted() : value;
}
